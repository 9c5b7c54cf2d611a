/** What was written is read back to the byte, and the chain is of those bytes. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/cli/audit-verify.ts';
import { firstFault, happeningOf } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { sha256 } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/policy.ts';
import { silentLog } from '../../src/log.ts';
import {
  ask,
  commit,
  effect,
  person,
  request,
  requestId,
} from '../../src/store/contract-examples.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { proved } from '../stories/proved.ts';
import { Stage } from '../stories/stage.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { HANG, MEDDLING, nasty, nastyJson, runs } from './nasty.ts';

const folder = makeTempFolder('fuzz-stored');
let store: Store;
let nth = 0;
beforeAll(() => {
  store = openSqlite({ file: join(folder.path, 'fuzz.db'), log: silentLog });
});
afterAll(async () => {
  await store.close();
  folder.remove();
});

/** SQLite keeps text as UTF-8, which has no halves of characters; whatever people type has none either. */
const whole = nasty(20_000).map((text) => Buffer.from(text).toString());

describe('the store', () => {
  test('gives back what it was given, and its chain stays whole', { timeout: HANG }, async () => {
    const inputs = fc.dictionary(nasty(50), nasty(), { maxKeys: 4, noNullPrototype: true });
    await fc.assert(
      fc.asyncProperty(inputs, whole, whole, async (given, text, salt) => {
        nth += 1;
        const id = `r${nth}`;
        const digest = sha256(`${salt}\n${text}`);
        const asked = ask(id, { inputs: given, reason: { digest } });
        const waitsFor = [{ count: 1, of: 'sre' }];
        const living = { ...asked, approvals: [], waitsFor, escalated: 0 };
        const pending = { ...living, status: 'pending' } as const;
        const event = { type: 'asked', ask: asked } as const;
        await store.commit(
          commit({
            requests: [pending],
            happenings: [{ subject: 'request', id: requestId(id), event }],
            texts: [{ digest, salt, text }],
          }),
        );
        expect((await store.request(requestId(id)))?.value).toEqual(pending);
        expect(await store.text(digest)).toMatchObject({ salt, text });
      }),
      runs(80),
    );
    const entries = await store.entries({ afterSeq: 0, limit: 100_000 });
    expect(firstFault(entries)).toBeUndefined();
    expect(entries).toHaveLength(nth);
    const { sound, lines } = await verifyAudit(store);
    expect([sound, ...lines]).toContain(true);
    for (const said of lines) expect(said).not.toMatch(MEDDLING);
  });

  test('keeps deliveries, effects and people as they came', { timeout: HANG }, async () => {
    await fc.assert(
      fc.asyncProperty(nastyJson, whole, whole, async (value, key, name) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        nth += 1;
        const id = `${nth} ${key}`;
        const somebody = person(`p_${nth}` as never, [`U${nth}`], '');
        const record = { ...somebody, principal: { ...somebody.principal, name } };
        await store.commit(
          commit({
            received: { key: id, at: 1, delivery: json },
            effects: [effect(id, { payload: json })],
            people: [record],
          }),
        );
        expect((await store.inbox(id))?.row.delivery).toEqual(json);
        expect((await store.effect(id))?.payload).toEqual(json);
        expect((await store.person(record.principal.id))?.value).toEqual(record);
      }),
      runs(80),
    );
  });

  test('finds nothing by a name that holds a pattern or a statement', {
    timeout: HANG,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(nasty(), async (name) => {
        expect(await store.request(`no ${name}` as RequestId)).toBeUndefined();
        expect(await store.inbox(`no ${name}`)).toBeUndefined();
        expect(await store.peopleByEmail(`no ${name}@example.com`)).toEqual([]);
        expect(await store.peopleEverOf(`no ${name}@example.com`)).toEqual([]);
      }),
      runs(60),
    );
    expect(request('any').status).toBe('pending');
  });
});

describe('a reason', () => {
  test('is kept as it is shown, from the command to the account of why', {
    timeout: HANG,
  }, async () => {
    const stage = await Stage.open({}, { burst: 1_000_000 });
    const asked = fc.tuple(fc.nat(250), nasty(1_000));
    await fc.assert(
      fc.asyncProperty(asked, async ([host, reason]) => {
        await stage.type('ada', `lb-shared 1h ip=192.0.2.${host} because ${reason}`);
        for (const text of [stage.answer('ada'), await stage.type('ada', 'mine')])
          expect(text).not.toMatch(MEDDLING);
      }),
      runs(25),
    );
    const rows = await stage.store.requests({ limit: 100 });
    expect(rows.length).toBeGreaterThan(0);
    for (const { value } of rows) {
      const why = await stage.app.service.overview.why(value.id);
      expect(JSON.stringify(why)).not.toContain('undefined');
      const text = await stage.store.text(value.reason?.digest ?? '');
      expect(sha256(`${text?.salt}\n${text?.text}`)).toBe(value.reason?.digest);
      expect(text?.text).not.toMatch(MEDDLING);
    }
    const { sound, lines } = await verifyAudit(stage.store);
    expect(lines.join('\n')).not.toMatch(MEDDLING);
    expect(sound).toBe(true);
    const entries = await stage.store.entries({ afterSeq: 0, limit: 100_000 });
    for (const entry of entries) expect(happeningOf(entry).id).toBe(entry.id);
    await proved(stage);
    await stage.halt();
  });
});
