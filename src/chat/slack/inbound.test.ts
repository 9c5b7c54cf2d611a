import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ApiCall, type Office, openOffice } from './fixtures/office.ts';
import * as payloads from './fixtures/payloads.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const called = (method: string): Promise<ApiCall> =>
  vi.waitFor(() => {
    const call = office.calls.find((one) => one.method === method);
    if (call === undefined) throw new Error(`${method} was not called`);
    return call;
  });

describe('a slash command', () => {
  test('is acknowledged with nothing once it is accepted', async () => {
    const trigger_id = payloads.trigger();
    expect(await office.post(payloads.command({ trigger_id }))).toEqual({ status: 200, text: '' });
    expect(office.intake.deliveries).toEqual([
      {
        key: `slack:${trigger_id}`,
        account: { platform: 'slack', tenant: 'T01TEST', userId: 'U01ADA' },
        intent: { kind: 'typed', text: 'lb-admin 1h rotate the edge certificate' },
        replyTo: { user: 'U01ADA' },
        message: null,
        receivedAt: expect.any(Number),
      },
    ]);
  });

  test('is read as it was typed', async () => {
    await office.post(payloads.command({ text: 'lb-admin &lt;!channel&gt; *x* &amp; more' }));
    expect(office.intake.deliveries[0]?.intent).toEqual({
      kind: 'typed',
      text: 'lb-admin <!channel> *x* & more',
    });
  });

  test('that is replayed to the byte is given the first answer', async () => {
    const body = payloads.command();
    await office.post(body);
    const { status, text } = await office.post(body);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      response_type: 'ephemeral',
      text: 'the first answer',
    });
  });

  test('with nothing after it opens the form, and is no delivery', async () => {
    const trigger_id = payloads.trigger();
    await office.post(payloads.command({ text: ' ', trigger_id }));
    expect(await called('views.open')).toMatchObject({ args: { trigger_id } });
    expect(office.intake.deliveries).toEqual([]);
  });

  test('without a trigger id is counted as malformed', async () => {
    await office.post(payloads.command({ trigger_id: '' }));
    expect(office.intake.rejections).toEqual(['malformed']);
  });

  test('that cannot be written down is not acknowledged', async () => {
    office.intake.accept = async () => {
      throw new Error('the disk is full');
    };
    expect(await office.post(payloads.command())).toEqual({ status: 500, text: '' });
  });
});

describe('a click', () => {
  test('carries its request and the message that it was made on', async () => {
    await office.post(payloads.click({ action_id: 'approve', value: payloads.REQUEST }));
    expect(office.intake.deliveries[0]).toMatchObject({
      intent: { kind: 'pressed', action: 'approve', request: payloads.REQUEST },
      message: { channel: 'C01LB', ts: '1795224535.000001' },
    });
  });

  test('below an answer carries what was told, and is answered beside its acknowledgement', async () => {
    const body = payloads.click({ action_id: 'confirm', value: 'slack:2245.1.a' });
    expect(await office.post(body)).toEqual({ status: 200, text: '' });
    expect(office.intake.deliveries[0]?.intent).toEqual({
      kind: 'confirmed',
      preview: 'slack:2245.1.a',
    });
    await office.post(body);
    expect((await called('chat.postMessage')).args.text).toBe('the first answer');
  });

  test('on Deny asks for a reason first', async () => {
    await office.post(payloads.click({ action_id: 'deny', value: payloads.REQUEST }));
    const { args } = await called('views.open');
    expect(JSON.parse(args.view ?? '')).toMatchObject({
      callback_id: 'deny',
      private_metadata: payloads.REQUEST,
    });
    expect(office.intake.deliveries).toEqual([]);
  });

  test('that is replayed is answered beside its acknowledgement', async () => {
    const body = payloads.click({ action_id: 'return', value: payloads.REQUEST });
    await office.post(body);
    expect(await office.post(body)).toEqual({ status: 200, text: '' });
    expect((await called('chat.postMessage')).args.text).toBe('the first answer');
  });

  test('on a role draws the form for that role', async () => {
    const view = { id: 'V01', hash: '1.a', type: 'modal' };
    const selected_option = { value: 'lb-admin' };
    await office.post(payloads.click({ action_id: 'role', selected_option }, { view }));
    expect((await called('views.update')).args).toMatchObject({ view_id: 'V01', hash: '1.a' });
  });

  test('that cannot be written down is not acknowledged', async () => {
    office.intake.accept = async () => {
      throw new Error('the disk is full');
    };
    const body = payloads.click({ action_id: 'approve', value: payloads.REQUEST });
    expect(await office.post(body)).toMatchObject({ status: 500 });
  });
});

