/** Opens the database file: who may read it, and how carefully it is written. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Database } from './driver.ts';

/** The wait blocks the event loop, so it is short; whoever commits can try again. */
const BUSY_TIMEOUT = 200;

export function connect(file: string): Database {
  if (file !== ':memory:') keepPrivate(file);
  const client = new Database(file, { timeout: BUSY_TIMEOUT });
  try {
    client.pragma('journal_mode = WAL');
    client.pragma('synchronous = FULL');
    client.pragma('foreign_keys = ON');
    // What is erased is overwritten, not only forgotten.
    client.pragma('secure_delete = ON');
    client.pragma('trusted_schema = OFF');
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

/** NB. SQLite gives the files that it puts beside the database the database's own mode. */
function keepPrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  for (const path of [file, `${file}-wal`, `${file}-shm`])
    if (existsSync(path)) chmodSync(path, 0o600);
}
