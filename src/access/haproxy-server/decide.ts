/**
 * What each node needs, so that the server is as it should be. Pure.
 *
 * Nothing at HAProxy says whose a state is. So what is wanted is noted before it is set (a receipt, with the
 * attempt): a server that is set without one was set by somebody else, and stays as it is in both directions.
 * One that is in neither state is somebody else's, whatever was before.
 */
import { SECOND } from '../../core/time.ts';
import { joinAnswers } from '../haproxy-fleet.ts';
import type { Answer, Wish } from '../provider.ts';
import { type Place, whoIsAtIt } from './position.ts';
import { isOurs, NOTED, type PutBack } from './put-back.ts';
import type { Setting } from './setting.ts';
import type { Handle } from './target.ts';

/** What was seen at a node, or what it means that nothing was. */
export type Found =
  | { readonly kind: 'seen'; readonly place: Place }
  | { readonly kind: 'unseen'; readonly answer: Answer };

export type Step =
  | { readonly kind: 'write'; readonly node: string; readonly to: Setting }
  | { readonly kind: 'leave'; readonly answer: Answer };

const ABSENT: Answer = { kind: 'already', owner: 'absent' };
const FOREIGN: Answer = { kind: 'already', owner: 'foreign' };
const OURS: Answer = { kind: 'already', owner: 'ours' };

/**
 * What is being put back, and what is held, is a matter of each node by itself: none waits for one that is silent.
 */
export function isOfEachNode({ wanted, held }: Wish): boolean {
  return held || wanted.kind === 'nothing';
}

export function stepAt(handle: Handle, place: Place, wish: Wish, back: PutBack): Step {
  if (isTheirs(place, back)) return leave(conflict(theirsSince(place)));
  return wish.wanted.kind === 'nothing'
    ? ending(place, handle, isOurs(wish))
    : keeping(place, handle, conflict);
}

/** Somebody has set it since it was put back. */
function isTheirs({ node, position }: Place, back: PutBack): boolean {
  return position === 'set' && back.has(node);
}

function theirsSince({ text }: Place): string {
  return `${text}, since it was put back: somebody is at it`;
}

/** Before it is held: all of them or none. Where somebody is at one of them, the others are not set either. */
export function stepsTogether(
  handle: Handle,
  found: readonly Found[],
  wish: Wish,
  back: PutBack,
): readonly Step[] {
  const steps = found.map((one) => {
    if (one.kind === 'unseen') return leave(one.answer);
    if (isTheirs(one.place, back)) return leave(hopeless(theirsSince(one.place)));
    return keeping(one.place, handle, hopeless);
  });
  const hindrance = isOurs(wish) ? hopelessIn(steps) : beforeAll(found, steps);
  return hindrance === undefined ? steps : [leave(hindrance)];
}

/**
 * Of the first writes. Whoever is turned away forgets what they have noted: so where one node turned us away and another
 * may have been set, that is told by the next attempt, which knows it for ours.
 */
export function firstAnswer(answers: readonly Answer[]): Answer {
  const answer = joinAnswers(answers);
  const mayBeSet = answers.some(({ kind }) => kind === 'done' || kind === 'unknown');
  if (answer.kind === 'done' || answer.kind === 'already' || answer.kind === 'unknown')
    return answer;
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
