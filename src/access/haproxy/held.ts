/** What stands at a target, over all its nodes. */
import type { Held } from '../provider.ts';
import { readKey } from './key.ts';
import type { MapEntry } from './map-answer.ts';
import { rightKey } from './plan.ts';
import { untilWords } from './step.ts';
import { modeOf, type Target } from './target.ts';

/** One for each key, with the latest end that any node holds: nothing is shown shorter than it is. */
export function heldOf(
  nodes: readonly string[],
  target: Target,
  maps: readonly (readonly MapEntry[])[],
): readonly Held[] {
  const found = new Map<string, Held>();
  for (const [index, entries] of maps.entries()) {
    for (const entry of entries) {
      const text = readKey(modeOf(target), entry.key)?.text ?? entry.key;
      const evidence = `${nodes[index] ?? ''}: ${entry.key} ${untilWords(entry.until)}`;
      const key = rightKey(nodes, target.map, text);
      found.set(key, joined(found.get(key), { key, until: entry.until, evidence }));
    }
  }
  return [...found.values()];
}

function joined(before: Held | undefined, next: Held): Held {
  if (before === undefined) return next;
  const endless = before.until === null || next.until === null;
  const until = endless ? null : Math.max(before.until ?? 0, next.until ?? 0);
  return { key: next.key, until, evidence: `${before.evidence}; ${next.evidence}` };
}
