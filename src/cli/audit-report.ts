/** What `audit verify` says: the verdict with this program's own rules, and its lines for people. */
import { evolveAccess, evolveRequest } from '../core/evolve.ts';
import type { Store } from '../store/store.ts';
import type { AuditFault, AuditReport } from './audit-verify.ts';
import { verifyAudit } from './audit-verify.ts';

export function audit(store: Store): Promise<AuditReport> {
  return verifyAudit(store, { evolveRequest, evolveAccess });
}

export function auditLines(report: AuditReport): readonly string[] {
  if (report.fault !== undefined) return [sentence(report.fault)];
  const { entries, requests, accesses, texts, erased, head } = report;
  return [
    `The audit log is whole: ${entries} entries, ${requests} requests, ${accesses} accesses, ${texts} texts, ${erased} erased.`,
    `The last hash is ${head}.`,
  ];
}

const WRONG: Readonly<Record<AuditFault['what'], string>> = {
  'missing-entry': 'is missing',
  'broken-link': 'does not follow from the one before it',
  'altered-body': 'was altered',
  'wrong-columns': 'stands in columns that say something else than its body',
  impossible: 'cannot have happened after those before it',
  differs: 'is not stored as the log tells it',
  'not-stored': 'is not stored, although the log tells of it',
  'not-in-the-log': 'is stored, but the log does not tell of it',
  altered: 'is not the one that was written',
};

function sentence(fault: AuditFault): string {
  switch (fault.at) {
    case 'entry':
      return `Entry ${fault.seq} is bad: it ${WRONG[fault.what]}.`;
    case 'text':
      return `Entry ${fault.seq} is bad: its text ${WRONG[fault.what]}.`;
    default:
      return `Every entry is whole, but the ${fault.at} ${fault.id} ${WRONG[fault.what]}.`;
  }
}
