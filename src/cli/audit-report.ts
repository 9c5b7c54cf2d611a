/** What `audit verify` found, as a value and as lines for people. */
import type { ChainFault } from '../core/audit.ts';

export type AuditFault =
  | { readonly at: 'entry'; readonly seq: number; readonly what: ChainFault['what'] | 'impossible' }
  /** The stored row is not what the entries make of it. */
  | {
      readonly at: 'request' | 'access' | 'installation';
      readonly id: string;
      readonly what: 'differs' | 'not-stored' | 'not-in-the-log';
    }
  /** A text that is neither what its digest says nor erased. `seq`: the entry that speaks of it. */
  | {
      readonly at: 'text';
      readonly seq: number;
      readonly digest: string;
      readonly what: 'altered' | 'not-stored';
    };

/** How much was walked over: all of it, or what comes before the fault. */
export interface AuditWalk {
  readonly entries: number;
  readonly requests: number;
  readonly accesses: number;
  readonly texts: number;
  readonly erased: number;
  /** The last hash: written down elsewhere, it proves later that nothing was cut off. */
  readonly head: string;
}

export interface AuditReport {
  readonly sound: boolean;
  readonly fault: AuditFault | undefined;
  readonly walk: AuditWalk;
  readonly lines: readonly string[];
}

export function reportOn(fault: AuditFault | undefined, walk: AuditWalk): AuditReport {
  const sound = fault === undefined;
  return { sound, fault, walk, lines: sound ? soundLines(walk) : [sentence(fault)] };
}

function soundLines(walk: AuditWalk): readonly string[] {
  const { entries, requests, accesses, texts, erased } = walk;
  return [
    `The audit log is whole: ${entries} entries, ${requests} requests, ${accesses} accesses, ${texts} texts, ${erased} erased.`,
    `The last hash is ${walk.head}.`,
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
