/** Whatever arrives at Slack's door: refused, or taken for just what it says. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Office } from '../../src/chat/slack/fixtures/office.ts';
import { openOffice } from '../../src/chat/slack/fixtures/office.ts';
import * as payloads from '../../src/chat/slack/fixtures/payloads.ts';
import { BODY_LIMIT } from '../../src/chat/slack/guard.ts';
import { deepJson, HANG, mutated, nasty, nastyJson, runs } from './nasty.ts';
import type { RawAnswer, RawPost } from './raw-post.ts';
import { FORM_TYPE, JSON_TYPE, send, signed } from './raw-post.ts';

let office: Office;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
beforeAll(async () => {
  process.on('unhandledRejection', note);
  office = await openOffice();
});
beforeEach(() => {
  office.intake.deliveries.length = 0;
  office.intake.rejections.length = 0;
});
afterEach(() => expect(unhandled).toEqual([]));
afterAll(async () => {
  await office.close();
  process.off('unhandledRejection', note);
});

const post = (given: RawPost): Promise<RawAnswer> => send(office.url, given);
const asJson = (text: string) => signed(Buffer.from(text), JSON_TYPE);
const asForm = (text: string) => signed(Buffer.from(text), FORM_TYPE);
const asInteraction = (text: string) => asForm(`payload=${encodeURIComponent(text)}`);

/** 401: Bolt takes no signature of bytes that are no text. */
const REFUSED = [200, 400, 401, 413];

async function refused(given: RawPost): Promise<void> {
  expect(REFUSED).toContain((await post(given)).status);
  expect(office.intake.deliveries).toEqual([]);
}

describe('a signed body of any shape', () => {
  test.each(ODD_SHAPES())('is no fault of ours: %s', async (text) => {
    await refused(asJson(text));
    await refused(asInteraction(text));
  });

  test('is no fault of ours', { timeout: HANG }, async () => {
    const shape = fc.oneof(nastyJson, fc.record({ type: kinds, event: nastyJson }), someShape());
    await fc.assert(
      fc.asyncProperty(shape, fc.boolean(), async (value, inForm) => {
        const text = wellFormed(JSON.stringify(value));
        await refused(inForm ? asInteraction(text) : asJson(text));
      }),
      runs(120),
    );
  });

  test('nested as deep as it can be is read or refused', async () => {
    await refused(asJson(deepJson(80_000)));
    await refused(asInteraction('['.repeat(100_000)));
  });

  test('as bytes that are no text, or a form of any fields', { timeout: HANG }, async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some));
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(JSON_TYPE, FORM_TYPE, 'text/plain', ''),
        (body, type) => refused(signed(body, type)),
      ),
      runs(80),
    );
  });
});

const kinds = fc.constantFrom('event_callback', 'block_actions', 'view_submission', 'shortcut');
const someShape = () =>
  fc.record({ type: kinds, actions: nastyJson, view: nastyJson, user: nastyJson, team: nastyJson });
const wellFormed = (text: string) => text.slice(0, 100_000);

function ODD_SHAPES(): readonly string[] {
  return [
    ...['null', '[]', '1', '"x"', '{"event":null}', '{"event":"x","team_id":"T01TEST"}'],
    ...['{"actions":null}', '{"actions":[]}', '{"type":"block_actions","actions":[{}]}'],
    ...[
      '{"type":"view_submission"}',
      '{"type":"block_suggestion","name":"x"}',
      '{"type":"shortcut"}',
    ],
    '{"type":"event_callback","event":{"type":"channel_rename","channel":null}}',
    '{"type":"event_callback","event":{"type":"message","item":null}}',
    '{"event":{"type":"message"},"authorizations":[null]}',
    '{"__proto__":{"type":"block_actions"},"constructor":{"prototype":1}}',
  ];
}

describe('what was accepted', () => {
  test('is who and what the body says, wherever it was changed', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(changedInteraction(), async (value) => {
        office.intake.deliveries.length = 0;
        const text = JSON.stringify(value);
        const { status } = await post(asInteraction(text));
        expect(REFUSED).toContain(status);
        if (office.intake.deliveries.length > 0) sameAs(JSON.parse(text));
      }),
      runs(150),
    );
  });

  test('is the command to the letter', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(nasty(2_000), nasty(60), async (text, user_id) => {
        office.intake.deliveries.length = 0;
        const { status } = await post(asForm(payloads.command({ text: `x${text}`, user_id })));
        expect(status).toBe(200);
        const [delivery] = office.intake.deliveries;
        const typed = Buffer.from(user_id).toString();
        if (delivery === undefined) expect(typed === '' || typed.length > 64).toBe(true);
        else expect(delivery.account.userId).toBe(typed);
      }),
      runs(80),
    );
  });
});

