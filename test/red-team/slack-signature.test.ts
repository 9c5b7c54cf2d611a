/** An outsider who reaches the HTTP port, without the signing secret or with a delivery they saw. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as payloads from '../../src/chat/slack/fixtures/payloads.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { approval, PEOPLE, SlackWorld } from './slack-world.ts';

let world: SlackWorld;
let id: RequestId;
beforeEach(async () => {
  world = await SlackWorld.open();
  id = await world.ask();
});
afterEach(() => world.close());

async function nothingCameOfIt(): Promise<void> {
  await world.untouched(id);
  await world.opensFor(PEOPLE.grace, id);
}

const now = (): number => Math.floor(Date.now() / 1_000);

test('a body that was changed after it was signed is refused: another user, another value, another action', async () => {
  const mine = approval(PEOPLE.mallory, id);
  const { headers } = world.signed(mine);
  for (const body of [
    mine.replace(PEOPLE.mallory, PEOPLE.grace),
    mine.replace(id, '0000000000'),
    mine.replace('approve', 'withdraw'),
    `${mine}&payload=${encodeURIComponent('{}')}`,
    `${mine} `,
    '',
  ])
    expect((await world.send({ body, headers })).status).toBe(401);
  await nothingCameOfIt();
});

test('a signature is good for its own time alone', async () => {
  const body = approval(PEOPLE.grace, id);
  const { headers } = world.signed(body, `${now() - 120}`);
  const fresh = { ...headers, 'x-slack-request-timestamp': `${now()}` };
  expect((await world.send({ body, headers: fresh })).status).toBe(401);
  await nothingCameOfIt();
});

test.each([
  ['of another secret', 'guessed-secret'],
  ['of no secret', ''],
])('a signature %s is refused', async (_what, secret) => {
  const body = approval(PEOPLE.grace, id);
  const mac = world.signed(body, `${now()}`, secret === '' ? ' ' : secret);
  expect((await world.send(mac)).status).toBe(401);
  await nothingCameOfIt();
});

const SIGNATURES = [
  ['none', undefined],
  ['an empty one', ''],
  ['a version without a hash', 'v0='],
  ['another version', `v1=${'0'.repeat(64)}`],
  ['no version', '0'.repeat(64)],
  ['zeros', `v0=${'0'.repeat(64)}`],
  ['half a hash', `v0=${'0'.repeat(32)}`],
  ['two of them', `v0=${'0'.repeat(64)},v0=${'1'.repeat(64)}`],
] as const;

test('without a signature that fits nothing is taken', async () => {
  const body = approval(PEOPLE.grace, id);
  for (const [what, signature] of SIGNATURES) {
    const headers = new Headers(world.signed(body).headers);
    headers.delete('x-slack-signature');
    if (signature !== undefined) headers.set('x-slack-signature', signature);
    const sent = { body, headers: Object.fromEntries(headers) };
    expect((await world.send(sent)).status, what).toBe(401);
  }
  await nothingCameOfIt();
});

const TIMES = [
  ['six minutes ago', () => `${now() - 360}`],
  ['in six minutes', () => `${now() + 360}`],
  ['yesterday', () => `${now() - 86_400}`],
  ['in the year 33658', () => '999999999999'],
  ['later than any clock', () => '9999999999999'],
  ['written with a plus', () => `+${now() + 86_400}`],
  ['written in powers', () => '1e30'],
  ['endless', () => 'Infinity'],
  ['no number', () => 'now'],
  ['in milliseconds', () => `${Date.now()}`],
  ['written twice', () => `${now()}, ${now()}`],
] as const;

test('a well-signed delivery of another time, or of what is no time, is refused', async () => {
  for (const [when, stamp] of TIMES) {
    const sent = world.signed(approval(PEOPLE.grace, id), stamp());
    expect((await world.send(sent)).status, when).toBe(401);
  }
  await nothingCameOfIt();
});

test.each([
  ['an address to be confirmed', '{"type":"url_verification","challenge":"mine"}'],
  ['a check of the certificate', 'ssl_check=1&token=x'],
  ['a check with a command in it', `ssl_check=1&${payloads.command({ text: 'mine' })}`],
])('an unsigned delivery is not let through as %s', async (_what, body) => {
  const type = body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded';
  const answer = await world.send({ body, headers: { 'content-type': type } });
  expect(answer).toEqual({ status: 401, text: '' });
  await nothingCameOfIt();
});

test('a signed check of the certificate carries no command past the inbox', async () => {
  const before = await world.service.shell.store.requestCount();
  const text = 'lb-shared 1h ip=192.0.2.7 look';
  await world.deliver(`ssl_check=1&${payloads.command({ user_id: PEOPLE.linus, text })}`);
  expect(await world.service.shell.store.requestCount()).toBe(before);
  await nothingCameOfIt();
});

test('a click that is delivered again, with its signature or a new one, changes nothing', async () => {
  const pair = await world.ask(PEOPLE.ada, 'lb-pair 1h ip=192.0.2.7 debug the pair');
  const sent = world.signed(approval(PEOPLE.grace, pair));
  for (const again of [sent, sent, world.signed(sent.body, `${now() + 1}`)])
    expect((await world.send(again)).status).toBe(200);
  expect((await world.service.shell.store.request(pair))?.value.approvals).toHaveLength(1);
  expect(await world.status(pair)).toBe('pending');
  expect(world.gate.entries.size).toBe(0);
  await nothingCameOfIt();
});

test('a trigger that was used already brings nothing else in', async () => {
  const trigger_id = payloads.trigger();
  await world.deliver(payloads.command({ user_id: PEOPLE.grace, text: 'help', trigger_id }));
  await world.deliver(approval(PEOPLE.grace, id, { trigger_id }));
  await nothingCameOfIt();
});

test('a delivery that was seen on its way to another path, or read with another method, is nothing', async () => {
  const { body, headers } = world.signed(approval(PEOPLE.grace, id));
  const base = world.url;
  for (const path of [
    '/',
    '/slack/events/',
    '/slack/events/x',
    '/SLACK/EVENTS',
    '/slack/%65vents',
    '//slack/events',
  ])
    expect(
      (await fetch(new URL(base).origin + path, { method: 'POST', headers, body })).status,
    ).toBe(404);
  for (const method of ['PUT', 'PATCH', 'DELETE'])
    expect((await fetch(base, { method, headers, body })).status).toBe(404);
  expect((await fetch(base)).status).toBe(404);
  await world.service.settle();
  await nothingCameOfIt();
});
