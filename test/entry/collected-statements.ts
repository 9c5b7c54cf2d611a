/**
 * Prepares more statements than the collector can leave alone, and forgets each at once: it comes while the driver is at
 * work, and once more when asked. Says how many it has left of those that are watched. They are few, because what is
 * watched stays until the event loop turns.
 */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Database } from '../../src/store/driver.ts';

const STATEMENTS = 20_000;
const WATCHED = 1000;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const database = new Database(':memory:');
const watched: WeakRef<object>[] = [];
for (let nth = 0; nth < STATEMENTS; nth += 1) {
  const statement = database.prepare(`SELECT ${nth}`);
  if (nth % WATCHED === 0) watched.push(new WeakRef(statement));
}
await setTimeout(1);
collect();
await setTimeout(1);
const left = watched.filter((statement) => statement.deref() !== undefined).length;
const answer = database.prepare('SELECT 42').pluck().get();
database.close();
process.stdout.write(JSON.stringify({ watched: watched.length, left, answer }));
