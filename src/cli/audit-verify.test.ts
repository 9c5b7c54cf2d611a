import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import type { AccessEvent } from '../core/access.ts';
import type { Happening } from '../core/audit.ts';
import { evolveAccess, evolveRequest } from '../core/evolve.ts';
import { sha256 } from '../core/ids.ts';
import type { AccessRequest } from '../core/request.ts';
import type { RequestEvent } from '../core/request-event.ts';
import { planHashOf } from '../core/right.ts';
import { silentLog } from '../log.ts';
import { ask, ben, commit, NOON, requestId, right } from '../store/contract-examples.ts';
import { Database } from '../store/driver.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { verifyAudit } from './audit-verify.ts';

const folder = makeTempFolder('hallpass-audit');
afterAll(() => folder.remove());

let files = 0;
let file: string;
let store: Store;
beforeEach(async () => {
  file = join(folder.path, `${++files}.db`);
  store = openSqlite({ file, log: silentLog });
  await live('r1');
  await live('r2');
});
afterEach(() => store.close());

const REASON = { salt: 'salt', text: 'rotate the edge certificate' };
const DIGEST = sha256(`${REASON.salt}\n${REASON.text}`);
const GRANT = { accessId: right().accessId, right: right() };
const PROOF = { kind: 'proven', firstReadAt: NOON, secondReadAt: NOON } as const;

/** A whole life, with its entries, its row and its access. */
async function live(name: string, events: readonly RequestEvent[] = LIFE): Promise<void> {
  const id = requestId(name);
  const asked: RequestEvent = {
    type: 'asked',
    ask: ask(name, { reason: { digest: DIGEST }, policyHash: 'h' as never }),
  };
  const all = [asked, ...events];
  const request = all.reduce<AccessRequest | undefined>(
    (state, event) => evolveRequest(state, event, NOON),
    undefined,
  );
  const lease: AccessEvent = {
    type: 'lease-added',
    right: right(),
    request: id,
    endsAt: NOON + 1000,
  };
  const before = await store.access(right().accessId);
  const access = evolveAccess(before?.value, lease, NOON);
  const happenings: Happening[] = all.map((event) => ({ subject: 'request', id, event }));
  happenings.push({ subject: 'access', id: access.id, event: lease });
  const requests = request === undefined ? [] : [request];
  const texts = [{ digest: DIGEST, ...REASON }];
  await store.commit(commit({ requests, accesses: [access], happenings, texts }));
}

const PLAN = planHashOf([GRANT.right]);

const LIFE: readonly RequestEvent[] = [
  { type: 'approved', by: ben, have: 1, need: 1, waitsFor: [], opened: [], plan: PLAN },
  {
    type: 'activation-started',
    automatic: false,
    endsAt: NOON + 1000,
    plan: PLAN,
    grants: [GRANT],
  },
  { type: 'grant-confirmed', accessId: GRANT.accessId, until: null },
  { type: 'activated' },
  { type: 'revoking-started', cause: { kind: 'end' } },
  { type: 'grant-gone', accessId: GRANT.accessId, proof: PROOF },
  { type: 'finished', status: 'ended', proof: 'proven' },
];

/** What somebody with the file and a SQLite shell can do. */
function tamper(sql: string): void {
  const shell = new Database(file);
  for (const name of ['audit_no_update', 'audit_no_delete', 'audit_in_order'])
    shell.exec(`DROP TRIGGER IF EXISTS ${name}`);
  shell.pragma('ignore_check_constraints = ON');
  shell.exec(sql);
  shell.close();
}

const fault = async () => (await verifyAudit(store)).fault;

