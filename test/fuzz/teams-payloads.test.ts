/** Whatever arrives at Teams' door: refused, or taken for just what it says. */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Delivery } from '../../src/chat/platform.ts';
import { APP, TENANT } from '../../src/chat/teams/fixtures/entra.ts';
import * as payloads from '../../src/chat/teams/fixtures/payloads.ts';
import { type Office, openOffice } from '../../src/chat/teams/fixtures/teams-office.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { HANG, mutated, nasty, nastyJson, runs } from './nasty.ts';

/** Nobody answers here, so that nobody is waited for. */
const impatient: Clock = {
  ...systemClock,
  after: (delay, ring) => systemClock.after(delay === 4_000 ? 0 : delay, ring),
};

let office: Office;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  process.on('unhandledRejection', note);
  office = await openOffice({ clock: impatient });
});
beforeEach(() => forget());
afterEach(() => expect(unhandled).toEqual([]));
afterAll(async () => {
  await office.close();
  process.off('unhandledRejection', note);
  vi.restoreAllMocks();
});

function forget(): void {
  office.intake.deliveries.length = 0;
  office.intake.rejections.length = 0;
}

/** 401: what names another channel or service than the token is for. */
const ANSWERS = [200, 400, 401, 403, 501];

/** @returns what was delivered, at most one */
async function taken(payload: unknown) {
  forget();
  const { status } = await office.delivery.raw(JSON.stringify(payload), office.delivery.bearer());
  expect(ANSWERS).toContain(status);
  const { deliveries, rejections } = office.intake;
  expect(deliveries.length).toBeLessThanOrEqual(1);
  if (status === 400 || status === 401 || status === 403) {
    expect(deliveries).toEqual([]);
    expect(rejections).toHaveLength(1);
  }
  return deliveries[0];
}

const CHAT: payloads.Where = { kind: 'chat' };
const CHANNEL: payloads.Where = {
  kind: 'channel',
  conversation: '19:lbaccess@thread.tacv2;messageid=17',
};
const press = (verb: string, data: unknown) =>
  payloads.pressed(office.microsoft.service, office.grace, CHANNEL, { verb, data, card: '17' });
const form = (name: string, data: unknown) =>
  payloads.dialog(office.microsoft.service, office.ada, CHAT, name, data);
const envelope = () => payloads.activityOf(office.microsoft.service, office.ada, CHAT);

describe('an activity of any shape', () => {
  test('with the token of Teams is no fault of ours', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(nastyJson, async (value) => {
        expect(await taken(value)).toBeUndefined();
      }),
      runs(60),
    );
  });

  test('around what proves where it comes from is none either', { timeout: HANG }, async () => {
    const kinds = fc.constantFrom<unknown>(
      ...['message', 'invoke', 'conversationUpdate', 'installationUpdate', 'messageReaction', 7],
    );
    const names = fc.constantFrom<unknown>(
      ...['adaptiveCard/action', 'task/fetch', 'task/submit', 'composeExtension/fetchTask', null],
    );
    let count = 0;
    const rarely = fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, nastyJson);
    const shape = fc.record(
      {
        type: kinds,
        name: names,
        value: nastyJson,
        text: nasty(2_000),
        entities: fc.array(nastyJson, { maxLength: 5 }),
        channelData: fc.oneof(nastyJson, fc.constant({ tenant: { id: TENANT } })),
        membersRemoved: rarely,
        replyToId: fc.oneof(nasty(60), rarely),
        action: fc.oneof(nasty(60), rarely),
      },
      { requiredKeys: ['type'] },
    );
    await fc.assert(
      fc.asyncProperty(shape, async (value) => {
        const delivered = await taken({ ...envelope(), ...value });
        if (delivered === undefined) return;
        count += 1;
        expect(delivered.account.userId).toBe(office.ada.userId);
      }),
      runs(150),
    );
    expect(count).toBeGreaterThan(0);
  });
});

