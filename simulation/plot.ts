/** What people will try, worked out ahead from chance: so that a part can be left out to find what matters. */
import type { PersonCommand, RoleCommand } from '../src/core/request-command.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { ADDRESSES, HUMANS, REFUSED_ADDRESS, ROLES, type RoleName } from './cast.ts';
import type { Chance } from './chance.ts';

/** Words that are no command on a request, and look at or mend something. */
type Look =
  | 'help'
  | 'roles'
  | 'mine'
  | 'why'
  | 'status'
  | 'history'
  | 'restore'
  | 'away'
  | 'delegate'
  | 'back'
  | 'freeze'
  | 'thaw'
  | 'home'
  | 'form'
  | 'nonsense';

type Verb = Exclude<PersonCommand['kind'], RoleCommand['kind']>;

export interface Act {
  readonly at: Millis;
  readonly who: string;
  /** Which of their accounts: the first or the last. */
  readonly account: 'first' | 'last';
  readonly what: Verb | Look;
  readonly by: 'typing' | 'button';
  /** Of an extension: how much longer. Of an approval: for no longer than this. */
  readonly minutes?: number;
  /** Of an approval: not before so many minutes from then. Of an absence: until then. */
  readonly later?: number;
  /** On the request itself, if nothing else is said. */
  readonly on?: 'extension';
  /** For words that are about somebody. */
  readonly whom?: string;
  /** Who presses, and how long after, what is told of a freeze or a thaw. Left out: it is confirmed at once. */
  readonly presses?: readonly { readonly after: Millis; readonly who: string }[];
}

/** One request, and what people will do about it. */
export interface Plotted {
  readonly index: number;
  readonly at: Millis;
  readonly who: string;
  readonly account: 'first' | 'last';
  readonly role: RoleName;
  readonly minutes: number;
  /** In how many minutes it shall begin; null: at once. */
  readonly later: number | null;
  readonly ip: string;
  readonly reason: string;
  readonly by: 'typing' | 'form';
  /** Nobody is asked, where policy lets them. */
  readonly isBreakGlass: boolean;
  readonly acts: readonly Act[];
  /** When it would be over, if nothing came between. */
  readonly ends: Millis;
}

const ASKERS = ['ada', 'linus', 'barbara', 'edsger', 'grace'] as const;
const LEADS = ['grace', 'barbara', 'linus', 'katherine'] as const;
const SECURITY = ['margaret', 'katherine'] as const;
const REVIEWERS = [...SECURITY, 'grace', 'barbara'] as const;
/** How many have to agree, or do as if they had to. */
const AGREE: Readonly<Record<RoleName, number>> = {
  solo: 1,
  pair: 2,
  auto: 1,
  loose: 1,
  staged: 4,
  assigned: 1,
};
const EVERYBODY = HUMANS.map(({ name }) => name) as [string, ...string[]];

/** Each kind of command, and how likely somebody tries it on a request by the way. */
const TRIES: Readonly<Record<Verb, number>> = {
  approve: 0.25,
  deny: 0.1,
  withdraw: 0.08,
  return: 0.2,
  extend: 0.3,
  revoke: 0.15,
  attest: 0.12,
  review: 0.03,
};

/** When what is likely to happen to a request. */
interface Times {
  readonly asked: Millis;
  readonly starts: Millis;
  readonly minutes: number;
}

/** While it waits, while it lives, or when it should be over. */
const WHEN: Readonly<Record<Verb, (chance: Chance, times: Times) => Millis>> = {
  approve: waiting,
  deny: waiting,
  withdraw: waiting,
  return: living,
  revoke: living,
  extend: living,
  attest: (chance, { starts, minutes }) => starts + (minutes + chance.int(0, 6)) * MINUTE,
  review: (chance, { starts, minutes }) => starts + (minutes + chance.int(0, 12)) * MINUTE,
};

function waiting(chance: Chance, { asked }: Times): Millis {
  return asked + chance.skewed(SECOND, 10 * MINUTE);
}

/** Some at once: while what was written is not yet seen everywhere. */
function living(chance: Chance, { starts, minutes }: Times): Millis {
  const soon = chance.is(0.4);
  return starts + (soon ? chance.int(500, 5_000) : chance.int(SECOND, (minutes + 2) * MINUTE));
}

const LOOKS: readonly [Look, ...Look[]] = [
  'help',
  'roles',
  'mine',
  'status',
  'why',
  'history',
  ...(['restore', 'restore', 'restore', 'restore'] as const),
  'home',
  'form',
  'nonsense',
];

/** How often somebody asks for what they had, as it ends: it is still being taken away then, which takes minutes at one. */
const AGAIN: Readonly<Partial<Record<RoleName, number>>> = { assigned: 0.5 };
const ELSEWHERE = 0.08;
/** The latest that anything is asked for again. */
const LATEST: Millis = 50 * MINUTE;

