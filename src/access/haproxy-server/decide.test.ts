import { describe, expect, it } from 'vitest';
import type { Answer, Wish } from '../provider.ts';
import {
  type Found,
  firstAnswer,
  isNowhere,
  isOfEachNode,
  stepAt as stepOf,
  stepsTogether,
} from './decide.ts';
import type { Place } from './position.ts';
import { PutBack } from './put-back.ts';
import { handleSchema } from './target.ts';

const handle = handleSchema.parse({
  ...{ v: 1, nodes: ['127.0.0.1:1', '127.0.0.1:2'], backend: 'be_app', server: 'web1' },
  ...{ set: 'drain', otherwise: 'ready', lastServer: false },
});
const place = (position: Place['position'], more: Partial<Place> = {}): Place => ({
  ...{ node: 'one', position, text: `one: be_app/web1 is at ${position}`, lastOf: null },
  ...more,
});
const wish = (kind: 'until' | 'nothing', more: Partial<Wish> = {}): Wish => ({
  wanted: kind === 'until' ? { kind, until: 1_000 } : { kind },
  ...{ aims: [], held: false, receipt: null, note: async () => {} },
  ...more,
});
const stepAt = (known: typeof handle, at: Place, wanted: Wish) =>
  stepOf(known, at, wanted, new PutBack(wanted));
const WISHED = { receipt: { kind: 'wished' } };
const HELD = { held: true };
const turnedAway: Answer = { kind: 'failed', class: 'auth', why: 'the socket needs `level admin`' };
const busy: Answer = { kind: 'conflict', why: 'somebody is at it' };
const silent: Answer = { kind: 'unknown', why: 'no answer' };
const known = { kind: 'pending', ...WISHED };

const seen = (position: Place['position'], node = 'one'): Found => ({
  kind: 'seen',
  place: place(position, { node }),
});
const unseen: Found = { kind: 'unseen', answer: { kind: 'unknown', why: 'two is away' } };

const answer = (kind: Answer['kind'], more: object = {}) => ({
  kind: 'leave',
  answer: expect.objectContaining({ kind, ...more }),
});
const already = (owner: string) => answer('already', { owner });
const write = (to: string) => ({ kind: 'write', node: 'one', to });

describe('a node at the end', () => {
  it.each([
    ['set', HELD, write('ready')],
    ['set', WISHED, write('ready')],
    ['set', {}, already('foreign')],
    ['set', { receipt: { kind: 'of another version' } }, already('foreign')],
    ['otherwise', HELD, already('absent')],
    ['neither', HELD, already('absent')],
    ['neither', WISHED, already('absent')],
    ['missing', HELD, already('absent')],
  ] as const)('that is %s, with %j, gets %j', (position, known, step) => {
    expect(stepAt(handle, place(position), wish('nothing', known))).toEqual(step);
  });

  it('is put back even if it is the last of its backend', () => {
    const last = place('set', { lastOf: 'be_app/web1 is the last' });
    expect(stepAt(handle, last, wish('nothing', HELD))).toEqual(write('ready'));
  });
});

describe('a node that was put back while others were not', () => {
  const BACK = { receipt: { kind: 'wished', back: ['one'] } };
  const told = (back: readonly string[]) => ({ ...silent, receipt: { kind: 'wished', back } });

  it('is told by each answer from then on', () => {
    const back = new PutBack(wish('nothing', HELD));
    expect(back.toldBy(silent)).toEqual(silent);
    back.add('one');
    expect(back.toldBy(silent)).toEqual(told(['one']));
    expect(back.toldBy({ kind: 'done' })).toEqual({ kind: 'done', ...BACK });
  });

  it('is none where nothing was ever asked for', () => {
    const back = new PutBack(wish('nothing'));
    back.add('one');
    expect(back.toldBy(silent)).toEqual(silent);
  });

  it('is left as somebody sets it since, whether it is wanted or not', () => {
    for (const kind of ['nothing', 'until'] as const)
      expect(stepAt(handle, place('set'), wish(kind, { ...HELD, ...BACK }))).toEqual(
        answer('conflict'),
      );
    const again = wish('until', BACK);
    const steps = stepsTogether(handle, [seen('set'), unseen], again, new PutBack(again));
    expect(steps).toEqual([answer('failed')]);
  });

  it('is ours again where it is set for the next: that is noted first', async () => {
    const notes: unknown[] = [];
    const note = async (receipt: unknown) => void notes.push(receipt);
    const again = wish('until', {
      ...HELD,
      receipt: { kind: 'wished', back: ['one', 'two'] },
      note,
    });
    expect(stepAt(handle, place('otherwise'), again)).toEqual(write('drain'));
    const back = new PutBack(again);
    await Promise.all([back.setAgain(['one']), back.setAgain(['two']), back.setAgain(['three'])]);
    expect(notes).toEqual([
      { kind: 'wished', back: ['two'] },
      { kind: 'wished', back: [] },
    ]);
    expect(back.toldBy(silent)).toEqual(told([]));
  });

  it('is not set again when that cannot be noted', async () => {
    const note = () => Promise.reject(new Error('another attempt has begun'));
    const back = new PutBack(wish('until', { ...HELD, ...BACK, note }));
    await expect(back.setAgain(['one'])).rejects.toThrow('another attempt');
  });
});

