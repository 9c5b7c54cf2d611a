import { describe, expect, it } from 'vitest';
import { HOUR, type Instant } from '../../core/time.ts';
import type { Wish } from '../provider.ts';
import { readKey } from './key.ts';
import type { MapEntry } from './map-answer.ts';
import { nextStep } from './step.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const OURS = NOW + HOUR;
const LATER = NOW + 2 * HOUR;
const THEIRS = NOW + 3 * HOUR;

const entry = (reference: string, until: Instant | null, key = '192.0.2.7'): MapEntry => ({
  reference,
  key,
  until,
});
const give = (until: Instant, held = false): Wish => ({
  wanted: { kind: 'until', until },
  aims: [OURS, LATER],
  held,
  receipt: null,
  note: async () => {},
});
const take = (held = false): Wish => ({
  wanted: { kind: 'nothing' },
  aims: [OURS, LATER],
  held,
  receipt: null,
  note: async () => {},
});

function step(entries: readonly MapEntry[], wish: Wish) {
  const key = readKey('ip', '192.0.2.7');
  if (key === undefined) throw new Error('no key');
  return nextStep(entries, key, wish, NOW);
}

describe('to give access', () => {
  it('adds an entry where none is, on a whole second that is not later', () => {
    const seconds = OURS / 1000;
    expect(step([], give(OURS))).toEqual({ kind: 'add', seconds });
    expect(step([], give(OURS + 999))).toEqual({ kind: 'add', seconds });
  });

  it('does nothing where it stands already, however it is spelled', () => {
    for (const key of [
      '192.0.2.7',
      '192.0.2.7/32',
      '192.0.2.7/255.255.255.255',
      '::ffff:192.0.2.7',
    ]) {
      expect(step([entry('0x1', OURS, key)], give(OURS))).toEqual({ kind: 'none', owner: 'ours' });
    }
  });

  it('changes our own entry in place, and drops its duplicates', () => {
    const entries = [entry('0x1', OURS), entry('0x2', LATER)];
    expect(step(entries, give(LATER))).toEqual({
      kind: 'set',
      reference: '0x1',
      seconds: LATER / 1000,
      extras: ['0x2'],
    });
  });

  it("leaves somebody else's entry, unless our own was seen here before", () => {
    const entries = [entry('0x1', THEIRS)];
    expect(step(entries, give(OURS))).toEqual({ kind: 'none', owner: 'foreign' });
    expect(step(entries, give(OURS, true))).toMatchObject({ kind: 'set', reference: '0x1' });
    expect(step([entry('0x1', null)], give(OURS))).toEqual({ kind: 'none', owner: 'foreign' });
  });

  it('leaves an entry that has ended and is not ours to a person', () => {
    expect(step([entry('0x1', NOW)], give(OURS))).toMatchObject({ kind: 'conflict' });
    expect(step([entry('0x1', 0)], give(OURS))).toMatchObject({ kind: 'conflict' });
  });

  it('leaves two entries of two owners to a person', () => {
    const entries = [entry('0x1', OURS), entry('0x2', THEIRS)];
    expect(step(entries, give(LATER))).toMatchObject({ kind: 'conflict' });
  });

  it.each(['192.0.2.0/24', '192.0.0.0/255.255.0.0', '192.0.0.7/255.255.0.255', 'host.example'])(
    'adds nothing beside an overlapping %s',
    (wide) => {
      for (const until of [THEIRS, NOW - HOUR, null]) {
        expect(step([entry('0x1', until, wide)], give(OURS))).toMatchObject({ kind: 'conflict' });
      }
    },
  );

  it('minds no neighbours', () => {
    const entries = [entry('0x1', THEIRS, '192.0.2.8'), entry('0x2', THEIRS, '2001:db8::/32')];
    expect(step(entries, give(OURS))).toMatchObject({ kind: 'add' });
  });
});

describe('to take access', () => {
  it('removes what is ours and nothing else', () => {
    const entries = [entry('0x1', THEIRS), entry('0x2', OURS), entry('0x3', LATER)];
    expect(step(entries, take())).toEqual({ kind: 'remove', references: ['0x2', '0x3'] });
    expect(step(entries, take(true))).toEqual({ kind: 'remove', references: ['0x2', '0x3'] });
  });

  it('removes ours after somebody has changed its end', () => {
    const entries = [entry('0x1', THEIRS)];
    expect(step(entries, take(true))).toEqual({ kind: 'remove', references: ['0x1'] });
    expect(step(entries, take(false))).toEqual({ kind: 'none', owner: 'foreign' });
  });

  it('has nothing to do where nothing is', () => {
    expect(step([], take(true))).toEqual({ kind: 'none', owner: 'absent' });
    const wide = [entry('0x1', THEIRS, '192.0.2.0/24')];
    expect(step(wide, take(true))).toEqual({ kind: 'none', owner: 'absent' });
  });
});
