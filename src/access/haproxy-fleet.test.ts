import { describe, expect, it } from 'vitest';
import { joinAnswers, joinReadings, type NodeReading } from './haproxy-fleet.ts';
import type { Answer } from './provider.ts';

const already = (owner: 'ours' | 'foreign' | 'absent'): Answer => ({ kind: 'already', owner });
const present = (until: number): NodeReading => ({ kind: 'present', until, evidence: 'there' });
const absent: NodeReading = { kind: 'absent', evidence: 'gone' };
const mixed: NodeReading = { kind: 'mixed', evidence: 'both' };

describe('the answer of several nodes', () => {
  it.each([
    [
      'the worst of them, and tells of what was written',
      { kind: 'unknown', why: 'x', inPart: true },
      [{ kind: 'done' }, { kind: 'unknown', why: 'x' }],
    ],
    ['done when one wrote', { kind: 'done' }, [already('ours'), { kind: 'done' }]],
    ['ours when one holds ours', already('ours'), [already('foreign'), already('ours')]],
    [
      'foreign when nothing of ours is left',
      already('foreign'),
      [already('absent'), already('foreign')],
    ],
    ['absent when all are', already('absent'), [already('absent'), already('absent')]],
  ] as [string, Answer, Answer[]][])('is %s', (_, joined, answers) => {
    expect(joinAnswers(answers)).toEqual(joined);
    expect(joinAnswers(answers.toReversed())).toEqual(joined);
  });
});

describe('the reading of several nodes', () => {
  it.each([
    ['present', [present(5), present(5)]],
    ['absent', [absent, absent]],
    ['partial', [present(5), present(6)]],
    ['partial', [present(5), absent]],
    ['partial', [mixed, mixed]],
    ['partial', [absent, mixed]],
  ] as [string, NodeReading[]][])('is %s', (kind, readings) => {
    expect(joinReadings(readings)).toMatchObject({ kind });
    expect(joinReadings(readings.toReversed())).toMatchObject({ kind });
  });
});
