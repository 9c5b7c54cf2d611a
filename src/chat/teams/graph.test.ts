import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ManualClock } from '../../clock.ts';
import { MINUTE, SECOND } from '../../core/time.ts';
import { type Entra, openEntra } from './fixtures/entra.ts';
import type { GraphReply } from './fixtures/entra-graph.ts';
import { readFilter } from './fixtures/odata-filter.ts';
import { GraphClient } from './graph.ts';
import { literal, pathTo } from './odata.ts';
import { Tokens } from './tokens.ts';

const USERS = /^\/v1\.0\/users/;
const named = z.object({ id: z.string() });
const io = { signal: new AbortController().signal };
let entra: Entra;
let clock: ManualClock;
let graph: GraphClient;
beforeEach(async () => {
  entra = await openEntra();
  clock = new ManualClock(Date.UTC(2026, 10, 21));
  const tokens = new Tokens({ credentials: entra.credentials, clock, loginUrl: entra.url });
  graph = new GraphClient({ tokens, clock, graphUrl: entra.graphUrl });
});
afterEach(() => entra.close());
const list = () => graph.list(pathTo(['users'], { $select: 'id', $top: '2' }), named, io);
const linkTo = (next: unknown) => (reply: GraphReply) => ({
  ...reply,
  body: { ...(reply.body as object), '@odata.nextLink': next },
});
const pages = () => entra.asked.filter(({ path }) => USERS.test(path)).length;

