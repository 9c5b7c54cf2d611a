/**
 * What each node needs, so that the server is as it should be. Pure.
 *
 * Nothing at HAProxy says whose a state is. So what is wanted is noted before it is set (a receipt, with the
 * attempt): a server that is set without one was set by somebody else, and stays as it is in both directions.
 * One that is in neither state is somebody else's, whatever was before.
 */
import { z } from 'zod';
import { SECOND } from '../../core/time.ts';
import { joinAnswers } from '../haproxy-fleet.ts';
import type { Answer, Remembered, Wish } from '../provider.ts';
import { type Place, whoIsAtIt } from './position.ts';
import type { Setting } from './setting.ts';
import type { Handle } from './target.ts';

/** What was seen at a node, or what it means that nothing was. */
export type Found =
  | { readonly kind: 'seen'; readonly place: Place }
  | { readonly kind: 'unseen'; readonly answer: Answer };

export type Step =
  | { readonly kind: 'write'; readonly node: string; readonly to: Setting }
  | { readonly kind: 'leave'; readonly answer: Answer };

const receiptSchema = z.strictObject({
  kind: z.literal('wished'),
  /** Nodes that were seen put back while others were not: what is set there since is somebody else's. */
  back: z.array(z.string()).default([]),
});

const ABSENT: Answer = { kind: 'already', owner: 'absent' };
const FOREIGN: Answer = { kind: 'already', owner: 'foreign' };
const OURS: Answer = { kind: 'already', owner: 'ours' };
/** It is about to be set. */
export const NOTED = { kind: 'wished' } as const;

/**
 * What is being put back, and what is held, is a matter of each node by itself: none waits for one that is silent.
 */
export function isOfEachNode({ wanted, held }: Wish): boolean {
  return held || wanted.kind === 'nothing';
}

export function stepAt(handle: Handle, place: Place, wish: Wish): Step {
  const isTheirs = place.position === 'set' && backIn(wish).includes(place.node);
  if (isTheirs) return leave(conflict(`${place.text}, since it was put back: somebody is at it`));
  return wish.wanted.kind === 'nothing'
    ? ending(place, handle, isOurs(wish))
    : keeping(place, handle, conflict);
}

/** Seen at one node, and what came of it; a node that could not be seen has no place. */
export interface Taken {
  readonly node: string;
  readonly place: Place | null;
  readonly answer: Answer;
}

/** While not all of them are as they should be, what was put back is not put back again. */
export function joinEach(taken: readonly Taken[], wish: Wish): Answer {
  const answer = joinAnswers(taken.map((one) => one.answer));
  const back = [...backAfter(taken, wish)];
  const isKept = back.length > 0 || backIn(wish).length > 0;
  return isOpen(answer) && isKept ? { ...answer, receipt: { ...NOTED, back } } : answer;
}

/** NB. What is set for the next is ours again, whatever comes of it: that is noted before it is set. */
function backAfter(seen: readonly Pick<Taken, 'node' | 'place'>[], wish: Wish): readonly string[] {
  const before = backIn(wish);
  return seen.flatMap(({ node, place }) => {
    const isTheirs = before.includes(node) && (place === null || place.position === 'set');
    const isBack = wish.wanted.kind === 'nothing' && place !== null && place.position !== 'set';
    return isTheirs || isBack ? [node] : [];
  });
}

/** @returns what to note before anything is set, or null: nothing that was put back is set again */
export function notedAgain(seen: readonly Pick<Taken, 'node' | 'place'>[], wish: Wish) {
  if (wish.wanted.kind === 'nothing') return null;
  const back = backAfter(seen, wish);
  return back.length < backIn(wish).length ? { ...NOTED, back: [...back] } : null;
}

function isOpen(answer: Answer): answer is Extract<Answer, Remembered> {
  return ['conflict', 'throttled', 'unknown', 'failed'].includes(answer.kind);
}

function backIn({ receipt }: Wish): readonly string[] {
  return receiptSchema.safeParse(receipt).data?.back ?? [];
}

/** Before it is held: all of them or none. Where somebody is at one of them, the others are not set either. */
export function stepsTogether(
  handle: Handle,
  found: readonly Found[],
  wish: Wish,
): readonly Step[] {
  const steps = found.map((one) =>
    one.kind === 'seen' ? keeping(one.place, handle, hopeless) : leave(one.answer),
  );
  const hindrance = isOurs(wish) ? hopelessIn(steps) : beforeAll(found, steps);
  return hindrance === undefined ? steps : [leave(hindrance)];
}

/** Is what is set there known as ours? */
function isOurs({ held, receipt }: Wish): boolean {
  return held || receiptSchema.safeParse(receipt).success;
}

/**
 * Of the first writes. Whoever is turned away forgets what they have noted: so where one node turned us away and another
 * may have been set, that is told by the next attempt, which knows it for ours.
 */
export function firstAnswer(answers: readonly Answer[]): Answer {
  const answer = joinAnswers(answers);
  const mayBeSet = answers.some(({ kind }) => kind === 'done' || kind === 'unknown');
  if (!isOpen(answer) || answer.kind === 'unknown') return answer;
  return mayBeSet
    ? { kind: 'pending', pollAfter: SECOND, receipt: NOTED }
    : { ...answer, receipt: null };
}

/** Whatever was asked for before: it is set nowhere, so that whoever sets it next has it. */
export function isNowhere(found: readonly Found[], { held }: Wish): boolean {
  return !held && found.every((one) => one.kind === 'seen' && one.place.position !== 'set');
}

/** Before anything is set, all nodes have to be seen, and to agree. */
function beforeAll(found: readonly Found[], steps: readonly Step[]): Answer | undefined {
  const unseen = found.flatMap((one) => (one.kind === 'unseen' ? [one.answer] : []));
  if (unseen.length > 0) return joinAnswers(unseen);
  const places = found.flatMap((one) => (one.kind === 'seen' ? [one.place] : []));
  if (places.every(({ position }) => position === 'set')) return FOREIGN;
  const [first] = places.filter(({ position }) => position === 'set');
  return first === undefined
    ? hopelessIn(steps)
    : hopeless(`${first.text} already, and not at every node`);
}

function hopelessIn(steps: readonly Step[]): Answer | undefined {
  return steps
    .flatMap((step) => (step.kind === 'leave' ? [step.answer] : []))
    .find(({ kind }) => kind === 'failed');
}

/**
 * A restart forgets what was set: it is set again while it is wanted.
 *
 * @param trouble what it means that it should not be set: while it is begun somebody has to be told at once, and
 * later it may pass
 */
function keeping(place: Place, handle: Handle, trouble: (why: string) => Answer): Step {
  const { node, position, text, lastOf } = place;
  switch (position) {
    case 'set':
      return leave(OURS);
    case 'neither':
      return leave(trouble(whoIsAtIt(place, handle)));
    case 'missing':
      return leave(hopeless(text));
    case 'otherwise':
      return lastOf === null ? { kind: 'write', node, to: handle.set } : leave(trouble(lastOf));
  }
}

function ending({ node, position }: Place, handle: Handle, isOurs: boolean): Step {
  if (position !== 'set') return leave(ABSENT);
  return isOurs ? { kind: 'write', node, to: handle.otherwise } : leave(FOREIGN);
}

function leave(answer: Answer): Step {
  return { kind: 'leave', answer };
}

function conflict(why: string): Answer {
  return { kind: 'conflict', why };
}

function hopeless(why: string): Answer {
  return { kind: 'failed', class: 'config', why };
}