describe('a form', () => {
  const ask = payloads.filled({
    ...{ duration: '1h', start: '22:00', reason: 'because' },
    'input:ip': '192.0.2.7',
  });

  test('is accepted with what was filled in', async () => {
    await office.post(payloads.submission({ ...ask, private_metadata: 'lb-admin' }));
    expect(office.intake.deliveries[0]?.intent).toEqual({
      kind: 'submitted',
      form: 'ask',
      values: {
        role: 'lb-admin',
        duration: '1h',
        start: '22:00',
        reason: 'because',
        inputs: { ip: '192.0.2.7' },
      },
    });
  });

  test('stays open with its faults, each below its own field', async () => {
    office.intake.checkForm = async () => ({ reason: 'Too short.', role: 'No such role.' });
    const { text } = await office.post(payloads.submission(ask));
    expect(JSON.parse(text)).toEqual({
      response_action: 'errors',
      errors: { reason: 'Too short.', duration: 'No such role.' },
    });
    expect(office.intake.deliveries).toEqual([]);
  });

  test('that was checked too late is not accepted, because Slack calls it failed', async () => {
    const late = new AbortController();
    vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal);
    office.intake.checkForm = async () => {
      late.abort();
      return {};
    };
    expect(await office.post(payloads.submission(ask))).toMatchObject({ status: 500 });
    expect(office.intake.deliveries).toEqual([]);
    vi.restoreAllMocks();
  });

  test('that is one too many says so', async () => {
    const answer = { tone: 'no', lines: [['Not so fast.']], example: null } as const;
    office.intake.accept = async () => ({ kind: 'refused', answer });
    const { text } = await office.post(payloads.submission(ask));
    expect(JSON.parse(text)).toMatchObject({ response_action: 'update' });
    expect(text).toContain('Not so fast.');
  });

  test('for a denial brings its reason', async () => {
    const view = { callback_id: 'deny', private_metadata: payloads.REQUEST };
    await office.post(payloads.submission({ ...view, ...payloads.filled({ reason: 'no' }) }));
    expect(office.intake.deliveries[0]?.intent).toEqual({
      kind: 'submitted',
      form: 'deny',
      request: payloads.REQUEST,
      reason: 'no',
    });
  });

  test('that is replayed shows the first answer', async () => {
    const body = payloads.submission(ask);
    await office.post(body);
    const { text } = await office.post(body);
    expect(JSON.parse(text)).toMatchObject({ response_action: 'update' });
  });
});

describe('an event', () => {
  test('of somebody opening their home tab asks for it to be drawn', async () => {
    const opened: string[] = [];
    office.intake.homeOpened = async ({ userId }) => void opened.push(userId);
    const inner = { type: 'app_home_opened', user: payloads.ADA, tab: 'home' };
    expect(await office.post(payloads.event(inner))).toMatchObject({ status: 200 });
    expect(opened).toEqual([payloads.ADA]);
  });

  const said = { type: 'message', channel_type: 'im', channel: 'D01ADA', user: payloads.ADA };

  test('of a direct message is a command, read as it was typed', async () => {
    const text = 'lb-admin 1h see <https://example.com|example.com> &amp; <@U02BOB>';
    await office.post(payloads.event({ ...said, text }));
    expect(office.intake.deliveries[0]?.intent).toEqual({
      kind: 'typed',
      text: 'lb-admin 1h see example.com & <@U02BOB>',
    });
  });

  test('of a message by a bot is nothing', async () => {
    await office.post(payloads.event({ ...said, text: 'hi', bot_id: 'B01' }));
    expect(office.intake.deliveries).toEqual([]);
  });

  test('that cannot be written down is not acknowledged, so that Slack sends it again', async () => {
    office.intake.accept = async () => {
      throw new Error('the disk is full');
    };
    expect(await office.post(payloads.event({ ...said, text: 'hi' }))).toMatchObject({
      status: 500,
    });
  });
});

test('what nobody listens to is counted, and not asked for again', async () => {
  const body = payloads.event({ type: 'reaction_added', user: payloads.ADA });
  expect(await office.post(body)).toMatchObject({ status: 200 });
  const shortcut = {
    type: 'shortcut',
    callback_id: 'x',
    team: { id: payloads.TEAM },
    user: { id: payloads.ADA },
  };
  const form = payloads.form({ payload: JSON.stringify(shortcut) });
  expect(await office.post(form)).toMatchObject({ status: 200 });
  expect(office.intake.rejections).toEqual(['malformed']);
});

describe('another workspace', () => {
  const stranger = { team: { id: 'T02EVIL' }, user: { id: 'U66', team_id: 'T02EVIL' } };

  test.each([
    ['command', payloads.command({ team_id: 'T02EVIL' })],
    ['click', payloads.click({ action_id: 'approve', value: payloads.REQUEST }, stranger)],
    ['form', payloads.submission(payloads.filled({ reason: 'x' }), stranger)],
    [
      'home',
      payloads.event({ type: 'app_home_opened', user: 'U66', tab: 'home' }, { team_id: 'T02' }),
    ],
  ])('gets nowhere with a %s', async (_kind, body) => {
    expect(await office.post(body)).toEqual({ status: 200, text: '' });
    expect(office.intake.rejections).toEqual(['other-workspace']);
    expect(office.intake.deliveries).toEqual([]);
  });
});