describe('an answer of Graph', () => {
  test.each([
    [{ status: 401, error: 'InvalidAuthenticationToken' }, 'permission-denied', null],
    [{ status: 403, error: 'Authorization_RequestDenied' }, 'permission-denied', null],
    [{ status: 403, error: 'Request_ResourceNotFound' }, 'permission-denied', null],
    [{ status: 403 }, 'permission-denied', null],
    [{ status: 404, error: 'Authorization_RequestDenied' }, 'permission-denied', null],
    [{ status: 404, error: 'Request_ResourceNotFound' }, 'not-found', null],
    [{ status: 404 }, 'bad-answer', null],
    [{ status: 429, retryAfter: '12' }, 'rate-limited', 12 * SECOND],
    [{ status: 429 }, 'rate-limited', 30 * SECOND],
    [{ status: 429, retryAfter: '-5' }, 'rate-limited', 30 * SECOND],
    [{ status: 503, retryAfter: '3' }, 'rate-limited', 3 * SECOND],
    [{ status: 503 }, 'unavailable', null],
    [{ status: 412, error: 'PreconditionFailed' }, 'unavailable', null],
    [{ status: 500 }, 'unavailable', null],
    [{ status: 502 }, 'unavailable', null],
    [{ status: 504 }, 'unavailable', null],
    [{ status: 400, error: 'Request_BadRequest' }, 'bad-answer', null],
    [{ status: 204 }, 'bad-answer', null],
    ['html', 'bad-answer', null],
    ['ten megabytes', 'bad-answer', null],
    ['hang up', 'unavailable', null],
  ] as const)('%j is told as %s', async (failure, code, retryAfter) => {
    entra.fail(USERS, failure);
    await expect(list()).rejects.toMatchObject({ name: 'ChatError', code, retryAfter });
    expect(pages()).toBe(1);
  });

  test('ends with the time limit', async () => {
    entra.fail(USERS, 'silent');
    const asked = list();
    const ended = expect(asked).rejects.toMatchObject({ code: 'timeout' });
    await vi.waitUntil(() => pages() === 1);
    clock.advance(10 * SECOND);
    await ended;
  });

  test('is not waited for by whoever gives up', async () => {
    entra.fail(USERS, 'silent');
    const hasty = new AbortController();
    const asked = graph.get('/users', z.unknown(), { signal: hasty.signal });
    const ended = expect(asked).rejects.toMatchObject({ code: 'timeout' });
    await vi.waitUntil(() => pages() === 1);
    hasty.abort();
    await ended;
  });

  test('from elsewhere is not followed', async () => {
    const elsewhere = await openEntra();
    entra.fail(USERS, { redirect: `${elsewhere.graphUrl}/users` });
    await expect(list()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  test('names in its error nobody who was asked about, and no token', async () => {
    const path = pathTo(['users', '5f1d2c3b-0000-4000-8000-0000000000a1', 'teamwork']);
    const error = await graph.get(path, z.unknown(), io).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('/users/{id}/teamwork') });
    expect(inspect(error, { depth: 9 })).not.toContain('token-');
  });
});

describe('a list', () => {
  test('is read to its last page', async () => {
    const ids = Array.from({ length: 7 }, () => entra.addUser({}));
    expect((await list()).map(({ id }) => id)).toEqual(ids);
    expect(pages()).toBe(4);
  });

  test('whose second page fails is no shorter list', async () => {
    for (let added = 0; added < 3; added += 1) entra.addUser({});
    entra.fail(/skiptoken/, { status: 500 });
    await expect(list()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('that has no end is none', async () => {
    entra.fail(USERS, { change: linkTo(`${entra.graphUrl}/users?$skiptoken=0`) }, 1_000);
    await expect(list()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(pages()).toBe(50);
  });

  test.each([
    ['another host', () => 'http://localhost:1/v1.0/users'],
    ['another scheme', () => `${entra.graphUrl.replace('http:', 'https:')}/users`],
    ['a host that begins alike', () => `${entra.url}.example.com/v1.0/users`],
    ['outside of the base', () => `${entra.url}/beta/users`],
    ['above the base', () => `${entra.graphUrl}/../users`],
    ['beside the base', () => `${entra.url}/v1.0evil/users`],
    ['behind a name and password', () => `${entra.graphUrl.replace('//', '//ada:pw@')}/users`],
    ['nowhere', () => 'users?$skiptoken=2'],
    ['a number', () => 7],
  ])('that goes on at %s is not read on', async (_name, link) => {
    entra.fail(USERS, { change: linkTo(link()) });
    await expect(list()).rejects.toMatchObject({ code: 'bad-answer' });
    expect(pages()).toBe(1);
  });

  test('of something else is none', async () => {
    entra.fail(USERS, { change: () => ({ status: 200, body: { value: [{ id: 7 }] } }) });
    await expect(list()).rejects.toMatchObject({ code: 'bad-answer' });
    entra.fail(USERS, { change: () => ({ status: 200, body: {} }) });
    await expect(list()).rejects.toMatchObject({ code: 'bad-answer' });
  });
});

describe('a token', () => {
  test('that is worth nothing any more is replaced at the next call', async () => {
    await list();
    entra.revokeTokens();
    clock.advance(MINUTE);
    await expect(list()).rejects.toMatchObject({ code: 'permission-denied' });
    expect(await list()).toEqual([]);
  });

  test('from before a consent is replaced', async () => {
    entra.permissions.delete('User.Read.All');
    await expect(list()).rejects.toMatchObject({ code: 'permission-denied' });
    entra.permissions.add('User.Read.All');
    clock.advance(MINUTE);
    await expect(list()).rejects.toMatchObject({ code: 'permission-denied' });
    expect(await list()).toEqual([]);
  });
});

describe('an address', () => {
  test('holds each text in its own place', () => {
    expect(literal("O'Hara's")).toBe("'O''Hara''s'");
    expect(pathTo(['users', '../groups?$x=1#y'], { $filter: 'a b+c&d' })).toBe(
      '/users/..%2Fgroups%3F%24x%3D1%23y?$filter=a%20b%2Bc%26d',
    );
  });

  test('asks for one text alone, whatever is in it', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", ' ', 'a', ')', 'or', 'eq', '%', '+', '\\'),
    });
    fc.assert(
      fc.property(text, text, (name, other) => {
        const { searchParams } = new URL(
          `https://example.com${pathTo(['groups'], { $filter: `name eq ${literal(name)}` })}`,
        );
        const test = readFilter(searchParams.get('$filter') ?? '');
        expect(test?.({ name })).toBe(true);
        expect(test?.({ name: other })).toBe(other === name);
      }),
    );
  });
});
