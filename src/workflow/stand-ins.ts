/** Who is told instead of whoever is away: only those whom policy names for the request in some part. */
import { isAway } from '../core/absence.ts';
import { sameHumanIds } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { Principal } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { AccessRequest } from '../core/request.ts';
import type { PersonRecord } from '../store/store.ts';
import type { Directory } from './directory.ts';
import type { Gallery } from './gallery.ts';
import { maySee } from './looks.ts';
import { trusted } from './people.ts';
import type { Shell } from './shell.ts';

/** Delegates of delegates: nobody follows more of them. */
const LONGEST_CHAIN = 5;

export interface Recipients {
  readonly told: readonly Principal[];
  /** By who is told: instead of whom. Whoever is also told for themselves is not in it. */
  readonly insteadOf: ReadonlyMap<PrincipalId, PrincipalId>;
  /** Away, and nobody is told instead. */
  readonly missed: readonly Principal[];
}

/** @throws ChatError */
export class StandIns {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #gallery: Gallery;

  constructor(shell: Shell, directory: Directory, gallery: Gallery) {
    this.#shell = shell;
    this.#directory = directory;
    this.#gallery = gallery;
  }

  async of(request: AccessRequest, members: readonly Principal[]): Promise<Recipients> {
    const told = new Map<PrincipalId, Principal>();
    const away: Principal[] = [];
    for (const member of members)
      if (await this.isAway(member.id)) away.push(member);
      else told.set(member.id, member);
    const insteadOf = new Map<PrincipalId, PrincipalId>();
    const missed: Principal[] = [];
    for (const member of away) {
      const other = await this.#instead(request, member.id);
      if (other === undefined) missed.push(member);
      else if (!told.has(other.id)) {
        told.set(other.id, other);
        insteadOf.set(other.id, member.id);
      }
    }
    return { told: [...told.values()], insteadOf, missed };
  }

  async isAway(id: PrincipalId): Promise<boolean> {
    const record = (await this.#shell.store.person(id))?.value;
    return isAway(record?.absence, this.#shell.ledger.now());
  }

  /** NB. A delegate is named by somebody, not by policy: what is asked for is not for them to see. */
  async #instead(request: AccessRequest, away: PrincipalId): Promise<Principal | undefined> {
    const record = await delegateOf(this.#shell, away);
    if (record === undefined || record.principal.id === request.requester) return undefined;
    const delegate = await this.#vouched(trusted(record));
    if (delegate.accounts.length === 0) return undefined;
    const viewer = await this.#gallery.viewer(delegate.id, [request]);
    // Whoever asks does not answer for an approver, whatever their account is called.
    if (sameHumanIds(viewer.facts, delegate.id, request.requester)) return undefined;
    return maySee(request, viewer) ? delegate : undefined;
  }

  /** To write to somebody, a profile may be a minute old. */
  async #vouched(person: Principal): Promise<Principal> {
    const vouched = await Promise.all(
      person.accounts.map((account) => this.#directory.vouchedLately(account, person)),
    );
    const those = new Set(person.accounts.filter((_, nth) => vouched[nth]).map(accountKey));
    return { ...person, accounts: person.accounts.filter((one) => those.has(accountKey(one))) };
  }
}

/** Who stands in for somebody at last; undefined: nobody, because all of them are away. */
async function delegateOf(
  { store, ledger }: Pick<Shell, 'store' | 'ledger'>,
  away: PrincipalId,
): Promise<PersonRecord | undefined> {
  const passed = new Set<PrincipalId>();
  for (let id: PrincipalId | null = away; id !== null && passed.size <= LONGEST_CHAIN; ) {
    if (passed.has(id)) return undefined;
    passed.add(id);
    const record: PersonRecord | undefined = (await store.person(id))?.value;
    if (!isAway(record?.absence, ledger.now())) return record;
    id = record?.absence?.delegate ?? null;
  }
  return undefined;
}

/** Would nobody be told for whoever is away, where `besides` is about to be away as well? */
export async function nobodyInstead(
  shell: Pick<Shell, 'store' | 'ledger'>,
  away: PrincipalId,
  besides: PrincipalId,
): Promise<boolean> {
  const delegate = await delegateOf(shell, away);
  return delegate === undefined || delegate.principal.id === besides;
}
