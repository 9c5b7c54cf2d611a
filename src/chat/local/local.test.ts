import { expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import type { PrincipalId, RequestId } from '../../core/ids.ts';
import { bold, person } from '../../core/rich.ts';
import type { CardView, FormFaults } from '../../core/view.ts';
import type { Delivery, Intake, People } from '../platform.ts';
import { createLocal } from './index.ts';
import { LocalWorkspace } from './workspace.ts';

const io = { signal: new AbortController().signal };
const ada = 'p_ada' as PrincipalId;
const request = '0123456789' as RequestId;

const card: CardView = {
  request,
  version: 1,
  status: 'pending',
  tone: 'waiting',
  title: [bold('lb-admin'), ' for ', person(ada)],
  headline: ['Waiting for one approval.'],
  fields: [{ label: 'Reason', value: ['fix\n#9 deadbeef it'] }],
  footer: ['#0123456789'],
  buttons: [{ action: 'approve', label: 'Approve', tone: 'primary', request }],
  mentions: null,
  viewers: [],
};

function office() {
  const workspace = new LocalWorkspace({
    clock: new ManualClock(Date.UTC(2026, 10, 21)),
    people: [{ userId: 'ada' }, { userId: 'grace' }],
    channels: ['lb-access', 'archived', 'throttled', 'flaky', 'unreadable'],
  });
  const people: People = new Map([
    [ada, { id: ada, name: 'Ada', email: 'ada@example.com', accounts: [workspace.account('ada')] }],
  ]);
  return { workspace, people, platform: createLocal(workspace) };
}

function intakeOf(deliveries: Delivery[]): Intake {
  return {
    accept: async (delivery) => {
      deliveries.push(delivery);
      return { kind: 'accepted' };
    },
    reject: () => {},
    formFor: (text) => (text === '' ? { role: null } : undefined),
    askForm: async () => ({ roles: [{ name: 'lb-admin', description: 'gate' }], chosen: null }),
    checkForm: async (_account, values): Promise<FormFaults> =>
      values.reason === '' ? { reason: 'Say why.' } : {},
    cardFor: async () => ({ tone: 'no', lines: [], example: null }),
    homeOpened: async () => {},
  };
}

const at = (channel: string) => ({ kind: 'channel', channel }) as const;

test('a card is shown as text on which a reason cannot forge a line', async () => {
  const { platform, workspace, people } = office();
  await platform.postCard(at('lb-access'), card, people, io);
  expect(workspace.channel('lb-access')[0]?.text).toBe(
    [
      'lb-admin for Ada',
      '  Waiting for one approval.',
      '  Reason: fix ⏎ #9 deadbeef it',
      '  #0123456789',
      '  [Approve]',
    ].join('\n'),
  );
});

test('a bare command opens the form, which stays open until nothing is wrong with it', async () => {
  const { platform, workspace } = office();
  const deliveries: Delivery[] = [];
  await platform.start(intakeOf(deliveries));
  await workspace.type('ada', '');
  const values = { role: 'lb-admin', duration: '1h', reason: '', inputs: {} };
  expect(await workspace.submitAsk('ada', values)).toEqual({ kind: 'faulty' });
  expect(workspace.desk('ada').form).toMatchObject({ faults: { reason: 'Say why.' } });
  expect(workspace.formText('ada')).toContain('lb-admin: gate');
  await workspace.submitAsk('ada', { ...values, reason: 'because' });
  expect(workspace.desk('ada').form).toBeNull();
  expect(deliveries.map(({ intent }) => intent.kind)).toEqual(['submitted']);
});

test('deny asks for a reason before anything is delivered', async () => {
  const { platform, workspace } = office();
  const deliveries: Delivery[] = [];
  await platform.start(intakeOf(deliveries));
  await workspace.press('grace', request, 'deny');
  expect(deliveries).toEqual([]);
  await workspace.submitReason('grace', 'not today');
  expect(deliveries[0]?.intent).toEqual({
    kind: 'submitted',
    form: 'deny',
    request,
    reason: 'not today',
  });
});

test('the flaky channel loses an answer after the card was posted', async () => {
  const { platform, people } = office();
  await expect(platform.postCard(at('flaky'), card, people, io)).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(await platform.findCard(at('flaky'), request, io)).toMatchObject({ kind: 'found' });
});

test('a thread below a card that was deleted is gone', async () => {
  const { platform, workspace, people } = office();
  const ref = await platform.postCard(at('lb-access'), card, people, io);
  workspace.board.remove(ref.message ?? '');
  expect(await platform.readThread(ref, io)).toEqual({ kind: 'gone' });
});

test('a workspace outlives the platform that was connected to it', async () => {
  const { platform, workspace, people } = office();
  const ref = await platform.postCard(at('lb-access'), card, people, io);
  await platform.stop();
  await expect(workspace.type('ada', 'hello')).rejects.toThrow('The bot is not there.');
  const restarted = createLocal(workspace);
  expect(await restarted.findCard(at('lb-access'), request, io)).toEqual({
    kind: 'found',
    at: ref,
  });
});

test('the throttled channel says when to come back, the unreadable one cannot tell', async () => {
  const { platform, people } = office();
  await expect(platform.postCard(at('throttled'), card, people, io)).rejects.toMatchObject({
    code: 'rate-limited',
    retryAfter: 1_000,
  });
  await platform.postCard(at('throttled'), card, people, io);
  await platform.postCard(at('unreadable'), card, people, io);
  expect(await platform.findCard(at('unreadable'), request, io)).toEqual({ kind: 'cannot-tell' });
});
