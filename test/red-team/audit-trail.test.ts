/** Somebody with the database and a SQLite shell, after something was done that they would rather had not been. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../src/cli/audit-verify.ts';
import { hashOf } from '../../src/core/audit.ts';
import type { RequestId } from '../../src/core/ids.ts';
import { Database } from '../../src/store/driver.ts';
import { Stage } from '../stories/stage.ts';
import { ASK, opensFor } from './attempt.ts';

let stage: Stage;
let id: RequestId;
beforeEach(async () => {
  stage = await Stage.open();
  id = await stage.ask('ada', ASK);
  await opensFor(stage, 'grace', id);
  expect(await verifyAudit(stage.store)).toMatchObject({ sound: true });
});
afterEach(() => stage.halt());

type Row = { seq: number; body: string; prev: string; hash: string };

function shell<Result>(work: (db: Database) => Result, { locks = false } = {}): Result {
  const db = new Database(stage.databasePath);
  if (!locks)
    for (const name of ['audit_no_update', 'audit_no_delete', 'audit_in_order'])
      db.exec(`DROP TRIGGER IF EXISTS ${name}`);
  db.pragma('foreign_keys = OFF');
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const rowsFrom = (db: Database, seq: number): Row[] =>
  db
    .prepare('SELECT seq, body, prev, hash FROM audit WHERE seq >= ? ORDER BY seq')
    .all(seq) as Row[];

/** The chain from here on, hashed anew. */
function relinked(db: Database, from: number): void {
  let prev = rowsFrom(db, from - 1)[0]?.hash ?? '';
  for (const { seq, body } of rowsFrom(db, from)) {
    const hash = hashOf(prev, body);
    db.prepare('UPDATE audit SET prev = ?, hash = ? WHERE seq = ?').run(prev, hash, seq);
    prev = hash;
  }
}

async function approvalSeq(): Promise<number> {
  const entries = await stage.store.entries({ afterSeq: 0, limit: 100, subject: 'request', id });
  const found = entries.find(({ body }) => body.includes('"approved"'));
  if (found === undefined) throw new Error('nobody approved');
  return found.seq;
}

const faultNow = async () => (await verifyAudit(stage.store)).fault;

test.each([
  ['altered', "UPDATE audit SET body = '{}' WHERE seq = 3"],
  ['deleted', 'DELETE FROM audit WHERE seq = 3'],
  ['added', "INSERT INTO audit VALUES (999, 0, 'person', 'p', '{}', '', '')"],
  ['emptied of all', 'DELETE FROM audit'],
])('an entry is not %s while the table’s own locks stand', async (_what, sql) => {
  expect(() => shell((db) => db.exec(sql), { locks: true })).toThrow(
    /append-only|follows the last/,
  );
  expect(await faultNow()).toBeUndefined();
});

test('an approver’s name that is exchanged for another is found', async () => {
  const seq = await approvalSeq();
  shell((db) =>
    db
      .prepare('UPDATE audit SET body = replace(body, ?, ?) WHERE seq = ?')
      .run('"by":"p_', '"by":"p_x', seq),
  );
  expect(await faultNow()).toEqual({ at: 'entry', seq, what: 'altered-body' });
});

test('an entry that is taken out of the middle is found, renumbered or not', async () => {
  const seq = await approvalSeq();
  shell((db) => db.exec(`DELETE FROM audit WHERE seq = ${seq}`));
  expect(await faultNow()).toEqual({ at: 'entry', seq, what: 'missing-entry' });
  shell((db) => db.exec(`UPDATE audit SET seq = seq - 1 WHERE seq > ${seq}`));
  expect(await faultNow()).toEqual({ at: 'entry', seq, what: 'broken-link' });
});

test('two entries that change places are found', async () => {
  const seq = await approvalSeq();
  shell((db) => {
    db.exec(`UPDATE audit SET seq = -1 WHERE seq = ${seq}`);
    db.exec(`UPDATE audit SET seq = ${seq} WHERE seq = ${seq + 1}`);
    db.exec(`UPDATE audit SET seq = ${seq + 1} WHERE seq = -1`);
  });
  expect(await faultNow()).toEqual({ at: 'entry', seq, what: 'broken-link' });
});

test('a chain that is written anew from an altered entry on is found by the rows that it does not explain', async () => {
  const seq = await approvalSeq();
  shell((db) => {
    db.prepare('UPDATE audit SET body = replace(body, ?, ?) WHERE seq = ?').run(
      '"by":"p_',
      '"by":"p_x',
      seq,
    );
    relinked(db, seq);
  });
  expect(await faultNow()).toEqual({ at: 'request', id, what: 'differs' });
});

test('a chain from which an approval was taken, written anew, is found', async () => {
  const seq = await approvalSeq();
  shell((db) => {
    db.exec(`DELETE FROM audit WHERE seq = ${seq}`);
    for (const row of rowsFrom(db, seq + 1)) {
      const body = row.body
        .replace(`"seq":${row.seq},`, `"seq":${row.seq - 1},`)
        .replace(`"seq":${row.seq}}`, `"seq":${row.seq - 1}}`);
      db.prepare('UPDATE audit SET seq = ?, body = ? WHERE seq = ?').run(
        row.seq - 1,
        body,
        row.seq,
      );
    }
    relinked(db, seq);
  });
  expect((await verifyAudit(stage.store)).sound).toBe(false);
});

test('the last entry, cut off, is found by the row that it made', async () => {
  const entries = await stage.store.entries({ afterSeq: 0, limit: 100, subject: 'request', id });
  const last = entries.at(-1)?.seq ?? 0;
  shell((db) => db.exec(`DELETE FROM audit WHERE seq >= ${last}`));
  expect((await verifyAudit(stage.store)).sound).toBe(false);
});

test.each([
  [
    'a request made active by hand',
    'UPDATE requests SET body = replace(body, \'"status":"active"\', \'"status":"ended"\')',
  ],
  [
    'an approval counted by hand',
    'UPDATE requests SET body = replace(body, \'"approvals":[\', \'"approvals":[{"at":1,"by":"p_x"},\')',
  ],
  [
    'a longer end written by hand',
    'UPDATE requests SET body = replace(body, \'"endsAt":\', \'"endsAt":9\')',
  ],
  [
    'an access wanted by hand',
    'UPDATE accesses SET body = replace(body, \'"endsAt":\', \'"endsAt":9\')',
  ],
  ['a request deleted', 'DELETE FROM requests'],
  ['a reason exchanged', "UPDATE texts SET text = 'nothing'"],
  ['a reason deleted', 'DELETE FROM texts'],
])('%s is found', async (_what, sql) => {
  shell((db) => db.exec(sql));
  expect((await verifyAudit(stage.store)).sound).toBe(false);
});

test('what nobody can find by the database alone: refusals, cut off at the end', async () => {
  const before = await stage.store.lastEntry();
  await stage.press('mallory', id, 'approve');
  const told = (await verifyAudit(stage.store)).walk.head;
  shell((db) => db.exec(`DELETE FROM audit WHERE seq > ${before?.seq}`));
  const { sound, walk } = await verifyAudit(stage.store);
  // That is why the last hash is to be kept elsewhere: it is another one now.
  expect(sound).toBe(true);
  expect(walk.head).toBe(before?.hash);
  expect(walk.head).not.toBe(told);
});
