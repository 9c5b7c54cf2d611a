/** Many nodes, one answer: access counts only where every node agrees. */
import type { Answer, Reading } from '../provider.ts';
import type { NodeReading } from './node-map.ts';

/** The first of these kinds that any node answered speaks for all of them. */
const WORST_FIRST = ['failed', 'conflict', 'unknown', 'throttled', 'pending', 'done'] as const;

export function joinAnswers(answers: readonly Answer[]): Answer {
  for (const kind of WORST_FIRST) {
    const found = answers.find((answer) => answer.kind === kind);
    if (found !== undefined) return found;
  }
  return { kind: 'already', owner: commonOwner(answers) };
}

export function joinReadings(readings: readonly NodeReading[]): Reading {
  const evidence = readings.map((reading) => reading.evidence).join('; ');
  if (readings.every((reading) => reading.kind === 'absent')) return { kind: 'absent', evidence };
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
