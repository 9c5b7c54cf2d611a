import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FATES, Past } from './lived.ts';
import type { Row, Table, Written } from './rows.ts';
import type { Life } from './stamp.ts';
import { Stamp } from './stamp.ts';

const START = Date.UTC(2024, 2, 1, 9);
const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
let past: Past;

beforeAll(async () => {
  past = await Past.open(join(folder, 'past.db'), START);
});

afterAll(async () => {
  await past.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what is stamped is what the program writes', () => {
  let address = 0;

  beforeAll(async () => {
    await past.meet(8);
    await past.meet(9);
  });

  test('of somebody who is seen for the first time', async () => {
    expectSame(await past.meet(1), await past.meet(2));
  });

  test.each(FATES)('of a request that is over: %s', async (fate) => {
    const role = `lb-past-${FATES.indexOf(fate)}`;
    const one = await past.end(fate, role, nextAddress(), 8);
    expectSame(one, await past.end(fate, role, nextAddress(), 9));
  });

  // Last, because what stands open is read back again and again.
  test('of access that stands open', async () => {
    expectSame(await past.hold(nextAddress(), 8), await past.hold(nextAddress(), 9));
  });

  function nextAddress(): number {
    address += 1;
    return address;
  }
});

function expectSame(one: Life, other: Life): void {
  const before = Number(other.written.get('audit')?.[0]?.seq) - 1;
  const later = firstAt(other.written) - firstAt(one.written);
  const stamped = new Stamp(one).rows({ ...other.names, later }, before);
  const lived = [...other.written].flatMap(([table, rows]) => rows.map((row) => ({ table, row })));
  expect(stamped.map(comparable)).toEqual(lived.map(comparable));
}

function firstAt(written: Written): number {
  return Number(written.get('audit')?.[0]?.at);
}

/** Without what is given at the moment of writing: the links of the chain, and an effect's number. */
function comparable({ table, row }: { readonly table: Table; readonly row: Row }) {
  const { prev: _prev, hash: _hash, ...rest } = row;
  if (table !== 'effects') return { table, row: rest };
  const { id: _id, ...effect } = rest;
  return { table, row: effect };
}
