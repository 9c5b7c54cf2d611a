import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { openAddresses } from './addresses.ts';

test('addresses are there after the file was closed and opened again', () => {
  const file = join(makeTempFolder('addresses').path, 'hallpass.db');
  const first = openAddresses(file);
  first.put('person/ada', { conversation: 'a:1' });
  first.put('person/ada', { conversation: 'a:2' });
  first.put('person/grace', { conversation: 'a:3' });
  first.remove('person/grace');
  first.close();

  const second = openAddresses(file);
  expect(second.get('person/ada')).toEqual({ conversation: 'a:2' });
  expect(second.get('person/grace')).toBeUndefined();
  second.close();
});

test('what is listed begins with the very letters that were asked for', () => {
  const book = openAddresses(join(makeTempFolder('addresses').path, 'hallpass.db'));
  for (const key of ['team/a', 'team/b', 'teamXa', 'TEAM/c', 'te_m/d']) book.put(key, {});
  expect(book.list('team/').map(({ key }) => key)).toEqual(['team/a', 'team/b']);
  expect(book.list('te_m/').map(({ key }) => key)).toEqual(['te_m/d']);
  expect(book.list('%')).toEqual([]);
  book.close();
});