describe('what was accepted', () => {
  test('is who and what the body says, wherever it was changed', { timeout: HANG }, async () => {
    const data = { hallpass: 1, request: 'abcdefghij' };
    const asked = {
      hallpass: 1,
      verb: 'submit-ask',
      role: 'lb-admin',
      duration: '1h',
      reason: 'x',
    };
    const deny = { ...data, 'reason:deny:abcdefghij': 'because' };
    const bodies = [
      () => press('approve', data),
      () => press('deny', deny),
      () => press('confirm', { hallpass: 1, preview: 'teams:0f' }),
      () => form('task/submit', asked),
      () => payloads.typed(office.microsoft.service, office.ada, CHANNEL, 'lb-admin 1h why'),
    ];
    const changed = fc.constantFrom(...bodies).chain((body) => mutated(body()));
    await fc.assert(
      fc.asyncProperty(changed, async (value) => {
        const delivered = await taken(value);
        if (delivered !== undefined) sameAs(JSON.parse(JSON.stringify(value)), delivered);
      }),
      runs(200),
    );
  });

  test('is the command to the letter, but for what Teams writes in it', {
    timeout: HANG,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(nasty(2_000), async (text) => {
        const sent = Buffer.from(`x${text}`).toString();
        const { microsoft, ada } = office;
        const delivered = await taken(payloads.typed(microsoft.service, ada, CHAT, sent));
        const read = sent.replaceAll('\u00a0', ' ').trim();
        expect(delivered?.intent).toEqual({ kind: 'typed', text: read });
      }),
      runs(80),
    );
  });

  test('is one press of one button, whatever else stands in its data', {
    timeout: HANG,
  }, async () => {
    const verbs = fc.constantFrom(
      'approve',
      'withdraw',
      'return',
      'refresh',
      'deny',
      'revoke',
      'extend',
      'justified',
      'unjustified',
      'x',
    );
    const more = fc.dictionary(fc.string(), nastyJson, { maxKeys: 5, noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(verbs, more, nasty(80), async (verb, extra, request) => {
        const id = Buffer.from(request).toString();
        const delivered = await taken(press(verb, { ...extra, hallpass: 1, request: id }));
        if (delivered === undefined) return;
        expect(delivered.account.userId).toBe(office.grace.userId);
        expect(delivered.intent).toMatchObject({ request: id });
        expect(JSON.stringify(delivered.intent)).toContain(`"${verb}"`);
      }),
      runs(80),
    );
  });
});

interface Body {
  readonly from: { readonly id: string; readonly aadObjectId: string };
  readonly recipient: { readonly id: string };
  readonly conversation: { readonly id: string; readonly tenantId?: string };
  readonly type: unknown;
  readonly value?: {
    readonly action?: {
      readonly verb: unknown;
      readonly data: { readonly request: unknown; readonly preview: unknown };
    };
    readonly data?: { readonly role: unknown };
  };
}

/** Read by hand, and not by what is tested. */
function sameAs(body: Body, { account, intent, replyTo }: Delivery): void {
  const userId = body.from.aadObjectId.toLowerCase();
  expect(account).toEqual({ platform: 'teams', tenant: TENANT, userId });
  expect(body.from.id.startsWith('28:')).toBe(false);
  expect(replyTo.conversation).toBe(body.conversation.id);
  if (body.conversation.tenantId !== undefined) expect(body.conversation.tenantId).toBe(TENANT);
  if (intent.kind === 'pressed') {
    expect(intent.action).toBe(body.value?.action?.verb);
    expect(intent.request).toBe(body.value?.action?.data.request);
  } else if (intent.kind === 'confirmed') {
    expect(body.value?.action?.verb).toBe('confirm');
    expect(intent.preview).toBe(body.value?.action?.data.preview);
  } else if (intent.kind === 'submitted' && intent.form === 'ask') {
    expect(intent.values.role).toBe(body.value?.data?.role);
  } else if (intent.kind === 'submitted') {
    expect(intent.form).toBe(body.value?.action?.verb);
  } else expect(body.type).toBe('message');
}

describe('a token that is not of Teams', () => {
  test('is refused, whatever stands in the header', { timeout: HANG }, async () => {
    const header = nasty(200).map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
    const body = () => JSON.stringify(press('approve', { hallpass: 1, request: 'abcdefghij' }));
    await fc.assert(
      fc.asyncProperty(header, fc.boolean(), async (value, isBearer) => {
        const answer = await office.delivery.raw(body(), isBearer ? `Bearer ${value}` : value);
        expect(answer.status).toBe(401);
      }),
      runs(60),
    );
    expect(office.intake.deliveries).toEqual([]);
  });

  test('is refused with one character changed', { timeout: HANG }, async () => {
    const body = JSON.stringify(press('approve', { hallpass: 1, request: 'abcdefghij' }));
    const good = office.delivery.bearer();
    await fc.assert(
      // The last character holds bits that stand for nothing.
      fc.asyncProperty(fc.integer({ min: 7, max: good.length - 2 }), async (at) => {
        const other = good.charAt(at) === 'A' ? 'B' : 'A';
        const bearer = good.slice(0, at) + other + good.slice(at + 1);
        expect((await office.delivery.raw(body, bearer)).status).toBe(401);
      }),
      runs(60),
    );
    expect(office.intake.deliveries).toEqual([]);
  });

  test('with any claims but its own is refused', { timeout: HANG }, async () => {
    const body = JSON.stringify(press('approve', { hallpass: 1, request: 'abcdefghij' }));
    const claim = fc.constantFrom('iss', 'aud', 'serviceurl', 'exp', 'nbf');
    await fc.assert(
      fc.asyncProperty(claim, nastyJson, async (name, value) => {
        fc.pre(value !== APP);
        const isTime = name === 'exp' || name === 'nbf';
        fc.pre(!isTime || typeof value !== 'number');
        const bearer = office.delivery.bearer({ [name]: value });
        expect((await office.delivery.raw(body, bearer)).status).toBe(401);
      }),
      runs(60),
    );
    expect(office.intake.deliveries).toEqual([]);
  });
});
