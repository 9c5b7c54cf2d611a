/** Everything that is said besides cards and threads: notes, alarms, answers, home pages. */
import type { ChatErrorCode, ChatIo, Conversation, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import { cardView } from '../core/card.ts';
import type { Effect } from '../core/effect.ts';
import { rolesFor } from '../core/eligibility.ts';
import { reminderText } from '../core/glass-text.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { ChannelRef } from '../core/policy.ts';
import type { AccessRequest } from '../core/request.ts';
import { isReviewable } from '../core/review.ts';
import type { Rich } from '../core/rich.ts';
import { bold } from '../core/rich.ts';
import { alarmText, noteView } from '../core/telling.ts';
import type { AnswerView, HomeView, NoteView } from '../core/view.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { waysTo } from './direct.ts';
import type { FactFinder } from './facts.ts';
import type { Gallery } from './gallery.ts';
import { answered } from './questions.ts';
import type { Shell } from './shell.ts';
import { unreached } from './unreached.ts';
import { waitingFor } from './waiting.ts';

type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;

const DONE: Outcome = { kind: 'done' };
const ON_HOME = 8;

const NEVER: ReadonlySet<ChatErrorCode> = new Set(['undeliverable', 'not-found']);

/** A message that can never arrive is settled: the thread has what it would have said. */
export async function settleUndeliverable(
  shell: Shell,
  say: () => Promise<void>,
): Promise<Outcome> {
  await arrives(shell, say);
  return DONE;
}

/** @returns whether it could be delivered at all @throws what may heal */
export async function arrives(shell: Shell, say: () => Promise<void>): Promise<boolean> {
  try {
    await say();
    return true;
  } catch (error) {
    if (!(error instanceof ChatError && NEVER.has(error.code))) throw error;
    shell.log.warn({ err: error }, 'a message cannot be delivered');
    return false;
  }
}

export function noteHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'note'>, attempt: Attempt): Promise<Outcome> => {
    const request = (await shell.store.request(effect.request))?.value;
    if (request === undefined) return DONE;
    const note = noteView(effect.note, request, await gallery.texts(request));
    const people = await gallery.people(request);
    const person = people.get(request.requester);
    const ways = person === undefined ? [] : waysTo(shell, person, request);
    if (note === null || ways.length === 0) return DONE;
    const io = { signal: attempt.signal };
    for (const { platform, account } of ways) {
      const where = { kind: 'person', account } as const;
      if (await arrives(shell, () => platform.postNote(where, note, people, io))) return DONE;
    }
    return { kind: 'done', draft: { effects: await unreached(shell, request.requester, request) } };
  };
}

export function alarmHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'alarm'>, attempt: Attempt): Promise<Outcome> => {
    const request = (await shell.store.request(effect.request))?.value;
    if (request?.status !== 'revoking') return DONE;
    return sayAloud(shell, gallery, request, alarmText(request), attempt);
  };
}

/** That a review is overdue. Whoever closed it meanwhile needs no reminder. */
export function remindHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'remind'>, attempt: Attempt): Promise<Outcome> => {
    const request = (await shell.store.request(effect.request))?.value;
    if (request === undefined || !isReviewable(request)) return DONE;
    return sayAloud(shell, gallery, request, reminderText(request), attempt);
  };
}

/** In the request's channel, or where it can be said instead. */
async function sayAloud(
  shell: Shell,
  gallery: Gallery,
  request: AccessRequest,
  text: Rich,
  attempt: Attempt,
): Promise<Outcome> {
  const note = { text, buttons: [] };
  const people = await gallery.people(request);
  const { channel, fallbackChannel } = request.role;
  const failures: ChatError[] = [];
  for (const to of [channel, fallbackChannel, shell.policy().alarmChannel].filter(isSet)) {
    const failure = await tried(shell, to, attempt.signal, (platform, where, io) =>
      platform.postNote(where, note, people, io),
    );
    if (failure === undefined) return DONE;
    failures.push(failure);
  }
  shell.log.error({ request: request.id }, 'an alarm could not be delivered anywhere');
  const mayHeal = failures.find((failure) => failure.code !== 'undeliverable');
  if (mayHeal !== undefined) throw mayHeal;
  return DONE;
}

