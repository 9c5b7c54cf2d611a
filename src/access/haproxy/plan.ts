/** From what somebody asked to the one map entry that gives it. */
import { basename } from 'node:path';
import type { TargetSpec } from '../../core/policy.ts';
import type { Instant } from '../../core/time.ts';
import type { Plan, PlanAsk } from '../provider.ts';
import { type AskedKey, askedEmail, askedNetwork, type GateKey } from './key.ts';
import type { MapEntry } from './map-answer.ts';
import { entriesOf, overlapSentence, shadowing, untilWords } from './step.ts';
import { type Connection, counterOf, type Handle, modeOf, type Target } from './target.ts';

export function askedKey(ask: PlanAsk, target: Target): AskedKey {
  if (target.key === 'email') return askedEmail(ask.requester.email);
  const given = Object.hasOwn(ask.inputs, target.key) ? ask.inputs[target.key] : undefined;
  if (given === undefined) return { kind: 'refused', why: `Say from where: add ${target.key}=…` };
  return askedNetwork(given, target.networks);
}

export interface Findings {
  readonly key: GateKey;
  /** Each node's whole map. */
  readonly maps: readonly (readonly MapEntry[])[];
  readonly now: Instant;
}

export function planOf(
  spec: TargetSpec,
  connection: Connection,
  target: Target,
  { key, maps, now }: Findings,
): Plan {
  const overlap = maps.flatMap((entries) => shadowing(entries, key))[0];
  if (overlap !== undefined) return { kind: 'refused', why: overlapSentence(key, overlap) };
  return {
    kind: 'planned',
    key: rightKey(connection.nodes, target.map, key.text),
    handle: handleOf(connection, target, key),
    summary: `${spec.provider} ${basename(target.map, '.map')} ${key.mode === 'ip' ? 'from' : 'for'} ${key.text}`,
    residue: { text: residueOf(target, standing(maps, key, now)), lasts: null },
    ...(target.uses === undefined ? {} : { tellsUse: true }),
  };
}

/** The same processes, map and key make the same right, in whatever order policy names the nodes. */
export function rightKey(nodes: readonly string[], map: string, key: string): string {
  return `${[...nodes].sort().join(',')} ${map} ${key}`;
}

function handleOf({ nodes }: Connection, target: Target, key: GateKey): Handle {
  const { map, cut } = target;
  const uses = counterOf(target);
  const counted = uses === undefined ? {} : { uses };
  return { v: 1, nodes, map, key: key.text, mode: modeOf(target), cut, ...counted };
}

/** An entry that lets this key in already: ours from an earlier request, or somebody else's. */
function standing(
  maps: readonly (readonly MapEntry[])[],
  key: GateKey,
  now: Instant,
): MapEntry | undefined {
  const entries = maps.flatMap((map) => entriesOf(map, key));
  return entries.find((entry) => entry.until === null || entry.until > now);
}

function residueOf(target: Target, entry: MapEntry | undefined): string {
  const connections = connectionsLeft(target);
  return entry === undefined ? connections : `${connections} ${entryLeft(entry)}`;
}

function connectionsLeft(target: Target): string {
  if (target.style === 'http') {
    return 'A request that is running at the end (a download, a WebSocket) is not cut.';
  }
  return target.cut.length > 0
    ? 'TCP connections from before a reload of HAProxy are not cut at the end.'
    : 'TCP connections that are open at the end stay open until one side closes them.';
}

function entryLeft({ key, until }: MapEntry): string {
  return `An entry for ${key} stands in the map already, ${untilWords(until)}; if it is not Hallpass's own, it stays.`;
}
