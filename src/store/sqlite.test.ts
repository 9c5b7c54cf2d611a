import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { firstFault } from '../core/audit.ts';
import { silentLog } from '../log.ts';
import { describeStore } from './contract.ts';
import { asking, commit, NOON, request, requestId } from './contract-examples.ts';
import { Database } from './driver.ts';
import { openSqlite } from './sqlite.ts';

const folder = makeTempFolder('hallpass-store');
afterAll(() => folder.remove());

let files = 0;
const newFile = () => join(folder.path, `private-${++files}`, 'hallpass.db');
const open = (file: string) => openSqlite({ file, log: silentLog });
const bytesOf = (file: string) =>
  [file, `${file}-wal`].map((path) => readFileSync(path, 'latin1')).join('');

describeStore('SQLite in memory', async () => open(':memory:'));
describeStore('SQLite in a file', async () => open(newFile()), 5);

describe('a database file', () => {
  it('keeps everything when it is closed and opened again', async () => {
    const file = newFile();
    const first = open(file);
    await first.commit(asking('r1'));
    await first.close();
    const second = open(file);
    await second.commit(asking('r2'));
    expect((await second.request(requestId('r1')))?.value).toEqual(request('r1'));
    expect(await second.effect('draw/r1')).toMatchObject({ id: 1 });
    expect(await second.lastCommittedAt()).toBe(NOON);
    const entries = await second.entries({ afterSeq: 0, limit: 9 });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(firstFault(entries)).toBeUndefined();
    await second.close();
  });

  it('is for its owner alone, as are the files beside it and the folder made for it', async () => {
    const file = newFile();
    const store = open(file);
    await store.commit(asking('r1'));
    const modeOf = (path: string) => statSync(path).mode & 0o777;
    for (const path of [file, `${file}-wal`, `${file}-shm`]) expect(modeOf(path)).toBe(0o600);
    expect(modeOf(join(file, '..'))).toBe(0o700);
    await store.close();
  });

  it('holds no trace of a text that was erased', async () => {
    const file = newFile();
    const store = open(file);
    const text = 'the certificate of the customer whose name is a secret';
    await store.commit({ ...asking('r1'), texts: [{ digest: 'd', salt: 's', text }] });
    expect(bytesOf(file)).toContain(text);
    await store.commit(commit({ erases: ['d'] }));
    expect(bytesOf(file)).not.toContain(text);
    await store.close();
  });

  it('that is no database is called corrupt', async () => {
    const file = newFile();
    await open(file).close();
    writeFileSync(file, 'Dear diary, '.repeat(1000));
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});

describe('two writers on one file', () => {
  it('find it unavailable while the other writes, and leave nothing half written', async () => {
    const file = newFile();
    const store = open(file);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const both = await Promise.allSettled([store.commit(asking('r1')), store.commit(asking('r2'))]);
    for (const one of both)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    other.exec('ROLLBACK');
    expect(await store.lastEntry()).toBeUndefined();
    expect((await store.commit(asking('r1'))).kind).toBe('committed');
    other.close();
    await store.close();
  });

  it('go on with one chain, and see what the other decided upon', async () => {
    const file = newFile();
    const [one, two] = [open(file), open(file)];
    await one.commit(asking('r1'));
    await two.commit(asking('r2'));
    await one.commit(asking('r3'));
    expect((await two.commit(asking('r3'))).kind).toBe('conflict');
    const entries = await two.entries({ afterSeq: 0, limit: 9 });
    expect(entries.map(({ id }) => id)).toEqual(['r1', 'r2', 'r3']);
    expect(firstFault(entries)).toBeUndefined();
    await one.close();
    await two.close();
  });
});
