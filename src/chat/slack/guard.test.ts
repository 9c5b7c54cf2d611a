import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Office, openOffice } from './fixtures/office.ts';
import * as payloads from './fixtures/payloads.ts';
import { BODY_LIMIT } from './guard.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

test('a signature made with another secret is refused', async () => {
  const { status } = await office.post({ body: payloads.command(), secret: 'another' });
  expect(status).toBe(401);
  await vi.waitFor(() => expect(office.intake.rejections).toEqual(['bad-signature']));
});

test('a body that is not the one signed is refused', async () => {
  const headers = { 'x-slack-signature': `v0=${'0'.repeat(64)}` };
  expect(await office.post({ body: payloads.command(), headers })).toMatchObject({ status: 401 });
});

test('a delivery without a signature is refused', async () => {
  const response = await fetch(`${office.url}/slack/events`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
  await vi.waitFor(() => expect(office.intake.rejections).toEqual(['bad-signature']));
});

test.each([
  ['six minutes old', -360],
  ['six minutes in the future', 360],
])('a signature %s is refused', async (_name, skew) => {
  expect(await office.post({ body: payloads.command(), skew })).toMatchObject({ status: 401 });
  expect(office.intake.rejections).toEqual(['stale-signature']);
});

test.each([-240, 240])('a clock that is %i seconds off is forgiven', async (skew) => {
  expect(await office.post({ body: payloads.command(), skew })).toMatchObject({ status: 200 });
});

test('a body larger than Slack ever sends is refused', async () => {
  const body = payloads.command({ text: 'x'.repeat(BODY_LIMIT) });
  expect(await office.post(body)).toMatchObject({ status: 413 });
  expect(office.intake.rejections).toEqual(['too-large']);
});

test.each([
  ['JSON', '{"type":', 'application/json'],
  ['JSON in a form', 'payload=%7B', 'application/x-www-form-urlencoded'],
])('garbage in place of %s is refused', async (_name, body, type) => {
  expect(await office.post({ body, type })).toMatchObject({ status: 400 });
  await vi.waitFor(() => expect(office.intake.rejections).toEqual(['malformed']));
});

test('the address is confirmed to Slack', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'c1' });
  expect(await office.post(body)).toEqual({ status: 200, text: '{"challenge":"c1"}' });
});

test('all other paths are passed on', async () => {
  expect((await fetch(`${office.url}/health`)).status).toBe(404);
  expect(office.intake.rejections).toEqual([]);
});

test('nothing is taken any more after stopping', async () => {
  await office.slack.stop();
  expect(await office.post(payloads.command())).toMatchObject({ status: 503 });
});
