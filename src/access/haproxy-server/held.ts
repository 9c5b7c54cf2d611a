/** Which servers stand as a role sets them. Whoever set them: nothing there tells. */
import type { Held } from '../provider.ts';
import { type Backend, rightKey } from './plan.ts';
import { placeAt } from './position.ts';
import type { Rule } from './target.ts';

/**
 * One for each server that any node has so. Those that somebody has set to something else are no doing of a
 * role that cannot give it.
 *
 * @param server null: all of the backend
 */
export function heldOf(
  rule: Rule,
  server: string | null,
  backends: readonly Backend[],
): readonly Held[] {
  const all = backends.flatMap(({ servers }) => servers.map(({ name }) => name));
  const names = [...new Set(all)].filter((name) => server === null || name === server);
  return names.flatMap((name) => {
    const handle = { ...rule, server: name };
    const places = backends.map((one) => placeAt(one.node, handle, one.servers));
    const set = places.filter(({ position }) => position === 'set');
    const evidence = set.map(({ text }) => text).join('; ');
    return set.length === 0 ? [] : [{ key: rightKey(handle), until: null, evidence }];
  });
}
