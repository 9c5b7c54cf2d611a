/**
 * Nasty input, and how much of it.
 *
 * HALLPASS_FUZZ_RUNS multiplies the number of runs: `HALLPASS_FUZZ_RUNS=20 npx vitest run test/fuzz`.
 * Without it the same few are made each time; with it they are others each time, and a counterexample
 * is printed with its seed. What was ever found stands in its test as an example.
 */
import fc from 'fast-check';

const FACTOR = Math.max(1, Number(process.env.HALLPASS_FUZZ_RUNS ?? 1) || 1);

/** A test that takes longer hangs. */
export const HANG = 20_000 * FACTOR;

export function runs(numRuns: number): { readonly numRuns: number; readonly seed?: number } {
  return FACTOR === 1 ? { numRuns, seed: 20261121 } : { numRuns: Math.ceil(numRuns * FACTOR) };
}

const PIECES = [
  ...['\0', '\u0007', '\u001b[2J', '\u001b]8;;https://evil.example\u0007', '\u0085', '\u007f'],
  ...['\r', '\n', '\r\n', '\t', '\u2028', '\u2029', '\v', '\f', ' ', '\u00a0', '\u3000'],
  ...['\u202e', '\u2066', '\u2069', '\u200f', '\u061c', '\u200b', '\u200d', '\ufeff', '\u00ad'],
  ...[
    '\ud800',
    '\udfff',
    '\ud83d',
    '😀',
    '👨‍👩‍👧‍👦',
    'é',
    'e\u0301',
    '\u212a',
    'İ',
    'ß',
    'שלום',
    'مرحبا',
  ],
  ...['<@U01ADA>', '<@U01ADA|ada>', '<!channel>', '<!here>', '<!subteam^S01>', '<#C01LB>'],
  ...[
    '<https://evil.example|ok>',
    '@here',
    ':fire:',
    '*bold*',
    '_it_',
    '~no~',
    '> quote',
    '&lt;',
    '&amp;lt;',
  ],
  ...['`', '```', '``', '"', "'", '\\', ';', '|', '$(id)', '%s', '%00', '--', '-', '/*', '<<', '#'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'prototype',
    'then',
    'undefined',
    'null',
  ],
  ...[
    '0',
    '-1',
    '1e309',
    'NaN',
    'Infinity',
    '0x10',
    '1h',
    '99999999d',
    '1h1h',
    '00000000000000001m',
  ],
  ...[
    '2026-11-21',
    '2026-11-21T12:00:00Z',
    '2026-13-45T99:99:99+99:99',
    '192.0.2.7',
    '::1',
    '0.0.0.0/0',
  ],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '" autofocus onfocus="alert(1)',
    '-->',
  ],
  ...["' OR 1=1 --", '{{7*7}}', '../../etc/passwd', '((a+)+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'],
  ...['ip=', 'ip=192.0.2.7', 'a=b', '=', 'lb-admin', 'lb-shared', '/jit', 'for', 'help', 'approve'],
] as const;

const halves = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

const joined = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom('', ' ')), { maxLength: 10 })
  .map((parts) => parts.flat().join(''));

/** One thing again and again: what a regular expression or a recursion may stumble over. */
const run = (longest: number) =>
  fc
    .tuple(fc.constantFrom(...PIECES), fc.integer({ min: 1, max: longest }))
    .map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length));

/** @param longest in UTF-16 units, of the longest runs */
export function nasty(longest = 5_000): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: joined },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: halves },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: run(longest) },
  );
}

/** Any value that JSON can say, under keys that objects have anyway. */
export const nastyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    nasty(300),
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, '', [], {}),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...PIECES), fc.string()), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).value;

/** Nested so deep that whoever walks it by recursion falls. */
export const deepJson = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** One place of a JSON value, changed: taken away, put in twice, or something else altogether. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.nat(), fc.constantFrom('replace', 'remove', 'wrap', 'add' as const), nastyJson)
    .map(([place, how, other]) => changedAt(structuredClone(value), place, how, other));
}

type Parent = Record<string, unknown>;

function changedAt(value: unknown, place: number, how: string, other: unknown): unknown {
  const places = placesIn(value);
  const at = places[place % Math.max(1, places.length)];
  if (at === undefined) return other;
  const [parent, key] = at;
  if (how === 'replace') parent[key] = other;
  else if (how === 'wrap') parent[key] = [parent[key]];
  else if (how === 'add')
    Object.defineProperty(parent, `${key}\u200b`, { value: other, enumerable: true });
  else delete parent[key];
  return value;
}

function placesIn(value: unknown): readonly (readonly [Parent, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Parent;
  return Object.keys(parent).flatMap((key) => [[parent, key] as const, ...placesIn(parent[key])]);
}

/** Nothing in a text that moves a cursor or turns the direction of writing. */
export const MEDDLING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
