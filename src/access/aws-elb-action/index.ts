/**
 * Something done at a load balancer for a time: other weights of its target groups, or a target that is deregistered.
 * Policy declares both states, what it is `set` to and what it is `otherwise`. How to set it up: docs/aws.md.
 *
 * Nothing there says who put it so. So what is wanted is noted before it is done (a receipt, with the attempt):
 * what stands so without one is somebody else's, and what comes after one is ours. What is neither of the two
 * states is somebody else's doing, and is left alone.
 */

import type { Json, TargetSpec } from '../../core/policy.ts';
import { type Instant, SECOND } from '../../core/time.ts';
import { besides } from '../aws.ts';
import { answerOf, connectionSchema, isGone, isUnknown } from '../aws-elb.ts';
import { parse } from '../parse.ts';
import type { Answer, Finding, Held, Io, Plan, Provider, Reading, Wish } from '../provider.ts';
import { Elb } from './client.ts';
import { claimsOf, targetFaults } from './faults.ts';
import { Look } from './look.ts';
import { type Amiss, type Asked, type Found, foundFor, keyOf, planFor } from './plan.ts';
import { missed, noted, SETTLE } from './receipt.ts';
import { registrationNow } from './registration.ts';
import { aloneSentence, type Hindrance, type Standing, type State } from './standing.ts';
import { givenBy, type Handle, handleSchema, targetSchema } from './target.ts';
import { weightsNow } from './weights.ts';

/** What was set may show late. */
const SHOWS = SECOND;

export function elbActionProvider(): Provider {
  const elb = new Elb();

  return {
    type: 'aws-elb-action',
    capabilities: { nativeExpiry: 'none', settle: SETTLE, callTimeout: 5 * SECOND },
    connectionSchema,
    targetSchema,
    check({ spec, inputs }) {
      const { connection, target } = parsed(spec);
      return targetFaults(target, connection, inputs);
    },
    isLocal: () => false,
    claims: (spec) => claimsOf(parsed(spec).target),
    way(json) {
      const { what, ...where } = parse(handleSchema, json);
      return { ...wayTo(where), alone: what.kind === 'weights' ? what.at : what.group };
    },
    wayThrough: (spec) => wayTo(parsed(spec).connection),

    async plan({ spec, inputs }, io): Promise<Plan> {
      const asked = parsed(spec);
      const look = new Look(elb, asked.connection, io);
      return planFor(look, asked, inputs).catch((error: unknown) => {
        if (!isUnknown(error)) throw error;
        const why = 'ELB knows no such listener or target group in this account.';
        return { kind: 'refused', why };
      });
    },

    async converge(json, wish, io): Promise<Answer> {
      const handle = parse(handleSchema, json);
      const standing = await standingOf(elb, handle, io);
      return wish.wanted.kind === 'nothing'
        ? take(standing, wish)
        : give(standing, wish, io.now, () => standingOf(elb, handle, io));
    },

    async read(json, io): Promise<Reading> {
      const { is, evidence } = await standingOf(elb, parse(handleSchema, json), io);
      if (is === 'set') return { kind: 'present', until: null, evidence };
      return is === 'neither'
        ? { kind: 'absent', evidence: `${evidence}, by somebody else’s hand`, isTakenOver: true }
        : { kind: 'absent', evidence };
    },

    async list(spec, io): Promise<readonly Held[]> {
      const all = await eachOf(elb, parsed(spec), io);
      return all.flatMap(([, found]) =>
        'why' in found || found.standing.is !== 'set'
          ? []
          : [{ key: keyOf(found.what), until: null, evidence: found.standing.evidence }],
      );
    },

    async doctor(spec, io): Promise<readonly Finding[]> {
      const asked = parsed(spec);
      const all = await eachOf(elb, asked, io);
      if (all.length === 0) return [{ level: 'fault', message: 'Policy names nothing to set.' }];
      return [
        ...all.map(([name, found]) => findingOf(name, found)),
        ...(await elb.needless(asked.connection, io)).map(besides),
      ];
    },
  };
}

function wayTo({ account, region }: Pick<Asked['connection'], 'account' | 'region'>) {
  return { scope: `elb ${account} ${region}`, perSecond: 10 };
}

