/** Databases in which very much stands open, or was: a few lives led by the program, and stamped copies of them. */

import type { Instant } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { Database } from '../src/store/driver.ts';
import type { Fate } from './lived.ts';
import { FATES, Past } from './lived.ts';
import { addressOf, HOLDERS, PAST_ROLES } from './policy.ts';
import { Press } from './press.ts';
import type { Life, Names } from './stamp.ts';
import { namesFor, principalFor, Stamp } from './stamp.ts';

/** Open requests of one person for one role: as many as the program lets them have. */
const EACH = 20;
const ASKED_WITHIN = 20 * MINUTE;
const LONGEST_PAST = 3 * MINUTE;
const AT_A_TIME = 10_000;

/** How requests end, of twenty. */
const MIX: readonly Fate[] = [
  ...Array<Fate>(8).fill('ended'),
  ...Array<Fate>(5).fill('returned'),
  ...Array<Fate>(2).fill('revoked'),
  ...Array<Fate>(2).fill('denied'),
  ...(['withdrawn', 'expired', 'expired'] as const),
];

export interface Held {
  readonly grants: number;
  /** When the first of them ends. */
  readonly endsAt: Instant;
}

/** @param recheck within which all of them are read back, spread evenly */
export async function fillWithGrants(file: string, grants: number, recheck: number): Promise<Held> {
  const start = Math.floor((Date.now() - 30 * MINUTE) / SECOND) * SECOND;
  const past = await Past.open(file, start);
  const first = grants > 0 ? [await past.meet(0), await past.hold(0, 0)] : [];
  await past.close();
  const [met, held] = first;
  if (met === undefined || held === undefined) return { grants, endsAt: 0 };
  await withPress(file, (press, each) => {
    const people = peopleOf(met, Math.min(HOLDERS.length, Math.ceil(grants / EACH)));
    people.print(press);
    const stamp = new Stamp(held);
    each(grants - 1, (index) => {
      const nth = index + 1;
      const own = {
        ...namesFor(nth, held.names),
        address: addressOf(nth),
        later: laterBy(nth, grants),
      };
      press.print(stamp, { ...own, ...people.nameOf(nth) });
    });
  });
  spreadRechecks(file, recheck);
  const end = held.written.get('requests')?.[0]?.body;
  return { grants, endsAt: (JSON.parse(String(end)) as { endsAt: Instant }).endsAt };
}

/** How much later than the first the nth grant was asked for, in whole seconds. */
export function laterBy(nth: number, grants: number): number {
  return Math.floor((nth * ASKED_WITHIN) / grants / SECOND) * SECOND;
}

/** A million requests that are over, one after the other, of all kinds, by five thousand people. */
export async function fillWithPast(file: string, requests: number): Promise<void> {
  const start = Math.floor((Date.now() - requests * LONGEST_PAST) / SECOND) * SECOND;
  const past = await Past.open(file, start);
  const met = await past.meet(0);
  const lives = new Map<string, Life>();
  for (const [nth, role] of PAST_ROLES.entries())
    for (const [kind, fate] of FATES.entries())
      lives.set(`${role} ${fate}`, await past.end(fate, role, nth * FATES.length + kind, 0));
  let now = past.now + SECOND;
  await past.close();
  await withPress(file, (press, each) => {
    const people = peopleOf(met, HOLDERS.length);
    people.print(press);
    const stamps = new Map([...lives].map(([name, life]) => [name, new Stamp(life)]));
    each(requests - lives.size, (index) => {
      const nth = index + lives.size;
      const name = `${roleOf(nth)} ${MIX[nth % MIX.length]}`;
      const [life, stamp] = [lives.get(name), stamps.get(name)];
      if (life === undefined || stamp === undefined) throw new Error(`no life is ${name}`);
      const [begun, over] = spanOf(life);
      const own = { ...namesFor(nth, life.names), address: addressOf(nth), later: now - begun };
      press.print(stamp, { ...own, ...people.nameOf(nth) });
      now += over - begun + SECOND;
    });
  });
}

function roleOf(nth: number): string {
  return PAST_ROLES[Math.floor(nth / MIX.length) % PAST_ROLES.length] ?? '';
}

function spanOf({ written }: Life): readonly [Instant, Instant] {
  const entries = written.get('audit') ?? [];
  return [Number(entries[0]?.at), Number(entries.at(-1)?.at)];
}

function peopleOf(met: Life, count: number) {
  const nameOf = (nth: number): Pick<Names, 'holder' | 'principal'> => {
    const who = nth % count;
    return who === 0
      ? { holder: met.names.holder, principal: met.names.principal }
      : { holder: HOLDERS[who] ?? '', principal: principalFor(who) };
  };
  const print = (press: Press) => {
    const stamp = new Stamp(met);
    for (let nth = 1; nth < count; nth += 1) {
      const { salts, deliveries } = namesFor(nth, met.names);
      const own = { salts, deliveries: deliveries.map((key) => `${key}-met`) };
      press.print(stamp, { ...met.names, ...own, ...nameOf(nth) });
    }
  };
  return { nameOf, print };
}

type Each = (count: number, one: (index: number) => void) => void;

/** NB. Nothing is kept safe on the way: a run that is cut off begins again. */
async function withPress(file: string, work: (press: Press, each: Each) => void): Promise<void> {
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  db.pragma('journal_mode = MEMORY');
  db.pragma('foreign_keys = OFF');
  db.pragma('cache_size = -1000000');
  const press = new Press(db);
  try {
    db.exec('BEGIN');
    work(press, (count, one) => {
      for (let index = 0; index < count; index += 1) {
        if (index % AT_A_TIME === 0) db.exec('COMMIT; BEGIN');
        one(index);
      }
    });
    press.finish();
    db.exec('COMMIT');
  } finally {
    db.close();
  }
}

/** As they are after a while: never all of them at one moment. */
function spreadRechecks(file: string, within: number): void {
  const db = new Database(file);
  const rows = db
    .prepare("SELECT id FROM effects WHERE kind = 'converge' ORDER BY id")
    .pluck()
    .all();
  const put = db.prepare('UPDATE effects SET due_at = ? WHERE id = ?');
  const from = Date.now() + 5 * SECOND;
  db.transaction(() => {
    for (const [nth, id] of rows.entries())
      put.run(from + Math.floor((nth * within) / rows.length), id);
  })();
  db.close();
}
