/**
 * Resources that fail on purpose, in tests and in a demo alike. Any other name simply works.
 *
 * | resource              | what it does                                                            |
 * | --------------------- | ----------------------------------------------------------------------- |
 * | `fails-always`        | every write: `failed`, of class config                                  |
 * | `forbidden`           | every write: `failed`, of class auth                                    |
 * | `throttles-first-3`   | the first 3 writes: `throttled`, then it works                          |
 * | `answers-late`        | the first 2 writes of a wish: `pending`, and nothing; the third works   |
 * | `loses-answer`        | every write is carried out, and then times out                          |
 * | `unreadable-first-5`  | the first 5 reads: `unreadable`, then it works                          |
 * | `blind`               | every read: `unreadable`. Its end can only be attested                  |
 * | `lingers`             | after a removal, 2 more reads still say `present`                       |
 * | `sessions`            | works, and says that sessions may outlive it by an hour                 |
 * | `sticks`              | removals are answered `unknown` and never happen                        |
 *
 * The numbers can be any. They count for each key, in the gate.
 */
import type { Residue } from '../../core/residue.ts';
import { HOUR, SECOND } from '../../core/time.ts';
import { type Answer, ProviderError, type Reading, type Wish } from '../provider.ts';
import type { MemoryGate } from './gate.ts';

export interface Slot {
  readonly resource: string;
  readonly key: string;
}

const LATE_ANSWERS = 2;
const LINGERING_READS = 2;

/** What stands in the way of a write, or undefined. */
export function writeTrouble(gate: MemoryGate, slot: Slot, wish: Wish): Answer | undefined {
  switch (sentinel(slot.resource).name) {
    case 'fails-always':
      return { kind: 'failed', class: 'config', why: 'This resource fails always.' };
    case 'forbidden':
      return { kind: 'failed', class: 'auth', why: 'This resource lets nobody write.' };
    case 'throttles-first':
      return within(gate, slot, 'writes') ? { kind: 'throttled', retryAfter: SECOND } : undefined;
    case 'answers-late':
      return isLate(gate, slot, wish) ? { kind: 'pending', pollAfter: SECOND } : undefined;
    case 'sticks':
      return wish.wanted.kind === 'nothing' ? { kind: 'unknown', why: 'It sticks.' } : undefined;
    default:
      return undefined;
  }
}

/** @throws ProviderError when the answer to a write that was carried out is lost */
export function afterWrite(gate: MemoryGate, slot: Slot, wish: Wish): void {
  const { name } = sentinel(slot.resource);
  if (name === 'lingers' && wish.wanted.kind === 'nothing') gate.owe(ghost(slot), LINGERING_READS);
  if (name === 'loses-answer') throw new ProviderError('timeout', 'The answer was lost.');
}

export function readTrouble(gate: MemoryGate, slot: Slot): Reading | undefined {
  const { name } = sentinel(slot.resource);
  const blind = name === 'blind' || (name === 'unreadable-first' && within(gate, slot, 'reads'));
  return blind ? { kind: 'unreadable', why: `${slot.resource} cannot be seen.` } : undefined;
}

/** True when what is gone must still look as if it were there. */
export function lingers(gate: MemoryGate, slot: Slot): boolean {
  return gate.spend(ghost(slot));
}

export function residueOf(resource: string): Residue | null {
  return resource === 'sessions'
    ? { text: 'Sessions that are open at the end go on.', lasts: HOUR }
    : null;
}

function sentinel(resource: string): { readonly name: string; readonly first: number } {
  const [, name, first] = /^(throttles-first|unreadable-first)-(\d+)$/.exec(resource) ?? [];
  return { name: name ?? resource, first: Number(first ?? 0) };
}

function within(gate: MemoryGate, slot: Slot, what: string): boolean {
  return gate.count(`${what} ${slot.key}`) <= sentinel(slot.resource).first;
}

function isLate(gate: MemoryGate, slot: Slot, { wanted }: Wish): boolean {
  const wish = wanted.kind === 'until' ? `until ${wanted.until}` : 'nothing';
  return gate.count(`${wish} ${slot.key}`) <= LATE_ANSWERS;
}

function ghost(slot: Slot): string {
  return `ghost of ${slot.key}`;
}
