import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, Happening } from './audit.ts';
import { canonical, firstFault, GENESIS, happeningOf, hashOf, link } from './audit.ts';
import { ada, grace } from './fixtures/cast.ts';
import { NOON } from './fixtures/facts.ts';

const met = (account: string): Happening => ({
  subject: 'person',
  id: ada.id,
  event: { type: 'met', account },
});

function chainOf(...happenings: readonly Happening[]): Entry[] {
  const entries: Entry[] = [];
  for (const happening of happenings) {
    const prev = entries.at(-1)?.hash ?? GENESIS;
    entries.push(link(happening, entries.length + 1, NOON + entries.length, prev));
  }
  return entries;
}

const chain = () => chainOf(met('one'), met('two'), met('three'), met('four'));

const altered = (nth: number, changes: Partial<Entry>) =>
  chain().map((entry) => (entry.seq === nth ? { ...entry, ...changes } : entry));

describe('the chain', () => {
  it('holds as it was linked, as a whole and from any of its entries on', () => {
    const entries = chain();
    expect(firstFault(entries)).toBeUndefined();
    const [first, ...rest] = entries;
    expect(firstFault(rest, { seq: 1, hash: first?.hash ?? '' })).toBeUndefined();
    expect(firstFault([])).toBeUndefined();
  });

  it('shows a body that was altered', () => {
    const body = chain()[1]?.body.replace('two', 'six') ?? '';
    expect(firstFault(altered(2, { body }))).toEqual({ seq: 2, what: 'altered-body' });
  });

  it('shows a body that was altered together with its hash, at the next entry', () => {
    const [first, second] = chain();
    const body = second?.body.replace('two', 'six') ?? '';
    const hash = hashOf(first?.hash ?? '', body);
    expect(firstFault(altered(2, { body, hash }))).toEqual({ seq: 3, what: 'broken-link' });
  });

  it('shows an entry that is missing, at the front and within', () => {
    expect(firstFault(chain().slice(1))).toEqual({ seq: 1, what: 'missing-entry' });
    expect(firstFault(chain().filter(({ seq }) => seq !== 3))).toEqual({
      seq: 3,
      what: 'missing-entry',
    });
  });

  it('shows an entry that was cut out with the numbers closed up behind it', () => {
    const [first, , third] = chain();
    const moved = [first, third === undefined ? undefined : { ...third, seq: 2 }];
    const entries = moved.filter((entry) => entry !== undefined);
    expect(firstFault(entries)).toEqual({ seq: 2, what: 'broken-link' });
  });

  it('shows entries that changed places', () => {
    const [first, second, third] = chain();
    const entries = [first, third, second].filter((entry) => entry !== undefined);
    expect(firstFault(entries)).toEqual({ seq: 2, what: 'missing-entry' });
  });

  it.each<[string, Partial<Entry>]>([
    ['time', { at: NOON }],
    ['subject', { subject: 'request' }],
    ['id', { id: grace.id }],
  ])('shows a column that says another %s than the body', (_, changes) => {
    expect(firstFault(altered(3, changes))).toEqual({ seq: 3, what: 'wrong-columns' });
  });

  it.each(['', 'no JSON', 'null', '7', '[]'])('shows a hashed body that is %j', (body) => {
    const hash = hashOf(GENESIS, body);
    expect(firstFault(altered(1, { body, hash }))).toEqual({ seq: 1, what: 'wrong-columns' });
  });

  it('shows any single change of any entry', () => {
    const columns = fc.constantFrom('body', 'prev', 'hash', 'id');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), columns, fc.string(), (nth, column, value) => {
        const before = chain()[nth - 1]?.[column];
        expect(firstFault(altered(nth, { [column]: value })) === undefined).toBe(value === before);
      }),
    );
  });

  it('gives back what happened', () => {
    const [first] = chain();
    expect(happeningOf({ body: first?.body ?? '' })).toEqual({ seq: 1, at: NOON, ...met('one') });
  });
});

describe('canonical JSON', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).map(([key, item]) => [key, shuffled(item)] as const);
    return Object.fromEntries(entries.reverse());
  };

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(shuffled(value))).toBe(canonical(value));
      }),
    );
  });

  it('says what was meant, so that different values have different bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('leaves out what is undefined, and keeps a key that is named like a prototype', () => {
    expect(canonical({ b: 1, a: undefined })).toBe('{"b":1}');
    expect(canonical(JSON.parse('{"__proto__":{"x":1}}'))).toBe('{"__proto__":{"x":1}}');
  });
});
