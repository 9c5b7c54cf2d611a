import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type LocalSlack, startLocalSlack } from './local-slack.ts';
import { needs } from './servers.ts';

const approve = {
  type: 'button',
  action_id: 'approve',
  value: 'req-1',
  text: { type: 'plain_text', text: 'Approve' },
};

const form = {
  type: 'modal',
  callback_id: 'ask',
  title: { type: 'plain_text', text: 'Ask' },
  submit: { type: 'plain_text', text: 'Go' },
  blocks: [
    {
      type: 'input',
      block_id: 'why',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'reason' },
    },
  ],
};

interface Delivered {
  readonly type?: string;
  readonly command?: string;
  readonly trigger_id?: string;
  readonly user?: { readonly id: string };
  readonly actions?: readonly { readonly value: string }[];
  readonly view?: { readonly state: { readonly values: unknown } };
}

needs('local-slack')('a Slack of the test’s own', () => {
  let slack: LocalSlack;
  const delivered: Delivered[] = [];
  let answer: object | undefined;

  const deliver = (text: string) => {
    const body = new URLSearchParams(text);
    delivered.push(JSON.parse(body.get('payload') ?? 'null') ?? Object.fromEntries(body));
    return answer && JSON.stringify(answer);
  };
  const app = createServer((request, response) => {
    void textOf(request).then((text) => response.end(deliver(text)));
  });

  const api = async (method: string, args: object) => {
    const response = await fetch(`${slack.apiUrl}${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${slack.botToken}` },
      body: JSON.stringify(args),
    });
    return (await response.json()) as { ok: boolean; ts: string };
  };

  const openForm = async () => {
    await slack.command({ channel: 'C01OPS', user: 'U01ALICE', command: '/jit', text: 'lb 1h' });
    await api('views.open', { trigger_id: delivered.at(-1)?.trigger_id, view: form });
  };
  const reason = (value: string) => ({
    user: 'U01ALICE',
    values: { why: { reason: { type: 'plain_text_input', value } } },
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const { port } = app.address() as AddressInfo;
    slack = await startLocalSlack({
      mode: 'events',
      requestUrl: `http://127.0.0.1:${port}/slack/events`,
      users: [
        { id: 'U01ALICE', name: 'alice', email: 'alice@example.com' },
        { id: 'U02BOB', name: 'bob', email: 'bob@example.com' },
      ],
      channels: [{ id: 'C01OPS', name: 'ops', members: ['U01ALICE', 'U02BOB'] }],
    });
  });

  afterAll(async () => {
    await slack.stop();
    app.close();
  });

  beforeEach(async () => {
    await slack.reset();
    delivered.length = 0;
    answer = undefined;
  });

  it('delivers a slash command to the app', async () => {
    await slack.command({ channel: 'C01OPS', user: 'U01ALICE', command: '/jit', text: 'lb 1h' });

    expect(delivered).toMatchObject([{ command: '/jit', text: 'lb 1h', user_id: 'U01ALICE' }]);
  });

  it('delivers a press of a button that is shown, and refuses one that is not', async () => {
    const blocks = [{ type: 'actions', block_id: 'decide', elements: [approve] }];
    const { ts } = await api('chat.postMessage', { channel: 'C01OPS', text: 'Approve?', blocks });
    const click = { channel: 'C01OPS', messageTs: ts, user: 'U02BOB' };

    await slack.press({ ...click, actionId: 'approve' });
    expect(delivered).toMatchObject([
      { type: 'block_actions', user: { id: 'U02BOB' }, actions: [{ value: 'req-1' }] },
    ]);
    await expect(slack.press({ ...click, actionId: 'deny' })).rejects.toThrow(
      'shows no button deny',
    );
  });

  it('keeps messages and their threads', async () => {
    const first = await slack.say({ channel: 'C01OPS', user: 'U01ALICE', text: 'hello' });
    await api('chat.postMessage', { channel: 'C01OPS', text: 'hi', thread_ts: first.ts });

    await expect(slack.messages('C01OPS')).resolves.toMatchObject([
      { text: 'hello', user: 'U01ALICE' },
      { text: 'hi', user: slack.botUserId, thread_ts: first.ts },
    ]);
  });

  it('delivers a filled-in form, which the app may accept', async () => {
    await openForm();
    await expect(slack.views()).resolves.toMatchObject([{ callback_id: 'ask' }]);

    await expect(slack.submitView(reason('rotate'))).resolves.toEqual({ views: [] });
    expect(delivered.at(-1)).toMatchObject({
      type: 'view_submission',
      view: { state: { values: { why: { reason: { value: 'rotate' } } } } },
    });
  });

  it('shows the errors of a form that the app sends back', async () => {
    await openForm();
    answer = { response_action: 'errors', errors: { why: 'Say more.' } };

    await expect(slack.submitView(reason('x'))).resolves.toEqual({ errors: { why: 'Say more.' } });
    await expect(slack.views()).resolves.toHaveLength(1);
  });

  it('refuses to submit a form that is not open', async () => {
    await expect(slack.submitView(reason('x'))).rejects.toThrow('no form is open');
  });

  it('shows the home that the app published', async () => {
    await api('views.publish', { user_id: 'U01ALICE', view: { type: 'home', blocks: [] } });

    await expect(slack.home('U01ALICE')).resolves.toMatchObject({ type: 'home' });
    await expect(slack.home('U02BOB')).resolves.toBeUndefined();
  });

  it('knows its people, its channels and all of its traffic', async () => {
    await slack.command({ channel: 'C01OPS', user: 'U01ALICE', command: '/jit' });

    expect((await slack.state()).channels).toMatchObject([{ id: 'C01OPS' }]);
    expect(await slack.log()).toContainEqual(expect.objectContaining({ kind: 'slash_commands' }));
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