interface Body {
  readonly type: unknown;
  readonly user: { readonly id: unknown };
  readonly team: { readonly id: unknown };
  readonly actions: readonly { readonly action_id: unknown; readonly value: unknown }[];
  readonly view: { readonly callback_id: unknown; readonly private_metadata: unknown };
}

/** Read by hand, and not by what is tested. */
function sameAs(body: Body): void {
  expect(office.intake.deliveries).toHaveLength(1);
  const [delivery] = office.intake.deliveries;
  expect(delivery?.account).toEqual({ platform: 'slack', tenant: 'T01TEST', userId: body.user.id });
  if (body.team?.id !== undefined) expect(body.team.id).toBe('T01TEST');
  const intent = delivery?.intent;
  if (intent?.kind === 'pressed') {
    expect(body.type).toBe('block_actions');
    expect(intent.action).toBe(body.actions[0]?.action_id);
    expect(intent.request).toBe(body.actions[0]?.value ?? '');
  } else if (intent?.kind === 'confirmed') {
    expect(body.actions[0]?.action_id).toBe('confirm');
    expect(intent.preview).toBe(body.actions[0]?.value ?? '');
  } else if (intent?.kind === 'submitted') {
    expect(body.type).toBe('view_submission');
    expect(intent.form).toBe(body.view.callback_id);
  } else expect(intent).toBeUndefined();
}

function changedInteraction(): fc.Arbitrary<unknown> {
  const bodies = [
    payloads.click({ action_id: 'approve', value: payloads.REQUEST }),
    payloads.click({ action_id: 'return', value: payloads.REQUEST }),
    payloads.click({ action_id: 'confirm', value: `slack:${payloads.trigger()}` }),
    payloads.submission({
      ...payloads.filled({ reason: 'because' }),
      callback_id: 'deny',
      private_metadata: payloads.REQUEST,
    }),
    payloads.submission({ ...payloads.filled({ duration: '1h' }), private_metadata: 'lb-admin' }),
  ];
  return fc
    .constantFrom(...bodies)
    .map((body) => JSON.parse(new URLSearchParams(body).get('payload') ?? '') as object)
    .chain((body) => mutated(body));
}

describe('a body that Slack did not sign', () => {
  const body = Buffer.from(payloads.command());
  const good = () => signed(body, FORM_TYPE);

  test('is refused, whatever stands for a signature and a time', { timeout: HANG }, async () => {
    const header = nasty(200).map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
    const which = fc.constantFrom('x-slack-signature', 'x-slack-request-timestamp');
    await fc.assert(
      fc.asyncProperty(which, header, async (name, value) => {
        const { status } = await post({ body, headers: { ...good().headers, [name]: value } });
        expect(status).toBe(401);
      }),
      runs(60),
    );
    expect(office.intake.deliveries).toEqual([]);
  });

  test('is refused with one bit changed', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const other = Buffer.from(body);
        other[at] = (other[at] ?? 0) ^ (1 << bit);
        expect((await post({ body: other, headers: good().headers })).status).toBe(401);
      }),
      runs(30),
    );
    expect(office.intake.deliveries).toEqual([]);
  });

  test.each(['x-slack-signature', 'x-slack-request-timestamp'])(
    'is refused with two of %s',
    async (name) => {
      const { headers } = good();
      const twice = { ...headers, [name]: [headers[name] ?? '', headers[name] ?? ''] };
      expect((await post({ body, headers: twice })).status).toBe(401);
    },
  );
});

describe('a transfer', () => {
  test('of more than Slack sends is cut off, however it is sent', async () => {
    const large = signed(Buffer.alloc(4 * BODY_LIMIT, 'x'), FORM_TYPE);
    const chunked = { ...large, headers: { ...large.headers, 'transfer-encoding': 'chunked' } };
    for (const given of [large, chunked]) expect([413, 0]).toContain((await post(given)).status);
    expect(office.intake.rejections).toContain('too-large');
  });

  test('that unpacks to more is not unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(64 * BODY_LIMIT, '['));
    for (const encoding of ['gzip', 'br', 'deflate', 'gzip, gzip']) {
      const given = signed(packed, JSON_TYPE);
      const headers = { ...given.headers, 'content-encoding': encoding };
      expect([400, 401, 413, 415]).toContain((await post({ body: packed, headers })).status);
    }
  });

  test('that breaks off leaves nothing behind', async () => {
    const whole = asForm(payloads.command());
    await post({ ...whole, breaksOff: true });
    expect((await post(whole)).status).toBe(200);
    expect(office.intake.deliveries).toHaveLength(1);
  });
});