/** @param span within which most requests are asked */
export function plot(chance: Chance, lives: number, span: Millis): readonly Plotted[] {
  const all: Plotted[] = [];
  for (let index = 0; index < lives; index += 1) {
    const own = chance.stream(`life/${index}`);
    const last = all.at(-1);
    const isAgain = last !== undefined && own.is(AGAIN[last.role] ?? ELSEWHERE);
    all.push(life(own, index, span, isAgain ? last : undefined));
  }
  return all;
}

/** @param before what is asked for again */
function life(chance: Chance, index: number, span: Millis, before: Plotted | undefined): Plotted {
  const asked = before === undefined ? anew(chance, span) : again(before, chance);
  const { role, who, at } = asked;
  const isBreakGlass = chance.is(0.15);
  const longest = isBreakGlass ? 12 : 25;
  const minutes = chance.is(0.03) ? 90 : chance.pick([1, 2, 3, chance.int(1, longest)]);
  const isLater = !isBreakGlass && chance.is(0.2);
  const later = isLater ? chance.pick([0, 1, 2, 5, chance.int(1, 20), 90]) : null;
  const agreed = approvals(chance, role, who, at);
  const agreedAt = isBreakGlass ? at : (agreed.at(AGREE[role] - 1)?.at ?? at);
  const starts = Math.max(agreedAt, at + (later ?? 0) * MINUTE);
  const tried = others(chance, who, { asked: at, starts, minutes });
  return {
    index,
    ...asked,
    account: account(chance),
    minutes,
    later,
    reason: chance.is(0.05) ? '' : `because of ${index}`,
    by: chance.is(0.2) ? 'form' : 'typing',
    isBreakGlass,
    acts: [
      ...agreed,
      ...tried,
      ...tried.flatMap((act) => onExtension(chance, role, who, act)),
      ...(isBreakGlass ? reviews(chance, who, { asked: at, starts, minutes }) : []),
    ],
    ends: starts + minutes * MINUTE,
  };
}

type Asked = Pick<Plotted, 'role' | 'who' | 'ip' | 'at'>;

function anew(chance: Chance, span: Millis): Asked {
  return {
    role: chance.pick(ROLES as unknown as [RoleName, ...RoleName[]]),
    who: chance.is(0.95) ? chance.pick(ASKERS as unknown as [string]) : 'mallory',
    ip: chance.is(0.03) ? REFUSED_ADDRESS : chance.pick(ADDRESSES as unknown as [string]),
    at: chance.int(0, span),
  };
}

function again({ role, who, ip, ends }: Plotted, chance: Chance): Asked {
  const at = Math.min(LATEST, Math.max(0, ends + chance.int(-MINUTE, 30 * SECOND)));
  return { role, who, ip, at };
}

/** Mostly agreed to, some of it too late; and taken back by somebody while it is on its way. */
function onExtension(chance: Chance, role: RoleName, asker: string, act: Act): readonly Act[] {
  if (act.what !== 'extend') return [];
  const agreed = approvals(chance, role, asker, act.at);
  const last = Math.max(act.at, ...agreed.map(({ at }) => at));
  const what = chance.pick(['deny', 'withdraw', 'return', 'revoke', 'extend'] as const);
  const who = { deny: 'grace', revoke: 'margaret', withdraw: asker, return: asker, extend: asker };
  const other: Act = {
    at: chance.is(0.5) ? last + chance.int(0, 10_000) : act.at + chance.skewed(SECOND, 5 * MINUTE),
    who: who[what],
    account: account(chance),
    what,
    by: 'button',
    minutes: chance.pick([2, 5, 10]),
  };
  const ofBoth = chance.is(0.5) ? [other] : [{ ...other, on: 'extension' } as const];
  return [
    ...agreed.map((one): Act => ({ ...one, on: 'extension' })),
    ...(chance.is(0.5) ? ofBoth : []),
  ];
}

/** Mostly, those who may approve do so before long. */
function approvals(chance: Chance, role: RoleName, asker: string, at: Millis): readonly Act[] {
  const few = role === 'auto' ? 0.1 : 0.85;
  if (!chance.is(few)) return [];
  const needed = AGREE[role];
  const named = role === 'staged' ? [...LEADS, ...SECURITY] : LEADS;
  const willing = named.filter((name) => name !== asker || chance.is(0.1));
  const start = chance.int(0, willing.length - 1);
  return Array.from({ length: needed + chance.pick([0, 0, 0, 1, 1]) }, (_, nth) => ({
    at: at + chance.skewed(2 * SECOND, 7 * MINUTE),
    who: willing[(start + nth) % willing.length] ?? 'grace',
    account: account(chance),
    what: 'approve',
    by: chance.is(0.8) ? 'button' : 'typing',
    ...(chance.is(0.15) ? { minutes: chance.pick([1, 2, 5, 15]) } : {}),
    ...(chance.is(0.08) ? { later: chance.pick([1, 3, 10]) } : {}),
  }));
}

