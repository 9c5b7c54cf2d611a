import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connection.ts';
import type { Database } from './driver.ts';
import { GroupCommit } from './group-commit.ts';

let client: Database;
let begun: number;
let group: GroupCommit;

beforeEach(() => {
  client = connect(':memory:');
  client.exec('CREATE TABLE words (word TEXT UNIQUE) STRICT');
  begun = 0;
  group = new GroupCommit(client, { begin: () => (begun += 1), end: () => {} });
});
afterEach(() => client.close());

const add = (word: string) => () => client.prepare('INSERT INTO words VALUES (?)').run(word);
const words = () => client.prepare('SELECT word FROM words ORDER BY word').pluck().all();

describe('a group of commits', () => {
  it('shares one transaction', async () => {
    await Promise.all(['a', 'b', 'c'].map((word) => group.run(add(word))));
    expect(begun).toBe(1);
    expect(words()).toEqual(['a', 'b', 'c']);
  });

  it('is never larger than 512', async () => {
    await Promise.all(Array.from({ length: 513 }, (_, nth) => group.run(add(`${nth}`))));
    expect(begun).toBe(2);
  });

  it('is told of only after it was committed', async () => {
    let told = false;
    const one = group.run(() => {
      expect(told).toBe(false);
      return client.inTransaction;
    });
    expect(await one.then((inside) => [inside, client.inTransaction])).toEqual([true, false]);
    told = true;
  });

  it('loses only what failed', async () => {
    const settled = await Promise.allSettled(['a', 'a', 'b'].map((word) => group.run(add(word))));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(words()).toEqual(['a', 'b']);
  });

  it('fails as a whole when the disk is full, and the next one is written when it is not', async () => {
    const pages = client.pragma('max_page_count', { simple: true });
    client.pragma('max_page_count = 4');
    const huge = 'x'.repeat(50_000);
    const settled = await Promise.allSettled([group.run(add('a')), group.run(add(huge))]);
    expect(settled.at(1)).toMatchObject({ status: 'rejected', reason: { code: 'full' } });
    client.pragma(`max_page_count = ${String(pages)}`);
    await group.run(add('z'));
    expect(words()).toEqual(settled[0]?.status === 'fulfilled' ? ['a', 'z'] : ['z']);
  });

  it('fails as a whole when it cannot be committed', async () => {
    client.exec(`CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
      CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED) STRICT`);
    const orphan = () => client.exec('INSERT INTO children VALUES (1)');
    const settled = await Promise.allSettled([group.run(add('a')), group.run(orphan)]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(words()).toEqual([]);
    await group.run(add('b'));
    expect(words()).toEqual(['b']);
  });
});
