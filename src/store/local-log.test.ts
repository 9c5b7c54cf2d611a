import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { openLocalLog } from './local-log.ts';

test('messages and marks are there after the file was closed and opened again', () => {
  const file = join(makeTempFolder('local-log').path, 'hallpass.db');
  const first = openLocalLog(file);
  first.put(1, { text: 'one' });
  first.put(2, { text: 'two' });
  first.put(1, { text: 'changed' });
  first.put(3, { text: 'gone' });
  first.remove(3);
  first.mark('ada #lb', 1);
  first.mark('ada #lb', 2);
  first.close();

  const second = openLocalLog(file);
  expect(second.messages()).toEqual([
    { id: 1, body: { text: 'changed' } },
    { id: 2, body: { text: 'two' } },
  ]);
  expect([...second.marks()]).toEqual([['ada #lb', 2]]);
  second.close();
});
