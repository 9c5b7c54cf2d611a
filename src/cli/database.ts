/** The database of this installation, for commands that look at it beside a running Hallpass. */
import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { createLog } from '../log.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import type { Io } from './command.ts';

/** NB. An audit must not make the database that it is asked about. */
export async function withStore(
  config: Config,
  io: Io,
  use: (store: Store) => Promise<number>,
): Promise<number> {
  if (!existsSync(config.databasePath)) {
    io.err(`There is no database at ${config.databasePath}.`);
    return 1;
  }
  io.out(`The database is ${config.databasePath}.`);
  const store = openSqlite({ file: config.databasePath, log: createLog('error') });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
