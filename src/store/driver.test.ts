import { describe, expect, it } from 'vitest';
import { runProgram } from '../../test/support/process.ts';
import { driverFor, load } from './driver.ts';

describe('the SQLite driver', () => {
  it.each([
    ['9', 'sqlite-before-napi-10'],
    ['10', 'better-sqlite3'],
    ['11', 'better-sqlite3'],
  ])('for Node-API %s is %s', (napi, name) => {
    expect(driverFor(napi)).toBe(name);
  });

  it('says what to do when it is not installed', () => {
    expect(() => load('sqlite-of-tomorrow')).toThrow(/sqlite-of-tomorrow is not installed.*npm ci/);
  });

  it('lives on when statements are collected while it works', async () => {
    const { code, stdout, stderr } = await runProgram({
      entry: 'test/entry/collected-statements.ts',
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({ watched: 20, left: 0, answer: 42 });
  }, 60_000);
});
