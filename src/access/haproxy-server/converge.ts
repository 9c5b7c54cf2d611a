/** What each node needs is done there, and what is known of it afterwards is told. */
import { answerOf } from '../haproxy-errors.ts';
import { fulfilled, joinAnswers } from '../haproxy-fleet.ts';
import type { Answer, Wish } from '../provider.ts';
import {
  type Found,
  firstAnswer,
  isNowhere,
  isOfEachNode,
  type Step,
  stepAt,
  stepsTogether,
} from './decide.ts';
import type { Place } from './position.ts';
import { NOTED, PutBack } from './put-back.ts';
import type { Setting } from './setting.ts';
import type { Handle } from './target.ts';

/** The processes of HAProxy that have the server, by their names in policy. */
export interface Nodes {
  /** @throws ProviderError when it cannot be seen */
  readonly place: (node: string) => Promise<Place>;
  /** @throws ProviderError */
  readonly set: (node: string, to: Setting) => Promise<void>;
}

export function converged(nodes: Nodes, handle: Handle, wish: Wish): Promise<Answer> {
  return isOfEachNode(wish) ? each(nodes, handle, wish) : together(nodes, handle, wish);
}

/** NB. Each is seen, decided and noted by itself: none waits for one that is silent. */
async function each(nodes: Nodes, handle: Handle, wish: Wish): Promise<Answer> {
  const back = new PutBack(wish);
  const answers = handle.nodes.map(async (node): Promise<Answer> => {
    const [seen] = await Promise.allSettled([nodes.place(node)]);
    if (seen.status === 'rejected') return answerOf(seen.reason);
    const step = stepAt(handle, seen.value, wish, back);
    const isEnding = wish.wanted.kind === 'nothing';
    if (!isEnding) await back.setAgain(nodesIn([step]));
    const answer = await stepTaken(step, nodes);
    if (isEnding && (seen.value.position !== 'set' || answer.kind === 'done')) back.add(node);
    return answer;
  });
  // Where one of them throws, the others are waited for all the same: nothing is written after the answer.
  return back.toldBy(joinAnswers((await Promise.allSettled(answers)).map(fulfilled)));
}

async function together(nodes: Nodes, handle: Handle, wish: Wish): Promise<Answer> {
  const back = new PutBack(wish);
  const found = (await Promise.allSettled(handle.nodes.map(nodes.place))).map(foundBy);
  const steps = stepsTogether(handle, found, wish, back);
  const isFirst = isNowhere(found, wish) && nodesIn(steps).length > 0;
  await (isFirst ? wish.note(NOTED) : back.setAgain(nodesIn(steps)));
  const answers = await Promise.all(steps.map((step) => stepTaken(step, nodes)));
  return isFirst ? firstAnswer(answers) : back.toldBy(joinAnswers(answers));
}

/** At which something is about to be written. */
function nodesIn(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'write' ? [step.node] : []));
}

function foundBy(result: PromiseSettledResult<Place>): Found {
  return result.status === 'fulfilled'
    ? { kind: 'seen', place: result.value }
    : { kind: 'unseen', answer: answerOf(result.reason) };
}

async function stepTaken(step: Step, nodes: Nodes): Promise<Answer> {
  if (step.kind === 'leave') return step.answer;
  try {
    await nodes.set(step.node, step.to);
    return { kind: 'done' };
  } catch (error) {
    return answerOf(error);
  }
}
