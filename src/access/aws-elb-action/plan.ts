/** What is asked for, as a right: both of its states are known before anybody approves. */
import type { TargetSpec } from '../../core/policy.ts';
import type { Residue } from '../../core/residue.ts';
import type { Connection } from '../aws-elb.ts';
import { nameOf } from '../aws-elb.ts';
import type { Plan, PlanAsk } from '../provider.ts';
import { isListener } from './client.ts';
import type { Look } from './look.ts';
import { registrationNow, residueOfDeregistration, said as saidOf } from './registration.ts';
import { aloneSentence, type Standing } from './standing.ts';
import {
  chosen,
  type Deregistered,
  type Given,
  givenBy,
  type Handle,
  type Target,
  type Weighted,
} from './target.ts';
import { residueOfWeights, said, weightedAt, weightsFor, weightsNow } from './weights.ts';

export interface Asked {
  readonly spec: TargetSpec;
  readonly connection: Connection;
  readonly target: Target;
}

/** Of one kind of action: what is right then, and how it stands. */
export interface Found {
  readonly what: Handle['what'];
  readonly standing: Standing;
}

/** Where policy means something that is not there, in a sentence. */
export interface Amiss {
  readonly why: string;
}

export async function planFor(look: Look, asked: Asked, inputs: PlanAsk['inputs']): Promise<Plan> {
  const given = givenBy(asked.target);
  if (given === undefined) return refused('Policy names nothing to set.');
  const choice = chosen(asked.target, given, inputs);
  if ('why' in choice) return refused(choice.why);
  const found = await foundFor(look, asked.target, given, choice.name);
  return 'why' in found ? refused(found.why) : planned(look, asked, choice.name, found);
}

export async function foundFor(
  look: Look,
  target: Target,
  given: Given,
  name: string,
): Promise<Found | Amiss> {
  if (given.kind === 'weights') return weightsFound(look, given, name);
  const member = given.choices[name];
  if (member === undefined) return { why: 'There is no such server.' };
  const { group } = given;
  const what = { kind: 'deregistration', group, ...member, lastServer: target.lastServer } as const;
  return { what, standing: await registrationNow(look, what) };
}

async function weightsFound(
  look: Look,
  given: Extract<Given, { kind: 'weights' }>,
  name: string,
): Promise<Found | Amiss> {
  const at = given.choices[name] ?? '';
  const rule = await look.rule(at);
  if (rule === undefined) return { why: 'There is no such rule.' };
  // NB. ELB modifies it by way of its listener alone.
  if (rule.IsDefault === true && !isListener(at))
    return { why: 'It is the default of its listener: policy has to name the listener.' };
  const what = weightedAt(at, (await look.actions(at)) ?? [], given);
  return what === undefined
    ? { why: 'It forwards to other target groups than those that policy names.' }
    : { what, standing: await weightsNow(look, what) };
}

async function planned(
  look: Look,
  { spec, connection }: Asked,
  name: string,
  { what, standing }: Found,
): Promise<Plan> {
  if (standing.is === 'neither') return refused(aloneSentence(standing));
  const isSet = standing.is === 'set';
  const hindrance = isSet ? null : standing.hinders('set');
  if (hindrance !== null) return refused(hindrance.why);
  const handle: Handle = { v: 1, ...connection, what };
  const residue = await residueOf(look, what);
  const stays = isSet
    ? ' It stands so already; if that is not Hallpass’s own doing, it stays.'
    : '';
  return {
    kind: 'planned',
    key: keyOf(what),
    handle,
    summary: `${spec.provider} ${summaryOf(what, name)}`,
    residue: { ...residue, text: `${residue.text}${stays}` },
  };
}

async function residueOf(look: Look, what: Handle['what']): Promise<Residue> {
  return what.kind === 'weights'
    ? residueOfWeights((await look.actions(what.at)) ?? [])
    : residueOfDeregistration(look, what);
}

function refused(why: string): Plan {
  return { kind: 'refused', why };
}

/** NB. With what it goes back to: two roles that go back to different states are no one right. */
export function keyOf(what: Handle['what']): string {
  return what.kind === 'weights' ? keyOfWeights(what) : keyOfDeregistration(what);
}

function keyOfWeights({ at, groups }: Weighted): string {
  const each = groups.map(({ group, set, otherwise }) => {
    const [, name] = group.split(':targetgroup/');
    return `${name} ${set}/${otherwise}`;
  });
  return [at, ...each].join(' ');
}

function keyOfDeregistration(what: Deregistered): string {
  const { group, zone, lastServer } = what;
  const bounds = `${zone === null ? '' : ` in ${zone}`}${lastServer ? ' and be it the last' : ''}`;
  return `${group} without ${saidOf(what)}${bounds}`;
}

/** `shop blue 0, green 100, then blue 100, green 0` */
function summaryOf(what: Handle['what'], name: string): string {
  if (what.kind === 'weights') {
    const [set, then] = [said(weightsFor(what, 'set')), said(weightsFor(what, 'otherwise'))];
    return `${name === '' ? loadBalancerOf(what.at) : name} ${set}, then ${then}`;
  }
  const server = name === '' ? saidOf(what) : `${name} (${saidOf(what)})`;
  return `${nameOf(what.group)} ${server} deregistered, then registered`;
}

/** `…:listener/app/edge/1/2` → `edge` */
function loadBalancerOf(at: string): string {
  return at.split('/')[2] ?? at;
}
