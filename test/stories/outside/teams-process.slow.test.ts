/** The real process with Teams, alone and beside Slack: how it starts, works and stops. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { APP, TENANT } from '../../../src/chat/teams/fixtures/entra.ts';
import { systemClock } from '../../../src/clock.ts';
import type { Child } from '../../support/child-process.ts';
import { freePort } from '../../support/free-port.ts';
import { runProgram, startProgram } from '../../support/process.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import type { Chat, Door } from '../everywhere/chat.ts';
import { openSlackChat, type SlackChat } from '../everywhere/slack-chat.ts';
import { openTeamsChat, type TeamsChat } from '../everywhere/teams-chat.ts';
import { eventually } from './eventually.ts';

const policyWith = (channel: string): string => `version: 1
groups:
  staff: { members: [ada@example.com] }
  leads: { members: [grace@example.com] }
providers:
  lab: { type: memory }
roles:
  lb-admin:
    description: the whole load balancer
    targets: [{ provider: lab, resource: edge-admin, key: email }]
    who: [staff]
    duration: { max: 1h }
    approve: { of: leads }
    escalate: [{ after: 1s, to: leads }]
    channel: ${channel}
`;

let teams: TeamsChat;
let slack: SlackChat;
let env: Record<string, string>;
let door: Door;
let program: Child | undefined;

beforeEach(async () => {
  teams = await openTeamsChat(systemClock, ['ada', 'grace']);
  slack = await openSlackChat(systemClock, ['ada']);
  const { entra, keys, service } = teams.microsoft;
  const { path } = makeTempFolder('hp-teams');
  const port = await freePort();
  // Nobody waits here: what follows is looked for.
  door = { url: `http://127.0.0.1:${port}`, meanwhile: (work) => work };
  env = {
    MICROSOFT_APP_ID: APP,
    MICROSOFT_APP_PASSWORD: entra.credentials.secret.reveal(),
    MICROSOFT_APP_TENANT_ID: TENANT,
    MICROSOFT_LOGIN_URL: entra.url,
    MICROSOFT_GRAPH_URL: entra.graphUrl,
    MICROSOFT_CONNECTOR_URL: service.url,
    MICROSOFT_OPENID_URL: keys.openIdUrl,
    DATABASE_URL: join(path, 'hallpass.db'),
    HALLPASS_POLICY: join(path, 'policy.yaml'),
    HALLPASS_SWEEP_SECONDS: '1',
    PORT: String(port),
  };
});
afterEach(async () => {
  await program?.stop();
  program = undefined;
  await Promise.all([teams.close(), slack.close()]);
});

async function start(channel: string, more: Readonly<Record<string, string>> = {}): Promise<Child> {
  writeFileSync(env.HALLPASS_POLICY ?? '', policyWith(channel));
  program = await startProgram({ args: ['serve'], env: { ...env, ...more } });
  await program.waitForLine(/^Hallpass runs/);
  return program;
}

/** The id of what was asked, as `read` finds it in what was answered. */
async function ask(chat: Chat, duration: string, read: () => string): Promise<string> {
  await chat.type('ada', `lb-admin ${duration} rotate a certificate`);
  return eventually(async () => /#([0-9a-z]{10})/.exec(read())?.[1]);
}

const inTeams = (): string => teams.direct('ada').join('\n');
const inSlack = (): string => JSON.stringify(slack.api.responses);

const says = (read: () => readonly string[], words: string): Promise<string> =>
  eventually(async () => read().find((text) => text.includes(words)));

test('on Teams it is asked, opens, ends and stops', async () => {
  const child = await start('teams:Platform/lb-access');
  await teams.connect(door);
  const id = await ask(teams, '2s', inTeams);
  await says(() => teams.cards(id), 'Waiting for approval');
  const approve = await teams.button('grace', id, 'approve');
  expect(await approve?.()).toContain('Approved');
  await says(() => teams.cards(id), 'Proven gone: read back twice as absent.');
  await says(() => teams.threads(id)[0] ?? [], 'Active: every part is confirmed by its provider.');
  await says(() => teams.direct('ada'), 'Ended: the time was over.');
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  const { code, stdout } = await runProgram({ args: ['audit', 'verify'], env });
  expect(stdout).toMatch(/^The audit log is whole/m);
  expect(code).toBe(0);
});

test('on both it is asked in Slack, and approved by who is only on Teams, whom it never met', async () => {
  const child = await start('slack:#lb-access', {
    SLACK_BOT_TOKEN: 'xoxb-test-token',
    SLACK_SIGNING_SECRET: 'test-signing-secret',
    SLACK_API_URL: slack.api.url,
  });
  await slack.connect(door);
  const id = await ask(slack, '3s', inSlack);
  await says(() => slack.cards(id), 'Waiting for approval');
  await says(() => teams.direct('grace'), 'Ada asks for lb-admin');
  // Somebody's first word tells where Teams is; nothing was heard from there before.
  await teams.connect(door);
  const approve = await teams.button('grace', id, 'approve', 'direct');
  expect(await approve?.()).toContain('Approved');
  await says(() => slack.cards(id), 'Proven gone');
  await says(() => teams.direct('grace'), 'Proven gone');
  expect(await child.stop()).toEqual({ code: 0, signal: null });
});

test('after a restart it knows whom and which teams it met', async () => {
  const child = await start('teams:Platform/lb-access');
  await teams.connect(door);
  const id = await ask(teams, '1h', inTeams);
  await says(() => teams.cards(id), 'Waiting for approval');
  const approve = await teams.button('grace', id, 'approve');
  expect(await child.stop()).toEqual({ code: 0, signal: null });
  await start('teams:Platform/lb-access');
  expect(await approve?.()).toContain('Approved');
  await says(() => teams.cards(id), 'Open until');
  expect(teams.cards(id)).toHaveLength(1);
  await teams.type('ada', `return ${id}`);
  await says(() => teams.cards(id), 'Returned by the requester. Proven gone');
});

test('a password that Entra ID does not take is heard of at the start, and by the doctor', async () => {
  writeFileSync(env.HALLPASS_POLICY ?? '', policyWith('teams:Platform/lb-access'));
  const wrong = { ...env, MICROSOFT_APP_PASSWORD: 'yesterdays-secret' };
  const [serve, doctor] = await Promise.all([
    runProgram({ args: ['serve'], env: wrong }),
    runProgram({ args: ['doctor'], env: { ...wrong, DATABASE_URL: `${env.DATABASE_URL}.2` } }),
  ]);
  expect(serve.code).toBe(1);
  expect(serve.stderr).toContain('MICROSOFT_APP_PASSWORD');
  expect(serve.stderr).not.toMatch(/^\s+at /m);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/^fault +teams: /m);
  for (const text of [serve.stderr, doctor.stdout]) expect(text).not.toContain('yesterdays-secret');
});

test('the doctor tells of the token, of each permission and of each channel', async () => {
  await start('teams:Platform/lb-access');
  await teams.connect(door);
  const { entra } = teams.microsoft;
  entra.catalog.push({ id: 'c-1', externalId: APP, distributionMethod: 'organization' });
  const fine = await runProgram({ args: ['doctor'], env });
  expect(fine.stdout).toMatch(/^ok +teams: Entra ID gives the bot a token\.$/m);
  expect(fine.stdout).toMatch(/^ok +teams: The bot is in the team of “Platform\/lb-access”\.$/m);
  expect(fine).toMatchObject({ code: 0, stderr: '' });
  entra.permissions.delete('GroupMember.Read.All');
  writeFileSync(env.HALLPASS_POLICY ?? '', policyWith('teams:Platform/nowhere'));
  const lame = await runProgram({ args: ['doctor'], env });
  expect(lame.code).toBe(1);
  expect(lame.stdout).toMatch(/^fault +teams: .*GroupMember\.Read\.All/m);
  expect(lame.stdout).toMatch(/^fault +teams: .*Platform\/nowhere/m);
});
