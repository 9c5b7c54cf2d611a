/** Forms come back with anything in them, also in what they carry unseen: it is checked as if typed. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filledForm } from '../../src/chat/platform.ts';
import { askValues, faultsByBlock } from '../../src/chat/slack/forms.ts';
import { submission } from '../../src/chat/slack/payloads.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { FormAction } from '../../src/core/view.ts';
import { FORM_ACTIONS } from '../../src/core/view.ts';
import { CAST } from '../stories/cast.ts';
import { proved } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { LocalOffice } from '../support/local-office.ts';
import { HANG, MEDDLING, nasty, nastyJson, runs } from './nasty.ts';

const PEOPLE = CAST.map(({ userId }) => userId);
const LONGEST_ANSWER = 6_000;
const who = fc.constantFrom(...PEOPLE);
const role = fc.oneof(fc.constantFrom('lb-admin', 'lb-pair', 'lb-shared'), nasty(20_000));
const values = fc.record({
  role,
  duration: fc.oneof(fc.constantFrom('', '1h', '4h'), nasty(20_000)),
  reason: nasty(60_000),
  inputs: fc.dictionary(
    fc.oneof(fc.constant('ip'), nasty(200)),
    fc.oneof(fc.ipV4(), nasty(5_000)),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  ),
});

let stage: Stage;
let pending: RequestId;
beforeAll(async () => {
  stage = await Stage.open({}, { burst: 1_000_000 });
  pending = await stage.ask('ada', 'lb-admin 1h rotate the edge certificate');
});
afterAll(async () => {
  await proved(stage);
  await stage.halt();
});

function answered(userId: string): void {
  expect(stage.answer(userId).length).toBeLessThan(LONGEST_ANSWER);
  expect(stage.answer(userId)).not.toMatch(MEDDLING);
}

describe('a form that asks', () => {
  test('is told what is wrong with it, or asks for just that', { timeout: HANG }, async () => {
    const io = { signal: new AbortController().signal };
    await fc.assert(
      fc.asyncProperty(who, values, async (userId, filled) => {
        const faults = await stage.workspace.door.checkForm(
          stage.workspace.account(userId),
          filled,
          io,
        );
        for (const text of Object.values(faults)) expect(text.length).toBeLessThan(2_000);
        const before = await stage.store.requestCount();
        await stage.workspace.deliver(userId, { kind: 'submitted', form: 'ask', values: filled });
        await stage.settle();
        answered(userId);
        const more = (await stage.store.requestCount()) - before;
        expect(more).toBeLessThanOrEqual(Object.keys(faults).length === 0 ? 1 : 0);
      }),
      runs(50),
    );
    expect(stage.log.errors).toEqual([]);
  });
});

test('a role of any length is named in few words', async () => {
  const io = { signal: new AbortController().signal };
  const filled = { role: '😀'.repeat(10_000), duration: '', reason: 'look', inputs: {} };
  const faults = await stage.workspace.door.checkForm(stage.workspace.account('ada'), filled, io);
  expect(faults.role?.length).toBeLessThan(200);
});

describe('the button below an answer', () => {
  test('freezes nothing by any value but the one that it was drawn with, nor for anybody else', {
    timeout: HANG,
  }, async () => {
    await stage.type('margaret', 'freeze a stolen laptop');
    const drawn = given(stage.workspace.desk('margaret').answers.at(-1)?.view.confirmation);
    const altered = fc.nat(drawn.preview.length).map((at) => drawn.preview.slice(at));
    const value = fc.oneof(nasty(2_000), altered);
    await fc.assert(
      fc.asyncProperty(who, fc.oneof(value, fc.constant(drawn.preview)), async (...pressed) => {
        const [userId, preview] = pressed;
        fc.pre(userId !== 'margaret' || preview !== drawn.preview);
        await stage.workspace.deliver(userId, { kind: 'confirmed', preview });
        await stage.settle();
        answered(userId);
        expect(await stage.store.standstill()).toBeNull();
      }),
      runs(60),
    );
  });
});

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('there is none');
  return value;
}

describe('a form for a reason', () => {
  test('does nothing to a request that it does not name', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(
        who,
        fc.constantFrom<FormAction>(...FORM_ACTIONS),
        nasty(),
        nasty(),
        nasty(),
        async (...given) => {
          const [userId, form, request, reason, duration] = given;
          await stage.workspace.deliver(userId, filledForm(form, request, { reason, duration }));
          await stage.settle();
          answered(userId);
          expect(await stage.status(pending)).toBe('pending');
        },
      ),
      runs(40),
    );
  });

  test('does nothing for who may not, and what it says is kept short', {
    timeout: HANG,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('ada', 'mallory'), nasty(60_000), async (userId, reason) => {
        const intent = { kind: 'submitted', form: 'deny', request: pending, reason } as const;
        await stage.workspace.deliver(userId, intent);
        await stage.settle();
        answered(userId);
        expect(await stage.status(pending)).toBe('pending');
      }),
      runs(30),
    );
  });

  test('that is longer than anybody reads is refused, or cut', async () => {
    const id = await stage.ask('ada', 'lb-pair 1h ip=192.0.2.99 look');
    const reason = `no\n${'x'.repeat(60_000)}`;
    await stage.workspace.deliver('grace', {
      kind: 'submitted',
      form: 'deny',
      request: id,
      reason,
    });
    await stage.settle();
    answered('grace');
    for (const line of stage.thread()) expect(line.length).toBeLessThan(LONGEST_ANSWER);
    for (const note of stage.workspace.direct('ada'))
      expect(note.text.length).toBeLessThan(LONGEST_ANSWER);
  });
});

describe('a modal of Slack', () => {
  test('is read into texts, whatever its state and its metadata hold', { timeout: HANG }, () => {
    const block = fc.dictionary(nasty(50), fc.record({ value: nasty(200) }), { maxKeys: 2 });
    const state = fc.dictionary(
      fc.oneof(fc.constantFrom('role', 'duration', 'reason', 'input:ip', '__proto__'), nasty(50)),
      fc.oneof(block, nastyJson),
      { maxKeys: 5, noNullPrototype: true },
    );
    fc.assert(
      fc.property(state, nasty(4_000), nastyJson, (filled, private_metadata, other) => {
        const view = { callback_id: 'ask', private_metadata, state: { values: filled } };
        const read = submission.safeParse(
          JSON.parse(JSON.stringify({ user: { id: 'U1' }, trigger_id: '1', view, other })),
        );
        if (!read.success) return;
        const asked = askValues(read.data.view.state.values, read.data.view.private_metadata);
        for (const text of [
          asked.role,
          asked.duration,
          asked.reason,
          ...Object.values(asked.inputs),
        ])
          expect(typeof text).toBe('string');
        const faults = Object.fromEntries(
          Object.keys(asked.inputs).map((name) => [`input:${name}`, 'No.']),
        );
        const shown = faultsByBlock({ ...faults, role: 'No.' }, read.data.view.state.values);
        for (const text of Object.values(shown)) expect(text.length).toBeLessThanOrEqual(2_000);
      }),
      runs(150),
    );
  });
});

describe('the local page', () => {
  let office: LocalOffice;
  let cookie: string;
  beforeAll(async () => {
    office = await LocalOffice.open();
    const page = await fetch(`${office.url}/as/ada/channel/lb-access`);
    cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  });
  afterAll(() => office.stop());

  const post = (verb: string, fields: Readonly<Record<string, string>>) =>
    fetch(`${office.url}/as/ada/${verb}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, origin: office.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ token: cookie.split('=')[1] ?? '', back: '/as/ada/channel/lb-access' },
        ...fields,
      }).toString(),
    });

  test('answers any form with a page, and shows what was filled in as text', {
    timeout: HANG,
  }, async () => {
    const names = [
      'text',
      'role',
      'duration',
      'reason',
      'request',
      'message',
      'form',
      'back',
      'key',
    ];
    const fields = fc.dictionary(
      fc.oneof(fc.constantFrom(...names, 'input:ip', 'action'), nasty(30)),
      fc.oneof(
        nasty(),
        fc.constantFrom('/as/ada/home', '/as/ada/home?form=ask&role=x', 'ask', 'deny'),
      ),
      { maxKeys: 5, noNullPrototype: true },
    );
    const verb = fc.constantFrom(
      'say',
      'press',
      'ask',
      'reason',
      'read',
      '__proto__',
      'constructor',
    );
    await fc.assert(
      fc.asyncProperty(verb, fields, async (name, given) => {
        const response = await post(name, given);
        expect([204, 303, 403, 404, 413, 422]).toContain(response.status);
        expect(response.headers.get('location') ?? '/as/ada').toMatch(/^\/as\/ada(?:\/|$)/);
        inert(await response.text());
      }),
      runs(60),
    );
    const page = await fetch(`${office.url}/as/ada/channel/lb-access`);
    expect(page.status).toBe(200);
    inert(await page.text());
  });

  test('takes no more than a form can hold', async () => {
    expect((await post('say', { text: 'x'.repeat(70_000) })).status).toBe(413);
  });
});

/** What was filled in opened no element, left no attribute and moves no cursor. */
function inert(page: string): void {
  expect(page).not.toMatch(/<script>|<img src=x|" (?:autofocus|onfocus)|-->/);
  expect(page.replaceAll(/[\r\n\t]/g, '')).not.toMatch(MEDDLING);
}
