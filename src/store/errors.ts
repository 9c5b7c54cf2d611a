import { Database } from './driver.ts';
import { StoreError } from './store.ts';

const CODES: readonly (readonly [string, StoreError['code'], string])[] = [
  ['SQLITE_BUSY', 'unavailable', 'another process is writing to the database'],
  ['SQLITE_LOCKED', 'unavailable', 'the database is locked'],
  ['SQLITE_CANTOPEN', 'unavailable', 'the database cannot be opened'],
  ['SQLITE_READONLY', 'unavailable', 'the database cannot be written to'],
  ['SQLITE_PERM', 'unavailable', 'the database may not be opened'],
  ['SQLITE_FULL', 'full', 'the disk is full'],
  ['SQLITE_IOERR', 'full', 'the disk cannot be read or written'],
  ['SQLITE_CORRUPT', 'corrupt', 'the database is damaged'],
  ['SQLITE_NOTADB', 'corrupt', 'the file is no database'],
];

/** SQLite's errors as the port's; what is neither busy, full nor damaged is a fault of ours and stays as it is. */
export function translated(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const known = CODES.find(([prefix]) => error.code.startsWith(prefix));
  if (known === undefined) return error;
  const [, code, sentence] = known;
  return new StoreError(code, sentence, { cause: error });
}

export function translating<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}