function others(chance: Chance, asker: string, times: Times): readonly Act[] {
  const rightful: Readonly<Record<string, readonly string[]>> = {
    approve: EVERYBODY,
    deny: LEADS,
    withdraw: [asker],
    return: [asker],
    extend: [asker],
    revoke: SECURITY,
    attest: SECURITY,
    review: REVIEWERS,
  };
  const acts = Object.entries(TRIES).flatMap(([what, often]): Act[] => {
    if (!chance.is(often)) return [];
    const who = chance.is(0.8) ? chance.oneOf(rightful[what] ?? []) : chance.pick(EVERYBODY);
    return [
      {
        at: WHEN[what as Verb](chance, times),
        who: who ?? asker,
        account: account(chance),
        what: what as Verb,
        ...(what === 'extend' ? { minutes: chance.pick([2, 5, 10]) } : {}),
        by: chance.is(0.5) ? 'button' : 'typing',
      },
    ];
  });
  acts.push(...freezing(chance, times), ...absences(chance, times));
  if (!chance.is(0.3)) return acts;
  const what = chance.pick(LOOKS);
  const anybody = chance.is(0.5) ? asker : chance.pick(EVERYBODY);
  const look: Act = {
    at: times.asked + chance.int(0, 20 * MINUTE),
    who: what === 'restore' && chance.is(0.8) ? 'margaret' : anybody,
    account: account(chance),
    what,
    by: 'typing',
    whom: chance.pick(EVERYBODY),
  };
  return [...acts, look];
}

/** One of those who may be called is away by then, and mostly has somebody to be called instead. */
function absences(chance: Chance, { asked }: Times): readonly Act[] {
  if (!chance.is(0.2)) return [];
  const who = chance.pick([...LEADS, ...SECURITY]);
  const at = Math.max(0, asked + chance.int(-8 * MINUTE, MINUTE));
  const leaves: Act = {
    ...{ at, who, account: account(chance), by: 'typing' },
    what: chance.is(0.7) ? 'delegate' : 'away',
    whom: chance.pick([...LEADS, ...SECURITY, ...EVERYBODY]),
    later: chance.pick([2, 10, 20, 40]),
  };
  const back: Act = { ...leaves, at: at + chance.int(MINUTE, 15 * MINUTE), what: 'back' };
  return chance.is(0.3) ? [leaves, back] : [leaves];
}

/** Somebody tries before the end, and whoever did it tries too; mostly, somebody else does it in the end. */
function reviews(chance: Chance, asker: string, times: Times): readonly Act[] {
  return Array.from({ length: chance.int(0, 4) }, () => ({
    at: WHEN.review(chance, { ...times, minutes: chance.is(0.6) ? 0 : times.minutes }),
    who: chance.pick([asker, ...REVIEWERS, ...REVIEWERS]),
    account: account(chance),
    what: 'review',
    by: chance.is(0.5) ? 'button' : 'typing',
  }));
}

/**
 * Now and then somebody freezes everything, often while something is just being given, and before long it is thawed;
 * some try who may not.
 */
function freezing(chance: Chance, { starts }: Times): readonly Act[] {
  if (!chance.is(0.02)) return [];
  const isJustThen = chance.is(0.4);
  const freeze: Act = isJustThen
    ? { ...switchedBy('margaret', chance), at: starts + chance.int(0, 3_000), what: 'freeze' }
    : turning(chance, 'freeze', starts + chance.skewed(100, 10 * MINUTE));
  const done = freeze.at + (freeze.presses?.[0]?.after ?? 0);
  const after = Array.from({ length: 3 }, () => chance.skewed(SECOND, 4 * MINUTE));
  return [freeze, ...after.map((later) => turning(chance, 'thaw', done + later))];
}

function turning(chance: Chance, what: 'freeze' | 'thaw', at: Millis): Act {
  const who = chance.is(0.85) ? 'margaret' : chance.pick(EVERYBODY);
  const act: Act = { ...switchedBy(who, chance), at, what };
  return chance.is(0.4) ? act : { ...act, by: 'button', presses: presses(chance, who) };
}

function switchedBy(who: string, chance: Chance): Pick<Act, 'who' | 'account' | 'by'> {
  return { who, account: account(chance), by: 'typing' };
}

/** Most soon and by themselves; some late, twice, or on what somebody else was told. */
function presses(chance: Chance, who: string): NonNullable<Act['presses']> {
  const soon = chance.skewed(0, 2 * MINUTE);
  const read = chance.is(0.8) ? soon : chance.int(10 * MINUTE, 12 * MINUTE);
  const after = 5 * SECOND + read;
  const first = { after, who: chance.is(0.85) ? who : chance.pick([...SECURITY, ...EVERYBODY]) };
  const again = { after: after + chance.int(3 * MINUTE, 6 * MINUTE), who };
  return chance.is(0.4) ? [first, again] : [first];
}

const account = (chance: Chance): Act['account'] => (chance.is(0.5) ? 'first' : 'last');
