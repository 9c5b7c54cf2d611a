/** Calls those who could decide by direct message: with the card, and where they have it, with a reminder. */
import type { Conversation, Platform } from '../chat/platform.ts';
import { buttonsFor } from '../core/buttons.ts';
import type { Effect } from '../core/effect.ts';
import { nudgeText } from '../core/ladder-text.ts';
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
import type { Shell } from './shell.ts';
import { unreached } from './unreached.ts';

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

const DONE: Outcome = { kind: 'done' };
/** Nobody is helped by more people being called at once. */
const SUMMONED = 25;
/** Of a broken glass all hear who could have approved it. */
const EVERYBODY = 500;

/** Each member of the group gets the card, with buttons that count only if policy says so. */
export function summonHandler(shell: Shell, reachable: Reach) {
  return async ({ request: id, group, reminder }: EffectOf<'summon'>): Promise<Outcome> => {
    const request = (await shell.store.request(id))?.value;
    const isBroken = request?.breakGlass !== undefined;
    if (request === undefined || !(request.status === 'pending' || isBroken)) return DONE;
    const preferred = request.role.channel.platform;
    const platforms = [...shell.platforms.values()].sort(
      (a, b) => rank(a, preferred) - rank(b, preferred),
    );
    const members = await reachable.members(group, platforms, isBroken ? EVERYBODY : SUMMONED);
    const others = members.filter((member) => member.id !== request.requester);
    const known = (await shell.store.copiesOf(id)).filter(({ ref }) => ref !== null);
    const summoned = await withCopies(shell, id, copiesFor(shell, request, others));
    const nudged = reminder === undefined ? [] : nudges(shell, known, others, reminder);
    return {
      kind: 'done',
      draft: { ...summoned, effects: [...(summoned.effects ?? []), ...nudged] },
    };
  };
}

/** Called by name: who cannot be reached is named in the channel. */
export function callHandler(shell: Shell) {
  return async ({ request: id, who }: EffectOf<'call'>): Promise<Outcome> => {
    const request = (await shell.store.request(id))?.value;
    if (request?.status !== 'pending') return DONE;
    const record = (await shell.store.person(who))?.value;
    const copies = record === undefined ? [] : copiesFor(shell, request, [trusted(record)]);
    return copies.length === 0
      ? { kind: 'done', draft: { effects: await unreached(shell, who, request) } }
      : { kind: 'done', draft: await withCopies(shell, id, copies) };
  };
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
