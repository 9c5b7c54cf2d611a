/** The accounts and people behind a group's list, whoever is known already first. */
import type { ChatIo, Platform } from '../chat/platform.ts';
import type { Account, GroupFact } from '../core/principal.ts';
import type { Store } from '../store/store.ts';
import { trusted } from './people.ts';

type Known = Extract<GroupFact, { kind: 'known' }>;
type People = Pick<Store, 'personByAccount' | 'peopleByEmail'>;

const AT_ONCE = 5;
/** A group may list very many who have no account here, and each is a call to find out. */
const LOOKUPS = 50;

/** A few at a time, so that whoever has found enough asks for no more. */
export async function* accountsIn(
  { accounts, emails }: Known,
  platform: Platform,
  store: People,
  io: ChatIo,
): AsyncGenerator<readonly Account[]> {
  const named = [...accounts].map(accountFrom).filter(({ platform: at }) => at === platform.name);
  yield* chunks(named);
  const unknown: string[] = [];
  for (const some of chunks([...emails])) {
    const found = await Promise.all(some.map((email) => accountsOf(email, platform, store)));
    yield found.flat();
    unknown.push(...some.filter((_, nth) => found[nth]?.length === 0));
  }
  for (const some of chunks(unknown.slice(0, LOOKUPS))) {
    const found = await Promise.all(some.map((email) => platform.accountByEmail(email, io)));
    yield found.filter((account) => account !== undefined);
  }
}

async function accountsOf(email: string, platform: Platform, store: People) {
  const people = await store.peopleByEmail(email);
  return people
    .flatMap(({ value }) => trusted(value).accounts)
    .filter((account) => account.platform === platform.name);
}

function* chunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += AT_ONCE) yield items.slice(from, from + AT_ONCE);
}

/** What `accountKey` made one string of. */
function accountFrom(key: string): Account {
  const [platform = '', tenant = '', userId = ''] = key.split('/');
  return { platform, tenant, userId };
}