describe('what was noted once', () => {
  it.each([
    ['all are seen, and none is set', [seen('otherwise'), seen('neither')], {}, true],
    ['one is set', [seen('otherwise'), seen('set')], {}, false],
    ['one is away', [seen('otherwise'), unseen], {}, false],
    ['it is held', [seen('otherwise'), seen('otherwise')], HELD, false],
  ])('is noted anew when %s: %j %j', (_when, found, known, isAnew) => {
    expect(isNowhere(found, wish('until', { ...WISHED, ...known }))).toBe(isAnew);
  });
});

describe('a node at which it is held', () => {
  it.each([
    ['set', already('ours')],
    ['otherwise', write('drain')],
    ['neither', answer('conflict')],
    ['missing', answer('failed', { class: 'config' })],
  ] as const)('and that is %s gets %j', (position, step) => {
    expect(stepAt(handle, place(position), wish('until', HELD))).toEqual(step);
  });

  it('is not set again where it has become the last of its backend', () => {
    const last = place('otherwise', { lastOf: 'be_app/web1 is the last' });
    expect(stepAt(handle, last, wish('until', HELD))).toMatchObject({
      answer: { kind: 'conflict', why: 'be_app/web1 is the last' },
    });
  });
});

describe('all nodes, before it is held', () => {
  const together = (found: readonly Found[], known: Partial<Wish> = {}) =>
    stepsTogether(handle, found, wish('until', known), new PutBack(wish('until', known)));

  it('are set, all of them', () => {
    const both = [seen('otherwise'), seen('otherwise', 'two')];
    const writes = [write('drain'), { ...write('drain'), node: 'two' }];
    expect(together(both)).toEqual(writes);
    expect(together(both, WISHED)).toEqual(writes);
  });

  it.each<[string, readonly Answer[], object]>([
    ['all are set', [{ kind: 'done' }, { kind: 'done' }], { kind: 'done' }],
    ['all turn us away', [turnedAway, turnedAway], { ...turnedAway, receipt: null }],
    ['one is set, and one turns us away', [{ kind: 'done' }, turnedAway], known],
    ['one may be set, and one turns us away', [silent, turnedAway], known],
    ['one is set, and one may be', [{ kind: 'done' }, silent], silent],
    ['one is set, and one is worked on by others', [{ kind: 'done' }, busy], known],
  ])('are known as ours from then on where %s', (_when, answers, answer) => {
    expect(firstAnswer(answers)).toMatchObject(answer);
  });

  it.each([
    ['all are set', [seen('set'), seen('set')], already('foreign')],
    ['some are set', [seen('set'), seen('otherwise')], answer('failed')],
    ['somebody is at one', [seen('neither'), seen('otherwise')], answer('failed')],
    ['one has no such server', [seen('missing'), seen('otherwise')], answer('failed')],
    ['one is away', [seen('otherwise'), unseen], answer('unknown')],
  ])('are left as they are when %s', (_when, found, step) => {
    expect(together(found)).toEqual([step]);
  });

  it('are not set either where somebody has come to one of them since', () => {
    const found = [seen('neither', 'two'), seen('otherwise')];
    expect(together(found, WISHED)).toEqual([answer('failed')]);
  });

  it('are set where they can be seen, when it has begun', () => {
    expect(together([seen('otherwise'), unseen], WISHED)).toEqual([
      write('drain'),
      answer('unknown'),
    ]);
  });

  it('are a matter of each by itself as soon as it is held, and at the end', () => {
    expect(isOfEachNode(wish('until', WISHED))).toBe(false);
    expect(isOfEachNode(wish('until', HELD))).toBe(true);
    expect(isOfEachNode(wish('nothing'))).toBe(true);
  });
});