describe('audit verify', () => {
  it('takes what is told of a request long after it was over', async () => {
    const many = Array.from({ length: 1_100 }, (_, nth): Happening => {
      const event = { type: 'met', account: `local/local/u${nth}` } as const;
      return { subject: 'person', id: ben, event };
    });
    await store.commit(commit({ happenings: many }));
    const used = { accessId: GRANT.accessId, use: { kind: 'unused' } } as const;
    const event: RequestEvent = { type: 'use-seen', asOf: NOON, uses: [used] };
    await store.commit(
      commit({ happenings: [{ subject: 'request', id: requestId('r1'), event }] }),
    );
    expect(await verifyAudit(store)).toMatchObject({ sound: true, walk: { requests: 2 } });
  });

  it('finds an untouched log whole, and counts what it saw', async () => {
    await live('r3', []);
    const { sound, walk, lines } = await verifyAudit(store);
    expect(sound).toBe(true);
    expect(walk).toMatchObject({ entries: 20, requests: 3, accesses: 1, texts: 3, erased: 0 });
    expect(walk.head).toBe((await store.lastEntry())?.hash);
    expect(lines[0]).toMatch(/is whole: 20 entries, 3 requests/);
  });

  it('finds an empty log whole', async () => {
    const empty = openSqlite({ file: ':memory:', log: silentLog });
    expect(await verifyAudit(empty)).toMatchObject({ sound: true, walk: { entries: 0 } });
    await empty.close();
  });

  it.each([
    [
      'a body',
      `UPDATE audit SET body = replace(body, 'p_ben', 'p_eve') WHERE seq = 2`,
      2,
      'altered-body',
    ],
    ['a column', `UPDATE audit SET id = 'r9' WHERE seq = 3`, 3, 'wrong-columns'],
    ['a hash', `UPDATE audit SET hash = prev WHERE seq = 4`, 4, 'altered-body'],
    ['a link', `UPDATE audit SET prev = hash WHERE seq = 5`, 5, 'broken-link'],
    ['a missing entry', 'DELETE FROM audit WHERE seq = 6', 6, 'missing-entry'],
  ])('names the first bad entry: %s', async (_, sql, seq, what) => {
    tamper(`${sql}; UPDATE audit SET prev = 'x' WHERE seq = 12`);
    expect(await fault()).toEqual({ at: 'entry', seq, what });
    expect((await verifyAudit(store)).lines[0]).toContain(`Entry ${seq} is bad`);
  });

  it('names an entry that is linked well but cannot have happened', async () => {
    const last = (await store.lastEntry())?.seq ?? 0;
    const id = requestId('r1');
    const event = { type: 'activated' } as const;
    await store.commit(commit({ happenings: [{ subject: 'request', id, event }] }));
    expect(await fault()).toEqual({ at: 'entry', seq: last + 1, what: 'impossible' });
  });

  it('notices by the rows that the end of the log was cut off', async () => {
    const last = (await store.lastEntry())?.seq ?? 0;
    tamper(`DELETE FROM audit WHERE seq > ${last - 2}`);
    expect(await fault()).toEqual({ at: 'request', id: 'r2', what: 'differs' });
  });

  it.each([
    [
      'request',
      `UPDATE requests SET body = replace(body, 'p_ben', 'p_eve') WHERE id = 'r2'`,
      'r2',
      'differs',
    ],
    ['request', `DELETE FROM requests WHERE id = 'r1'`, 'r1', 'not-stored'],
    [
      'request',
      `INSERT INTO requests SELECT 'r9', status, requester, role, asked_at, replace(body, '"r1"', '"r9"') FROM requests WHERE id = 'r1'; INSERT INTO scopes VALUES ('request/r9', 1)`,
      'r9',
      'not-in-the-log',
    ],
    ['access', 'DELETE FROM accesses', right().accessId, 'not-stored'],
    [
      'access',
      `UPDATE accesses SET body = replace(body, '"live"', '"ending"')`,
      right().accessId,
      'differs',
    ],
  ])('names the first %s that is not as the log tells it', async (at, sql, id, what) => {
    tamper(`PRAGMA foreign_keys = OFF; ${sql}`);
    expect(await fault()).toEqual({ at, id, what });
  });

  it('names the entry whose text was exchanged, or has gone without being erased', async () => {
    tamper(`UPDATE texts SET text = 'nothing to see here'`);
    expect(await fault()).toEqual({ at: 'text', seq: 1, digest: DIGEST, what: 'altered' });
    tamper('DELETE FROM texts');
    expect(await fault()).toMatchObject({ at: 'text', what: 'not-stored' });
  });

  it('is content with a text that was erased, and says so', async () => {
    const event = { type: 'text-erased', request: requestId('r1'), digest: DIGEST } as const;
    const happenings = [{ subject: 'installation', id: 'installation', event } as const];
    await store.commit(commit({ erases: [DIGEST], happenings }));
    expect(await verifyAudit(store)).toMatchObject({ sound: true, walk: { texts: 0, erased: 1 } });
  });

  it('names a standstill that is not as the log tells it', async () => {
    const standstill = { by: ben, why: { digest: DIGEST }, since: 1 };
    const event = { type: 'frozen', ...standstill } as const;
    const happenings = [{ subject: 'installation', id: 'installation', event } as const];
    await store.commit(commit({ standstill, happenings }));
    expect(await fault()).toBeUndefined();
    tamper('UPDATE installation SET standstill = NULL');
    expect(await fault()).toEqual({ at: 'installation', id: 'standstill', what: 'differs' });
  });

  it('looks again when somebody wrote while it looked', async () => {
    await live('r3', []);
    let once = true;
    const busy: Store = {
      ...store,
      request: async (id) => {
        if (id === 'r3' && once) {
          once = false;
          await withdraw('r3');
        }
        return store.request(id);
      },
    };
    expect((await verifyAudit(busy)).fault).toBeUndefined();
  });
});

async function withdraw(name: string): Promise<void> {
  const id = requestId(name);
  const event = { type: 'withdrawn' } as const;
  const stored = await store.request(id);
  const requests = [evolveRequest(stored?.value, event, NOON)];
  await store.commit(commit({ requests, happenings: [{ subject: 'request', id, event }] }));
}
