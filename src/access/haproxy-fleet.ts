/** Many nodes, one answer: access counts only where every node agrees. */
import type { Instant } from '../core/time.ts';
import { type Answer, ProviderError, type Reading } from './provider.ts';

export type NodeReading =
  | { readonly kind: 'present'; readonly until: Instant | null; readonly evidence: string }
  | { readonly kind: 'mixed'; readonly evidence: string }
  | { readonly kind: 'absent'; readonly evidence: string; readonly isTakenOver?: true };

/** The first of these kinds that any node answered speaks for all of them, and tells if another one was written. */
const WORST_FIRST = ['failed', 'conflict', 'unknown', 'throttled', 'pending', 'done'] as const;

export function joinAnswers(answers: readonly Answer[]): Answer {
  const isWritten = answers.some(({ kind }) => kind === 'done');
  for (const kind of WORST_FIRST) {
    const found = answers.find((answer) => answer.kind === kind);
    if (found !== undefined) return isWritten && found.kind !== 'done' ? inPart(found) : found;
  }
  return { kind: 'already', owner: commonOwner(answers) };
}

function inPart(answer: Answer): Answer {
  return answer.kind === 'pending' ? answer : { ...answer, inPart: true };
}

/** A node that could not be seen leaves all of them unreadable: what it holds may stand. */
export function joinSeen(results: readonly PromiseSettledResult<NodeReading>[]): Reading {
  const failures = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length > 0) return { kind: 'unreadable', why: failures.map(sentence).join('; ') };
  return joinReadings(results.map(fulfilled));
}

/** @throws why it could not be done */
export function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason;
}

export function joinReadings(readings: readonly NodeReading[]): Reading {
  const evidence = readings.map((reading) => reading.evidence).join('; ');
  if (readings.every((reading) => reading.kind === 'absent')) {
    const isTakenOver = readings.some((reading) => 'isTakenOver' in reading);
    return { kind: 'absent', evidence, ...(isTakenOver && { isTakenOver }) };
  }
  const ends = new Set(
    readings.map((reading) => (reading.kind === 'present' ? reading.until : reading.kind)),
  );
  const [first] = readings;
  if (first?.kind !== 'present' || ends.size > 1) return { kind: 'partial', evidence };
  return { kind: 'present', until: first.until, evidence };
}

/** One node that holds ours makes the right ours: it must be taken back there. */
function commonOwner(answers: readonly Answer[]): 'ours' | 'foreign' | 'absent' {
  const owners = answers.map((answer) => (answer.kind === 'already' ? answer.owner : undefined));
  if (owners.includes('ours')) return 'ours';
  return owners.includes('foreign') ? 'foreign' : 'absent';
}

function sentence(error: unknown): string {
  if (error instanceof ProviderError) return error.message;
  throw error;
}
