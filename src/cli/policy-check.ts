/** `hallpass policy check <file>`: everything that is wrong with a policy file, before it is put in force. */
import type { PolicyContext } from '../core/policy-document.ts';
import { formatIssue, type PolicyIssue } from '../core/policy-issue.ts';
import { readPolicyFile } from '../policy-file.ts';
import { policyContext } from './policy-context.ts';

export interface CheckIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** @returns the exit code: 0 for a policy that would be taken, warnings or not */
export async function policyCheck(
  file: string,
  io: CheckIo,
  context: PolicyContext = policyContext(),
): Promise<number> {
  const reading = readPolicyFile(file, context);
  const issues = reading.kind === 'policy' ? reading.warnings : reading.issues;
  for (const issue of issues) io.err(formatIssue(file, issue));
  if (reading.kind === 'faulty') {
    io.err(`${file} cannot be used: ${tally(issues)}.`);
    return 1;
  }
  const roles = Object.keys(reading.policy.roles);
  const found = issues.length === 0 ? '' : `, ${tally(issues)}`;
  io.out(`${file} can be used: ${count(roles.length, 'role')} (${roles.join(', ')})${found}.`);
  return 0;
}

function tally(issues: readonly PolicyIssue[]): string {
  const faults = issues.filter(({ severity }) => severity === 'fault').length;
  const warnings = issues.length - faults;
  return [
    ...(faults > 0 ? [count(faults, 'fault')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ].join(' and ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
