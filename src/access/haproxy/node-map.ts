/** One map at one node: look, compare, write. */
import type { Instant } from '../../core/time.ts';
import type { NodeReading } from '../haproxy-fleet.ts';
import { type Answer, type Io, ProviderError, type Wish } from '../provider.ts';
import { letsIn } from './address.ts';
import { NodeClient } from './client.ts';
import { type GateKey, readKey } from './key.ts';
import type { MapEntry } from './map-answer.ts';
import { type OpenSession, openSessions } from './sessions.ts';
import { entriesOf, nextStep, type Step, shadowing, untilWords } from './step.ts';
import { type Counter, forgetUses } from './uses.ts';

/** Which entry of which map, and the frontends to cut it off. */
export interface Slot {
  readonly map: string;
  readonly key: GateKey;
  readonly cut: readonly string[];
  readonly uses?: Counter | undefined;
}

export async function convergeNode(node: string, slot: Slot, wish: Wish, io: Io): Promise<Answer> {
  const client = new NodeClient(node, io);
  const entries = await client.entries(slot.map);
  const step = nextStep(entries, slot.key, wish, io.now);
  if (step.kind === 'conflict') return { kind: 'conflict', why: `${node}: ${step.why}` };
  await write(client, slot, step, wish);
  if (wish.wanted.kind === 'nothing') await cutOff(client, slot, leftBy(step, entries), io.now);
  return step.kind === 'none' ? { kind: 'already', owner: step.owner } : { kind: 'done' };
}

export async function readNode(node: string, slot: Slot, io: Io): Promise<NodeReading> {
  const client = new NodeClient(node, io);
  const entries = await client.entries(slot.map);
  const standing = entriesOf(entries, slot.key);
  const ends = new Set(standing.map((entry) => entry.until));
  const [until] = ends;
  if (until === undefined) return await absence(client, slot, entries, io.now);
  const words = [...ends].map(untilWords).join(' and ');
  const evidence = `${node}: ${slot.key.text} ${words}`;
  return ends.size === 1 ? { kind: 'present', until, evidence } : { kind: 'mixed', evidence };
}

async function write(client: NodeClient, slot: Slot, step: Step, { held }: Wish): Promise<void> {
  const { map, key, uses } = slot;
  if (step.kind === 'add') {
    // What was ours before somebody cleared the map has been used as ours since.
    if (uses !== undefined && !held) await forgetUses(client, uses, key);
    await client.add(map, key.text, step.seconds);
  }
  if (step.kind === 'set') {
    // In place: the entry is never away, so nobody is turned away while it is extended.
    await client.set(map, step.reference, step.seconds);
    for (const extra of step.extras) await client.delete(map, extra);
  }
  if (step.kind === 'remove') {
    for (const reference of step.references) await client.delete(map, reference);
  }
}

async function cutOff(
  client: NodeClient,
  slot: Slot,
  entries: readonly MapEntry[],
  now: Instant,
): Promise<void> {
  for (const { pointer } of await leftOpen(client, slot, entries, now)) {
    await client.shutDown(pointer).catch(ignoreGone);
  }
}

async function absence(
  client: NodeClient,
  slot: Slot,
  entries: readonly MapEntry[],
  now: Instant,
): Promise<NodeReading> {
  const evidence = `${client.name}: no entry for ${slot.key.text}`;
  const open = await leftOpen(client, slot, entries, now);
  if (open.length > 0)
    return { kind: 'mixed', evidence: `${evidence}, and ${open.length} connections still open` };
  const other = shadowing(entries, slot.key).find((entry) => isLive(entry, now));
  return other === undefined
    ? { kind: 'absent', evidence }
    : { kind: 'absent', evidence: `${evidence}; ${other.key} is another's and may cover it` };
}

/** Connections that this entry let in, without those that another one lets in, or may: they may be open by that. */
async function leftOpen(
  client: NodeClient,
  { cut, key }: Slot,
  entries: readonly MapEntry[],
  now: Instant,
): Promise<readonly OpenSession[]> {
  const others = entries.filter((entry) => isLive(entry, now));
  const sessions = await openSessions(client, cut, key);
  return sessions.filter(({ from }) => !others.some((entry) => mayLetIn(entry, from)));
}

function mayLetIn(entry: MapEntry, from: OpenSession['from']): boolean {
  const key = readKey('ip', entry.key);
  return key?.mode !== 'ip' || letsIn(key.network, from);
}

function isLive({ until }: MapEntry, now: Instant): boolean {
  return until === null || until > now;
}

function leftBy(step: Step, entries: readonly MapEntry[]): readonly MapEntry[] {
  if (step.kind !== 'remove') return entries;
  return entries.filter((entry) => !step.references.includes(entry.reference));
}

/** A connection that closed by itself in between is as good as cut. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof ProviderError) || error.code !== 'conflict') throw error;
}
