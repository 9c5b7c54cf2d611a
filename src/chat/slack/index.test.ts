import { expect, test, vi } from 'vitest';
import type { Log } from '../../log.ts';
import { openOffice } from './fixtures/office.ts';
import * as payloads from './fixtures/payloads.ts';

test('starts while Slack is down, and refuses deliveries until it knows its own workspace', async () => {
  let isDown = true;
  const office = await openOffice({
    api: ({ method }) => (method === 'auth.test' && isDown ? { status: 503 } : undefined),
  });
  expect(await office.post(payloads.command())).toMatchObject({ status: 500 });
  isDown = false;
  expect(await office.post(payloads.command())).toMatchObject({ status: 200 });
  await office.close();
});

test('does not start with a token that Slack does not know', async () => {
  const api = ({ method }: { method: string }) =>
    method === 'auth.test' ? { error: 'invalid_auth' } : undefined;
  await expect(openOffice({ api })).rejects.toMatchObject({ code: 'permission-denied' });
});

test('writes no token, address or reason into its log', async () => {
  const written: unknown[] = [];
  const write = (...line: unknown[]): void => void written.push(line);
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  const office = await openOffice({ log, api: () => ({ status: 500 }) });
  const text = 'lb-admin 1h a-very-private-reason';
  const response_url = 'https://hooks.slack.com/commands/a-secret-address';
  await office.post(payloads.command({ text: '', response_url }));
  await office.post(payloads.command({ text, response_url }));
  await office.post({ body: payloads.command({ text, response_url }), secret: 'another' });
  await vi.waitFor(() => expect(written.length).toBeGreaterThan(0));
  await office.close();
  expect(JSON.stringify(written)).not.toMatch(/xoxb|secret-address|private-reason|test-signing/);
});
