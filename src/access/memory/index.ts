/** A provider that keeps its gate in memory: for demos, for trying a policy out, and for stories. */
import { z } from 'zod';
import type { Json, TargetSpec } from '../../core/policy.ts';
import { formatInstant, type Instant, SECOND } from '../../core/time.ts';
import { parse } from '../parse.ts';
import type { Answer, Held, Io, Plan, PlanAsk, Provider, Reading, Use, Wish } from '../provider.ts';
import { ProviderError, type TargetContext, type TargetFault } from '../provider.ts';
import type { GateEntry, MemoryGate } from './gate.ts';
import {
  afterWrite,
  lingers,
  readTrouble,
  residueOf,
  type Slot,
  writeTrouble,
} from './sentinels.ts';

const connectionSchema = z.strictObject({});

const targetSchema = z.strictObject({
  resource: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]{0,99}$/i, 'letters, digits and ._/- only')
    .meta({ description: 'What is opened; some names fail on purpose', examples: ['edge-admin'] }),
  key: z
    .string()
    .min(1)
    .meta({ description: '`email`, or the name of one of the role’s inputs', examples: ['email'] }),
});

const handleSchema = z.strictObject({ v: z.literal(1), resource: z.string(), key: z.string() });

export function memoryProvider(gate: MemoryGate): Provider {
  const nativeExpiry = gate.nativeExpiry === 'enforced' ? 'enforced' : 'none';
  const provider: Provider = {
    type: 'memory',
    capabilities: { nativeExpiry, settle: SECOND, callTimeout: 5 * SECOND },
    connectionSchema,
    targetSchema,
    check: ({ spec, inputs }) => faults(parse(targetSchema, spec.target).key, inputs),
    isLocal: () => true,
    way: () => ({ scope: 'memory' }),
    wayThrough: () => ({ scope: 'memory' }),
    tellsUse: () => true,
    used: async (handle, { since }, io) =>
      reach(gate, io, () => used(gate, parse(handleSchema, handle).key, since)),
    plan: async (ask, io) => reach(gate, io, () => plan(ask)),
    converge: async (handle, wish, io) =>
      reach(gate, io, () => converge(gate, parse(handleSchema, handle), wish, io.now)),
    read: async (handle, io) => reach(gate, io, () => read(gate, parse(handleSchema, handle))),
    list: async (spec, io) => reach(gate, io, () => list(gate, spec)),
    doctor: async () => [{ level: 'ok', message: 'Kept in memory: gone when this process ends.' }],
  };
  if (gate.nativeExpiry !== 'timer') return provider;
  const arm = (handle: Json, at: Instant | null): Answer => {
    const { key } = parse(handleSchema, handle);
    if (gate.timer(key) === at) return { kind: 'already', owner: at === null ? 'absent' : 'ours' };
    gate.setTimer(key, at);
    return { kind: 'done' };
  };
  return { ...provider, arm: async (handle, at, io) => reach(gate, io, () => arm(handle, at)) };
}

function faults(key: string, inputs: TargetContext['inputs']): readonly TargetFault[] {
  if (key === 'email' || Object.hasOwn(inputs, key)) return [];
  return [{ path: ['key'], message: `the role has no input named ${key}; \`email\` works too` }];
}

function plan({ spec, inputs, requester }: PlanAsk): Plan {
  const { resource, key } = parse(targetSchema, spec.target);
  const given = key === 'email' ? requester.email : Object.hasOwn(inputs, key) ? inputs[key] : '';
  const asked = (given ?? '').trim();
  if (asked === '') return { kind: 'refused', why: `There is no ${key} to open ${resource} for.` };
  // Matched before it is lowered: the Kelvin sign, for one, becomes a plain `k`.
  if (asked.length > 200 || !/^[\x21-\x7e]+$/.test(asked)) {
    return { kind: 'refused', why: `The ${key} may hold plain letters, digits and signs only.` };
  }
  const who = asked.toLowerCase();
  return {
    kind: 'planned',
    key: `${resource} for ${who}`,
    handle: { v: 1, resource, key: `${resource} for ${who}` },
    summary: `${spec.provider} ${resource} for ${who}`,
    residue: residueOf(resource),
    tellsUse: true,
  };
}

function used(gate: MemoryGate, key: string, since: Instant): Use {
  const uses = gate.usesOf(key, since);
  if (uses.length === 0) return { kind: 'unused' };
  return { kind: 'used', count: uses.length, lastAt: uses.at(-1) ?? null };
}

function converge(gate: MemoryGate, slot: Slot, wish: Wish, now: Instant): Answer {
  const trouble = writeTrouble(gate, slot, wish);
  if (trouble !== undefined) return trouble;
  const answer = write(gate, slot.key, wish, now);
  if (answer.kind === 'done') afterWrite(gate, slot, wish);
  return answer;
}

function write(gate: MemoryGate, key: string, { wanted }: Wish, now: Instant): Answer {
  const entry = gate.entries.get(key);
  if (entry?.byHand) return foreign(gate, key, entry, wanted.kind === 'until' ? now : null);
  if (wanted.kind === 'nothing') {
    return gate.entries.delete(key) ? { kind: 'done' } : { kind: 'already', owner: 'absent' };
  }
  if (entry?.until === wanted.until) return { kind: 'already', owner: 'ours' };
  gate.entries.set(key, { until: wanted.until, byHand: false });
  return { kind: 'done' };
}

/** One that has run out lets nobody in, and is not ours to replace. */
function foreign(gate: MemoryGate, key: string, { until }: GateEntry, now: Instant | null): Answer {
  const over = now !== null && until !== null && until <= now && gate.nativeExpiry === 'enforced';
  if (!over) return { kind: 'already', owner: 'foreign' };
  return { kind: 'conflict', why: `An entry for ${key} that has ended is not ours.` };
}

function read(gate: MemoryGate, slot: Slot): Reading {
  const trouble = readTrouble(gate, slot);
  if (trouble !== undefined) return trouble;
  const entry = gate.entries.get(slot.key);
  if (entry !== undefined) return { kind: 'present', ...shown(gate, slot.key, entry) };
  return lingers(gate, slot)
    ? { kind: 'present', until: null, evidence: `${slot.key} lingers` }
    : { kind: 'absent', evidence: `no entry for ${slot.key}` };
}

function list(gate: MemoryGate, spec: TargetSpec): readonly Held[] {
  const { resource } = parse(targetSchema, spec.target);
  return [...gate.entries]
    .filter(([key]) => key.startsWith(`${resource} for `))
    .map(([key, entry]) => ({ key, ...shown(gate, key, entry), ...ownerOf(resource, key, entry) }));
}

/** It lives in this process, and has seen who wrote. */
function ownerOf(resource: string, key: string, { byHand }: GateEntry): Partial<Held> {
  return byHand ? { owner: 'foreign' } : { owner: 'ours', handle: { v: 1, resource, key } };
}

/** A gate that enforces no end does not know one either. */
function shown(gate: MemoryGate, key: string, entry: GateEntry): Omit<Held, 'key'> {
  const until = gate.nativeExpiry === 'enforced' ? entry.until : null;
  const end = until === null ? 'without an end' : `until ${formatInstant(until)}`;
  return { until, evidence: `${key} stands ${end}` };
}

function reach<T>(gate: MemoryGate, io: Io, work: () => T): T {
  if (io.signal.aborted) throw new ProviderError('timeout', 'There was no time left.');
  if (gate.unreachable) throw new ProviderError('unavailable', 'The gate cannot be reached.');
  return work();
}
