/** From what somebody asked to the one server that is set, and back. */
import type { TargetSpec } from '../../core/policy.ts';
import type { Plan } from '../provider.ts';
import { type Place, placeAt, whoIsAtIt } from './position.ts';
import type { Server } from './servers.ts';
import { comesToNothing, comeToTheSame, type Setting, settingText } from './setting.ts';
import type { Handle } from './target.ts';

/** What one node has of the backend. */
export interface Backend {
  readonly node: string;
  readonly servers: readonly Server[];
}

export function planOf(spec: TargetSpec, handle: Handle, backends: readonly Backend[]): Plan {
  const places = backends.map(({ node, servers }) => placeAt(node, handle, servers));
  const why = missing(places) ?? pointless(handle, backends) ?? troubleAt(places, handle);
  if (why !== undefined) return { kind: 'refused', why };
  const { backend, server, set, otherwise } = handle;
  return {
    kind: 'planned',
    key: rightKey(handle),
    handle,
    summary: `${spec.provider} ${backend}/${server} ${settingText(set)}, then ${settingText(otherwise)}`,
    residue: { text: residueOf(handle, places), lasts: null },
  };
}

/** The same processes, server and states make the same right, in whatever order policy names the nodes. */
export function rightKey({ nodes, backend, server, set, otherwise }: Omit<Handle, 'v'>): string {
  const states = `${settingText(set)}, then ${settingText(otherwise)}`;
  return `${[...nodes].sort().join(',')} ${backend}/${server} ${states}`;
}

function missing(places: readonly Place[]): string | undefined {
  const found = places.find(({ position }) => position === 'missing');
  return found && `${found.text}.`;
}

/** HAProxy rounds down: a tenth of a weight of 1 is 0, to which no new session comes. */
function pointless(handle: Handle, backends: readonly Backend[]): string | undefined {
  const { backend, server, set, otherwise } = handle;
  const all = backends.flatMap(({ servers }) => servers.filter(({ name }) => name === server));
  const empty = all.find((one) => comesToNothing(one, set));
  const own = (initial: number) => `its own weight is ${initial}.`;
  const name = `${backend}/${server}`;
  if (empty !== undefined)
    return `${settingText(set)} of ${name} comes to 0: ${own(empty.initialWeight)}`;
  const same = all.find((one) => comeToTheSame(one, set, otherwise));
  return same && `${name} would have the weight that it has: ${own(same.initialWeight)}`;
}

function troubleAt(places: readonly Place[], handle: Handle): string | undefined {
  const alone = places.find(({ position }) => position === 'neither');
  if (alone !== undefined) return `${whoIsAtIt(alone, handle)}.`;
  const { length } = places.filter(({ position }) => position === 'set');
  if (length === places.length) return undefined;
  if (length > 0) return `Its nodes disagree: ${places.map(({ text }) => text).join('; ')}.`;
  const [last] = places.flatMap(({ lastOf }) => lastOf ?? []);
  return last && `${last}.`;
}

function residueOf({ set, otherwise }: Handle, places: readonly Place[]): string {
  const sessions = sessionsLeft(otherwise);
  return places.every(({ position }) => position === 'set')
    ? `${sessions} It is at ${settingText(set)} already; if that is not Hallpass's own doing, it stays.`
    : sessions;
}

function sessionsLeft(otherwise: Setting): string {
  return otherwise === 'drain' || otherwise === 'maint'
    ? 'Sessions that have begun there go on until they are over.'
    : 'Sessions that went elsewhere meanwhile stay there until they are over.';
}
