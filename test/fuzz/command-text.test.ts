/** Whatever anybody types is answered or opens a form, and does no more than it says. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCommandLine } from '../../src/core/command-line.ts';
import type { AccessRequest } from '../../src/core/request.ts';
import { CAST } from '../stories/cast.ts';
import { proved } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { HANG, MEDDLING, nasty, runs } from './nasty.ts';

const WORDS = [
  ...['help', 'roles', 'mine', 'status', 'withdraw', 'return', 'extend', 'approve', 'why', '/jit'],
  ...['break-glass lb-admin', 'review 0123456789'],
];
const ROLES = ['lb-admin', 'lb-pair', 'lb-shared'];

const line = (longest: number) =>
  fc.oneof(
    nasty(longest),
    fc
      .tuple(fc.constantFrom(...WORDS, ...ROLES), nasty(longest))
      .map(([word, rest]) => `${word} ${rest}`),
    fc
      .tuple(
        fc.constantFrom(...ROLES),
        fc.constantFrom(
          ...['', '1h', '0m', '9d', 'from 22:00', '1h from', '1h from 2026-11-22 09:00'],
        ),
        nasty(),
        nasty(longest),
      )
      .map(([role, time, ip, rest]) => `${role} ${time} ip=${ip} ${rest}`),
  );

const LONGEST_ANSWER = 6_000;
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({}, { burst: 1_000_000 });
});
afterAll(async () => {
  await proved(stage);
  await stage.halt();
});

const vocabulary = () => ({ roles: Object.values(stage.app.policy.current.roles) });

describe('any line', () => {
  test('is read without a fault, and the answer to a mistake can be shown', {
    timeout: HANG,
  }, () => {
    fc.assert(
      fc.property(line(30_000), (text) => {
        const read = parseCommandLine(text, vocabulary());
        if (read.kind !== 'mistake') return;
        expect(read.message.length).toBeLessThan(LONGEST_ANSWER);
        expect(read.message).not.toMatch(MEDDLING);
        expect(parseCommandLine(read.example, vocabulary()).kind).not.toBe('mistake');
      }),
      { ...runs(400), examples: HUGE.map((text) => [text]) },
    );
  });

  test('is answered or opens a form, and changes nothing that it does not ask for', {
    timeout: HANG,
  }, async () => {
    const people = CAST.map(({ userId }) => userId);
    await fc.assert(
      fc.asyncProperty(line(21_000), fc.constantFrom(...people), async (text, who) => {
        const before = await everyRequest();
        const answers = stage.workspace.answers(who).length;
        const receipt = await stage.workspace.type(who, text);
        await stage.settle();
        const { answers: told, form } = stage.workspace.desk(who);
        // Who may ask for nothing is told so in place of a form.
        if (receipt !== null || form === null) expect(told).toHaveLength(answers + 1);
        else expect(form.kind).toBe('ask');
        expect(stage.answer(who).length).toBeLessThan(LONGEST_ANSWER);
        expect(stage.answer(who)).not.toMatch(MEDDLING);
        onlyAsked(text, before, await everyRequest());
      }),
      runs(60),
    );
    expect(stage.log.errors).toEqual([]);
  });
});

/** At most one more request, and only for a line that asks for one. */
function onlyAsked(text: string, before: Requests, after: Requests): void {
  const read = parseCommandLine(text, vocabulary());
  const more = [...after.keys()].filter((id) => !before.has(id));
  expect(more.length).toBeLessThanOrEqual(read.kind === 'ask' ? 1 : 0);
  for (const [id, status] of before) expect(after.get(id)).toBe(status);
}

type Requests = ReadonlyMap<string, AccessRequest['status']>;

async function everyRequest(): Promise<Requests> {
  const rows = await stage.store.requestsAfter('', 100_000);
  return new Map(rows.map(({ value }) => [value.id, value.status]));
}

const HUGE = [
  '=',
  '"',
  ' ',
  'a=',
  '1h',
  'ip= ',
  "ip='",
  '`',
  '\ud83d',
  '\u202e',
  '1',
  'lb-admin ',
].flatMap((piece) => [
  piece.repeat(9_000),
  `lb-pair ${piece.repeat(5_000)}`,
  `lb-shared 1h ${piece.repeat(6_000)}!`,
]);
