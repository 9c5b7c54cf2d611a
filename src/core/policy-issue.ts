/** What is wrong with a policy file, and where. */

export type PolicyPath = readonly (string | number)[];

export type PolicyIssueCode =
  // the file
  | 'unreadable'
  | 'not-yaml'
  // its shape
  | 'missing'
  | 'unknown-key'
  | 'bad-name'
  | 'bad-value'
  | 'bad-pattern'
  // what it refers to
  | 'unknown-group'
  | 'unknown-provider'
  | 'unknown-platform'
  | 'bad-target'
  // what it means
  | 'bad-input'
  | 'bad-condition'
  | 'default-too-long'
  | 'limit-too-short'
  | 'escalation-too-late'
  | 'escalation-order'
  | 'reminder-too-late'
  | 'example-unfit'
  | 'approvers-empty'
  | 'quorum-unreachable'
  | 'break-glass-too-long'
  | 'reviewers-empty'
  // warnings
  | 'automatic-approval'
  | 'break-glass-allowed'
  | 'approvers-ask'
  | 'nobody-may-ask'
  | 'no-revokers'
  | 'no-attesters'
  | 'no-escalation'
  | 'escalation-powerless'
  | 'separation-powerless'
  | 'no-restorers'
  | 'no-alarm-channel'
  | 'warning-too-early'
  | 'use-untold'
  | 'unused';

export interface PolicyIssue {
  readonly code: PolicyIssueCode;
  readonly path: PolicyPath;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** A policy with a fault is refused; one with warnings alone is taken. */
  readonly severity: 'fault' | 'warning';
  readonly message: string;
}

/** An issue as it is found: where in the value, not yet where in the text. */
export interface FoundIssue {
  readonly code: PolicyIssueCode;
  readonly path: PolicyPath;
  readonly message: string;
  readonly severity?: 'warning';
  /** Point at the key's name instead of at its value. */
  readonly at?: 'key';
}

export type Report = (issue: FoundIssue) => void;

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a value stands in the text. What does not exist stands where it would have to be added. */
export type Locate = (path: PolicyPath, at: 'key' | 'value') => Position;

/** In the order of the text, faults and warnings together. */
export function placeIssues(found: readonly FoundIssue[], locate: Locate): readonly PolicyIssue[] {
  return found
    .map(({ code, path, message, severity, at }) => {
      const { line, column } = locate(path, at ?? 'value');
      return { code, path, line, column, severity: severity ?? 'fault', message } as const;
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** `policy.yaml:12:5: fault: roles.lb-admin.who: There is no group …` */
export function formatIssue(file: string, issue: PolicyIssue): string {
  const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return `${file}:${issue.line}:${issue.column}: ${issue.severity}: ${where}${issue.message} [${issue.code}]`;
}
