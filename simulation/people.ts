/**
 * The truth about people: who has which address, stands in which group, and since when. The program
 * may act on what was true at some moment between a click and what came of it, and on nothing else.
 */
import type { Standing } from '../src/chat/platform.ts';
import type { GroupName, GroupSource, Policy } from '../src/core/policy.ts';
import type { Account, Principal } from '../src/core/principal.ts';
import type { Millis } from '../src/core/time.ts';
import { CHAT_GROUPS, CHATS, type ChatName, emailOf, HUMANS, ON_CALL } from './cast.ts';
import { Chat } from './chat.ts';
import type { Timeline } from './timeline.ts';

interface Change<Value> {
  readonly at: Millis;
  readonly value: Value;
}

/** What something was, and from when on. */
class Past<Value> {
  readonly #changes: Change<Value>[];

  constructor(first: Value) {
    this.#changes = [{ at: 0, value: first }];
  }

  set(at: Millis, value: Value): void {
    this.#changes.push({ at, value });
  }

  /** Each value that it had at some time from `from` to `to`. */
  during(from: Millis, to: Millis): readonly Value[] {
    return this.#changes
      .filter(({ at }, index) => at <= to && (this.#changes[index + 1]?.at ?? Infinity) >= from)
      .map(({ value }) => value);
  }
}

interface Credentials {
  readonly email: string;
  readonly standing: Standing;
}

export class People {
  readonly chats: Readonly<Record<ChatName, Chat>> = {
    north: new Chat('north'),
    south: new Chat('south'),
  };
  readonly #line: Timeline;
  readonly #credentials = new Map<string, Past<Credentials>>();
  readonly #memberships = new Map<string, Past<boolean>>();
  #onCall: readonly string[] = ON_CALL.map(emailOf);
  readonly #shifts = new Past(this.#onCall);

  constructor(line: Timeline) {
    this.#line = line;
    for (const { name, on } of HUMANS) for (const chat of on) this.#join(chat, name);
    for (const chat of CHATS)
      for (const [group, members] of Object.entries(CHAT_GROUPS[chat])) {
        this.chats[chat].groups.set(group, new Set());
        for (const member of members) this.setMember(chat, group, member, true);
      }
  }

  setMember(chat: ChatName, group: string, userId: string, isMember: boolean): void {
    const members = this.chats[chat].groups.get(group);
    if (isMember) members?.add(userId);
    else members?.delete(userId);
    this.#memberships.set(
      `${chat}/${group}/${userId}`,
      moved(this.#memberships.get(`${chat}/${group}/${userId}`), this.#line.now, isMember, false),
    );
  }

  /** The addresses of those who are on call. */
  get onCall(): readonly string[] {
    return this.#onCall;
  }

  handOver(names: readonly string[]): void {
    this.#onCall = names.map(emailOf);
    this.#shifts.set(this.#line.now, this.#onCall);
  }

  change(chat: ChatName, userId: string, to: Partial<Credentials>): void {
    const member = this.chats[chat].members.get(userId);
    if (member === undefined) return;
    Object.assign(member, to);
    const { email, standing } = member;
    this.#credentials.get(`${chat}/${userId}`)?.set(this.#line.now, { email, standing });
  }

  /** Could somebody who looks between these moments find this person in that group? */
  wasIn(
    group: GroupName,
    policy: Policy,
    { accounts }: Principal,
    from: Millis,
    to: Millis,
  ): boolean {
    return (policy.groups[group]?.sources ?? []).some((source) =>
      accounts.some(({ platform, userId }) => {
        const known = this.#credentials.get(`${platform}/${userId}`)?.during(from, to) ?? [];
        if (!known.some(({ standing }) => standing === 'member')) return false;
        if (source.kind !== 'platform') {
          const named = this.#addressesIn(source, from, to);
          return known.some(({ email }) => named.includes(email));
        }
        if (source.platform !== platform) return false;
        const past = this.#memberships.get(`${platform}/${source.group}/${userId}`);
        return past?.during(from, to).includes(true) ?? false;
      }),
    );
  }

  #addressesIn(
    source: Exclude<GroupSource, { kind: 'platform' }>,
    from: Millis,
    to: Millis,
  ): readonly string[] {
    return source.kind === 'emails' ? source.emails : this.#shifts.during(from, to).flat();
  }

  /** Each address and standing that an account had at some time between these moments. */
  credentials({ platform, userId }: Account, from: Millis, to: Millis): readonly Credentials[] {
    return this.#credentials.get(`${platform}/${userId}`)?.during(from, to) ?? [];
  }

  /** The addresses by which these accounts can be told to be one human's: those of this moment. */
  emailsOf({ accounts }: Principal): readonly string[] {
    return accounts.flatMap(({ platform, userId }) => {
      const email = this.chats[platform as ChatName].members.get(userId)?.email;
      return email === undefined ? [] : [email];
    });
  }

  #join(chat: ChatName, userId: string): void {
    const credentials = { email: emailOf(userId), standing: 'member' } as const;
    this.chats[chat].members.set(userId, { userId, name: userId, ...credentials });
    this.#credentials.set(`${chat}/${userId}`, new Past<Credentials>(credentials));
  }
}

function moved<Value>(
  past: Past<Value> | undefined,
  at: Millis,
  value: Value,
  before: Value,
): Past<Value> {
  const known = past ?? new Past(at === 0 ? value : before);
  known.set(at, value);
  return known;
}