/** Whatever may be chosen, by its name, one after the other. */
async function eachOf(
  elb: Elb,
  { connection, target }: Asked,
  io: Io,
): Promise<readonly (readonly [string, Found | Amiss])[]> {
  const given = givenBy(target);
  if (given === undefined) return [];
  const look = new Look(elb, connection, io);
  const all: (readonly [string, Found | Amiss])[] = [];
  for (const name of Object.keys(given.choices))
    all.push([name, await foundFor(look, target, given, name)]);
  return all;
}

function findingOf(name: string, found: Found | Amiss): Finding {
  const which = name === '' ? '' : `${name}: `;
  if ('why' in found) return { level: 'fault', message: `${which}${found.why}` };
  const { standing } = found;
  if (standing.is === 'neither')
    return { level: 'warning', message: `${which}${aloneSentence(standing)}` };
  const hindrance = standing.is === 'otherwise' ? standing.hinders('set') : null;
  return hindrance === null
    ? { level: 'ok', message: `${which}${standing.evidence}.` }
    : { level: 'warning', message: `${which}${hindrance.why}` };
}

function standingOf(elb: Elb, handle: Handle, io: Io): Promise<Standing> {
  const { what } = handle;
  const look = new Look(elb, handle, io);
  return what.kind === 'weights' ? weightsNow(look, what) : registrationNow(look, what);
}

/**
 * NB. Until it is held, what is in its way fails: somebody is at it, and whoever waited would set it over theirs.
 */
async function give(
  standing: Standing,
  { held, receipt, note }: Wish,
  now: Instant,
  again: () => Promise<Standing>,
): Promise<Answer> {
  const { is, evidence } = standing;
  if (is === 'set' && receipt !== null) return { kind: 'done' };
  if (is === 'set') return { kind: 'already', owner: held ? 'ours' : 'foreign' };
  if (is === 'gone') return { kind: 'failed', class: 'config', why: `ELB: ${evidence}.` };
  if (is === 'neither') return inTheWay({ why: aloneSentence(standing), passes: held });
  const hindrance = standing.hinders('set');
  if (hindrance !== null) return inTheWay({ ...hindrance, passes: hindrance.passes && held });
  await note(noted(now));
  const answer = await written(standing, 'set');
  if (answer.kind === 'done') return await shows(again, now);
  return receipt === null ? answer : turnedAway(answer, receipt, now);
}

/** NB. Something was asked for before: it is not waited for without end while all that comes after it is turned away. */
function turnedAway(answer: Answer, receipt: Json, now: Instant): Answer {
  const { kind } = answer;
  return kind === 'conflict' || kind === 'throttled' || kind === 'failed'
    ? { ...answer, receipt: missed(receipt, now) }
    : answer;
}

/** What does not show yet, or cannot be seen, is still known as ours by the receipt. */
async function shows(again: () => Promise<Standing>, now: Instant): Promise<Answer> {
  const is = await again()
    .then((standing) => standing.is)
    .catch(() => 'unseen');
  return is === 'set'
    ? { kind: 'done' }
    : { kind: 'pending', pollAfter: SHOWS, receipt: noted(now) };
}

async function take(standing: Standing, { held, receipt }: Wish): Promise<Answer> {
  if (standing.is !== 'set') return { kind: 'already', owner: 'absent' };
  if (!held && receipt === null) return { kind: 'already', owner: 'foreign' };
  const hindrance = standing.hinders('otherwise');
  return hindrance === null ? written(standing, 'otherwise') : inTheWay(hindrance);
}

function inTheWay({ why, passes }: Hindrance): Answer {
  return passes ? { kind: 'conflict', why } : { kind: 'failed', class: 'config', why };
}

async function written(standing: Standing, to: State): Promise<Answer> {
  try {
    await standing.put(to);
    return { kind: 'done' };
  } catch (error) {
    if (!isGone(error)) return answerOf(error);
    return to === 'otherwise'
      ? { kind: 'already', owner: 'absent' }
      : { kind: 'failed', class: 'config', why: 'ELB: the rule is gone.' };
  }
}

function parsed(spec: TargetSpec): Asked {
  return {
    spec,
    connection: parse(connectionSchema, spec.connection),
    target: parse(targetSchema, spec.target),
  };
}
