/** Calls those who could decide by direct message: with the card, and where they have it, with a reminder. */
import type { Conversation, Platform } from '../chat/platform.ts';
import { insteadNote } from '../core/absence.ts';
import { buttonsFor } from '../core/buttons.ts';
import type { Effect } from '../core/effect.ts';
import { nudgeText } from '../core/ladder-text.ts';
import type { GroupName } from '../core/policy.ts';
import type { Principal } from '../core/principal.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Copy, EffectDraft } from '../store/store.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { withCopies } from './copies.ts';
import { directCopy, waysTo } from './direct.ts';
import { draft } from './effect-row.ts';
import type { Gallery } from './gallery.ts';
import { trusted } from './people.ts';
import type { Reach } from './reach.ts';
import { settleUndeliverable } from './say.ts';
import type { Draft, Shell } from './shell.ts';
import type { Recipients, StandIns } from './stand-ins.ts';
import { awayNotice, unreached } from './unreached.ts';

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

const DONE: Outcome = { kind: 'done' };
/** Nobody is helped by more people being called at once. */
const SUMMONED = 25;
/** Of a broken glass all hear who could have approved it. */
const EVERYBODY = 500;

/** Each member of the group gets the card, with buttons that count only if policy says so. */
export function summonHandler(shell: Shell, reachable: Reach, standIns: StandIns) {
  return async ({ request: id, group, reminder }: EffectOf<'summon'>): Promise<Outcome> => {
    const request = (await shell.store.request(id))?.value;
    const isBroken = request?.breakGlass !== undefined;
    if (request === undefined || !(request.status === 'pending' || isBroken)) return DONE;
    const preferred = request.role.channel.platform;
    const platforms = [...shell.platforms.values()].sort(
      (a, b) => rank(a, preferred) - rank(b, preferred),
    );
    const isOther = ({ id: member }: Principal) => member !== request.requester;
    const counts = async (one: Principal) => isOther(one) && !(await standIns.isAway(one.id));
    const wanted = isBroken ? { most: EVERYBODY } : { most: SUMMONED, counts };
    const others = (await reachable.members(group, platforms, wanted)).filter(isOther);
    // NB. A broken glass is told to everybody, to be known of: it waits for nobody.
    const called = isBroken ? asTheyAre(others) : atMost(await standIns.of(request, others));
    return { kind: 'done', draft: await summoned(shell, request, called, group, reminder) };
  };
}

/** Called by name: who cannot be reached is named in the channel. */
export function callHandler(shell: Shell, standIns: StandIns) {
  return async ({ request: id, who }: EffectOf<'call'>): Promise<Outcome> => {
    const request = (await shell.store.request(id))?.value;
    if (request?.status !== 'pending') return DONE;
    const record = (await shell.store.person(who))?.value;
    const people = record === undefined ? [] : [trusted(record)];
    const called = await standIns.of(request, people);
    if (called.missed.length === 0 && copiesFor(shell, request, called.told).length === 0)
      return { kind: 'done', draft: { effects: await unreached(shell, who, request) } };
    return { kind: 'done', draft: await summoned(shell, request, called) };
  };
}

/** NB. Only those who are told count: however many are away, they keep nobody who is there from hearing of it. */
function atMost({ told, ...besides }: Recipients): Recipients {
  return { told: told.slice(0, SUMMONED), ...besides };
}

function asTheyAre(told: readonly Principal[]): Recipients {
  return { told, insteadOf: new Map(), missed: [] };
}

/** The cards, and what goes with them: a word to whoever has one already, and to whoever stands in. */
async function summoned(
  shell: Shell,
  request: AccessRequest,
  { told, insteadOf, missed }: Recipients,
  group?: GroupName,
  reminder?: number,
): Promise<Partial<Draft>> {
  const known = await shell.store.copiesOf(request.id);
  const copies = copiesFor(shell, request, told);
  const cards = await withCopies(shell, request.id, copies);
  const posted = known.filter(({ ref }) => ref !== null);
  const nudged = reminder === undefined ? [] : nudges(shell, posted, told, reminder);
  const fresh = copies.filter(({ id }) => !known.some((copy) => copy.id === id));
  const words = fresh.flatMap(({ id: copy, principal }): Effect[] => {
    const away = principal === null ? undefined : insteadOf.get(principal);
    return away === undefined ? [] : [{ kind: 'stand-in', copy, insteadOf: away }];
  });
  if (told.length === 0 && missed.length > 0) words.push(awayNotice(request, missed, group));
  const now = shell.ledger.now();
  const effects = [...(cards.effects ?? []), ...nudged, ...words.map((word) => draft(word, now))];
  return { ...cards, effects };
}

/** Whoever has an account where the card is hears of it there. */
function rank({ name }: Platform, preferred: string): number {
  return name === preferred ? 0 : 1;
}

function copiesFor(shell: Shell, request: AccessRequest, members: readonly Principal[]): Copy[] {
  return members.flatMap((member) => {
    const [way] = waysTo(shell, member, request);
    return way === undefined ? [] : [directCopy(request, member, way)];
  });
}

function nudges(
  shell: Shell,
  copies: readonly Copy[],
  members: readonly Principal[],
  reminder: number,
): readonly EffectDraft[] {
  const called = new Set(members.map(({ id }) => id));
  return copies
    .filter(({ principal, undeliverable }) => principal && called.has(principal) && !undeliverable)
    .map(({ id }) => draft({ kind: 'nudge', copy: id, reminder }, shell.ledger.now()));
}

/** The card itself says the rest, and has the buttons that its reader may press. */
export function standInHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'stand-in'>, attempt: Attempt): Promise<Outcome> => {
    const copy = await shell.store.copy(effect.copy);
    const request = copy && (await shell.store.request(copy.request))?.value;
    const platform = shell.platforms.get(copy?.platform ?? '');
    if (copy === undefined || request?.status !== 'pending' || !platform) return DONE;
    const people = await gallery.peopleById([effect.insteadOf]);
    const where = copy.where as unknown as Conversation;
    const io = { signal: attempt.signal };
    const note = insteadNote(request, effect.insteadOf);
    return settleUndeliverable(shell, () => platform.postNote(where, note, people, io));
  };
}

/** Only whoever could approve at this moment is reminded. */
export function nudgeHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'nudge'>, attempt: Attempt): Promise<Outcome> => {
    const copy = await shell.store.copy(effect.copy);
    const request = copy && (await shell.store.request(copy.request))?.value;
    const platform = shell.platforms.get(copy?.platform ?? '');
    if (!copy?.principal || request?.status !== 'pending' || !platform) return DONE;
    const viewer = await gallery.viewer(copy.principal, [request]);
    const buttons = buttonsFor(request, viewer);
    if (!buttons.some(({ action }) => action === 'approve')) return DONE;
    const people = await gallery.people(request);
    const where = copy.where as unknown as Conversation;
    const io = { signal: attempt.signal };
    const note = nudgeText(request);
    return settleUndeliverable(shell, () => platform.postNote(where, note, people, io));
  };
}
