/** Who is in which group, asked of platforms and rosters. Fresh for a decision; what is drawn may be older. */
import type { ChatIo } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Group, GroupName, GroupSource } from '../core/policy.ts';
import type { GroupFact } from '../core/principal.ts';
import { accountKey, emailFrom } from '../core/principal.ts';
import type { Millis } from '../core/time.ts';
import { MINUTE } from '../core/time.ts';
import { MISSED_FOR } from './profiles.ts';
import { Questions } from './questions.ts';
import type { Shell } from './shell.ts';

/** Whose members somebody else knows. */
type AskedSource = Exclude<GroupSource, { kind: 'emails' }>;
type Read = (source: AskedSource) => Promise<GroupFact>;

export class Groups {
  readonly #shell: Shell;
  readonly #questions: Questions<GroupFact>;
  readonly #known = new Map<string, { readonly fact: GroupFact; readonly at: number }>();
  /** When each was asked in vain. */
  readonly #missed = new Map<string, Millis>();

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#questions = new Questions(shell.clock, shell.settings.chatTimeout);
  }

  /** The members of groups at this moment. */
  now(names: readonly GroupName[], io?: ChatIo): Promise<ReadonlyMap<GroupName, GroupFact>> {
    return this.#groups(names, (source) => this.#members(source, io));
  }

  /** As they were within the last minute. */
  drawn(names: readonly GroupName[]): Promise<ReadonlyMap<GroupName, GroupFact>> {
    return this.#groups(names, async (source) => {
      const known = this.#known.get(sourceKey(source));
      if (this.#isWithin(MINUTE, known?.at)) return known?.fact ?? unreachable(source);
      // NB. One card may need it several times over, and each would wait for as long as a call may take.
      const isMissed = this.#isWithin(MISSED_FOR, this.#missed.get(sourceKey(source)));
      return isMissed ? unreachable(source) : this.#members(source);
    });
  }

  async #groups(
    names: readonly GroupName[],
    read: Read,
  ): Promise<ReadonlyMap<GroupName, GroupFact>> {
    const { groups } = this.#shell.policy();
    const facts = await Promise.all(
      [...new Set(names)].map(async (name): Promise<[GroupName, GroupFact]> => {
        const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
        return [name, group === undefined ? gone(name) : await union(group, read)];
      }),
    );
    return new Map(facts);
  }

  async #members(source: AskedSource, io?: ChatIo): Promise<GroupFact> {
    try {
      return await this.#questions.ask(sourceKey(source), io, (asked) => this.#ask(source, asked));
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      this.#missed.set(sourceKey(source), this.#shell.clock.monotonic());
      return unreachable(source);
    }
  }

  #isWithin(time: Millis, at: Millis | undefined): boolean {
    return at !== undefined && this.#shell.clock.monotonic() - at < time;
  }

  async #ask(source: AskedSource, io: ChatIo): Promise<GroupFact> {
    const { clock, log } = this.#shell;
    try {
      const fact = await readSource(this.#shell, source, io);
      if (fact.kind === 'known')
        this.#known.set(sourceKey(source), { fact, at: clock.monotonic() });
      return fact;
    } catch (error) {
      log.warn({ err: error, source: sourceKey(source) }, 'a group could not be read');
      this.#missed.set(sourceKey(source), clock.monotonic());
      return unreachable(source);
    }
  }
}

async function readSource(
  { platforms, rosters }: Shell,
  source: AskedSource,
  io: ChatIo,
): Promise<GroupFact> {
  if (source.kind === 'roster') {
    const emails = await rosters.get(source.roster)?.onCall(source.schedule, io);
    return emails === undefined ? unreachable(source) : listed(emails.map(emailFrom));
  }
  const accounts = await platforms.get(source.platform)?.groupMembers(source.group, io);
  if (accounts === undefined)
    return { kind: 'unreachable', why: `${source.platform} is not set up` };
  return { kind: 'known', accounts: new Set(accounts.map(accountKey)), emails: new Set() };
}

/** NB. One source that cannot be read makes the whole group unknown: a no might be a yes. */
async function union(group: Group, read: Read): Promise<GroupFact> {
  const facts = await Promise.all(
    group.sources.map((source) =>
      source.kind === 'emails' ? listed(source.emails) : read(source),
    ),
  );
  const [only] = facts;
  if (facts.length === 1 && only !== undefined) return only;
  const accounts = new Set<string>();
  const emails = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'unreachable') return fact;
    for (const account of fact.accounts) accounts.add(account);
    for (const email of fact.emails) emails.add(email);
  }
  return { kind: 'known', accounts, emails };
}

function listed(emails: readonly string[]): GroupFact {
  return { kind: 'known', accounts: new Set(), emails: new Set(emails) };
}

function gone(name: GroupName): GroupFact {
  return { kind: 'unreachable', why: `policy has no group ${name}` };
}

function unreachable(source: AskedSource): GroupFact {
  const why = sourceKey(source);
  if (source.kind === 'platform') return { kind: 'unreachable', why };
  return { kind: 'unreachable', why, source: `${source.roster} schedule ${source.schedule}` };
}

function sourceKey(source: AskedSource): string {
  if (source.kind === 'roster') return `${source.roster}:${source.schedule}`;
  return `${source.platform}:${source.group}`;
}