/**
 * Why it was not said there; an alarm then goes to the next channel, whatever the reason was. NB. One that is silent
 * must not use up the time of those after it.
 */
async function tried(
  { platforms, clock, settings }: Shell,
  to: ChannelRef,
  signal: AbortSignal,
  say: (platform: Platform, where: Conversation, io: ChatIo) => Promise<void>,
): Promise<ChatError | undefined> {
  const platform = platforms.get(to.platform);
  if (platform === undefined) return new ChatError('undeliverable', `${to.platform} is not set up`);
  const where = { kind: 'channel', channel: to.channel } as const;
  try {
    await answered(clock, settings.chatTimeout, (io) => say(platform, where, io), signal);
    return undefined;
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
}

function isSet<Value>(value: Value | null): value is Value {
  return value !== null;
}

/** Where alarms go, if the channel that it concerns is no more. */
export function noticeHandler(shell: Shell) {
  return async (effect: EffectOf<'notice'>, attempt: Attempt): Promise<Outcome> => {
    const level = effect.channel === undefined ? 'error' : 'warn';
    shell.log[level]({ about: effect.about }, effect.text);
    const note: NoteView = { text: [bold('Hallpass: '), effect.text], buttons: [] };
    const io = { signal: attempt.signal };
    for (const to of [effect.channel ?? null, shell.policy().alarmChannel].filter(isSet)) {
      const where = { kind: 'channel', channel: to.channel } as const;
      const platform = shell.platforms.get(to.platform);
      if (platform === undefined) continue;
      if (await arrives(shell, () => platform.postNote(where, note, new Map(), io))) break;
    }
    return DONE;
  };
}

export function answerHandler(shell: Shell, gallery: Gallery) {
  return async (effect: EffectOf<'answer'>, attempt: Attempt): Promise<Outcome> => {
    const platform = shell.platforms.get(effect.account.platform);
    if (platform === undefined) return DONE;
    const answer = effect.answer as unknown as AnswerView;
    const people = await gallery.peopleById(peopleInAnswer(answer));
    const io = { signal: attempt.signal };
    return settleUndeliverable(shell, () => platform.answer(effect.replyTo, answer, people, io));
  };
}

export function peopleInAnswer(answer: AnswerView): PrincipalId[] {
  return answer.lines.flatMap((line) =>
    line.flatMap((segment) =>
      typeof segment !== 'string' && segment.kind === 'person' ? [segment.id] : [],
    ),
  );
}

export function homeHandler(shell: Shell, gallery: Gallery, facts: FactFinder) {
  return async (effect: EffectOf<'home'>, attempt: Attempt): Promise<Outcome> => {
    const platform = shell.platforms.get(effect.account.platform);
    if (platform === undefined) return DONE;
    const { home, people } = await homeOf(shell, gallery, facts, effect.principal);
    const io = { signal: attempt.signal };
    return settleUndeliverable(shell, () => platform.drawHome(effect.account, home, people, io));
  };
}

async function homeOf(shell: Shell, gallery: Gallery, facts: FactFinder, id: PrincipalId) {
  const mine = await shell.store.requests({
    requester: id,
    statuses: ['pending', 'scheduled', 'activating', 'active', 'revoking'],
    limit: 50,
  });
  const waiting = await waitingFor(shell, gallery, id);
  const shown = [...mine.slice(0, ON_HOME), ...waiting.slice(0, ON_HOME)];
  const requests = shown.map(({ value }) => value);
  const viewer = await gallery.viewer(id, requests);
  const texts = await gallery.texts(...requests);
  const cards = shown.map(({ value, version }) =>
    cardView({ request: value, version, texts, viewer, mentions: null }),
  );
  const all = await facts.forDrawing(Object.values(shell.policy().roles), id, []);
  const home: HomeView = {
    mine: cards.slice(0, Math.min(mine.length, ON_HOME)),
    waitingForMe: cards.slice(Math.min(mine.length, ON_HOME)),
    more: {
      mine: Math.max(0, mine.length - ON_HOME),
      waitingForMe: Math.max(0, waiting.length - ON_HOME),
    },
    roles: rolesFor(id, all).map(({ name, description }) => ({ name, description })),
  };
  return { home, people: await gallery.people(...requests) };
}
