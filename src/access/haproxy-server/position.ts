/** How one node has the server, of the two ways that policy knows. Pure. */
import type { NodeReading } from '../haproxy-fleet.ts';
import type { Server } from './servers.ts';
import { settingText, standing, standsAt, takesAway } from './setting.ts';
import type { Handle } from './target.ts';

/** `neither`: somebody is at it. `missing`: haproxy.cfg has it no more. */
type Position = 'set' | 'otherwise' | 'neither' | 'missing';

export interface Place {
  readonly node: string;
  readonly position: Position;
  /** As people read it. */
  readonly text: string;
  /** Why it should not be set, or null. */
  readonly lastOf: string | null;
}

export function placeAt(node: string, handle: Handle, servers: readonly Server[]): Place {
  const server = servers.find(({ name }) => name === handle.server);
  if (server === undefined) {
    const text = `${node}: ${handle.backend} has no server ${handle.server}`;
    return { node, position: 'missing', text, lastOf: null };
  }
  const text = `${node}: ${handle.backend}/${handle.server} is at ${standing(server, handle)}`;
  return {
    node,
    position: positionOf(server, handle),
    text,
    lastOf: lastOf(server, servers, handle),
  };
}

/** NB. Where both come to the same, nothing is set: so that an end can always be seen. */
function positionOf(server: Server, { set, otherwise }: Handle): Position {
  if (standsAt(server, otherwise)) return 'otherwise';
  return standsAt(server, set) ? 'set' : 'neither';
}

/** It is policy that says whether a backend may be left without any. */
function lastOf(server: Server, servers: readonly Server[], handle: Handle): string | null {
  if (handle.lastServer || !server.isUsed || !takesAway(server, handle.set)) return null;
  const others = servers.filter(({ name, isUsed }) => isUsed && name !== server.name);
  const { backend } = handle;
  return others.length > 0
    ? null
    : `${backend}/${server.name} is the last server of ${backend} to which new sessions come`;
}

export function whoIsAtIt({ text }: Place, { set, otherwise }: Handle): string {
  return `${text}, which is neither ${settingText(otherwise)} nor ${settingText(set)}: somebody is at it`;
}

/** Anything but what we set is no doing of ours: it is left alone, and ours is gone. */
export function readingOf({ position, text }: Place): NodeReading {
  if (position === 'set') return { kind: 'present', until: null, evidence: text };
  return position === 'neither'
    ? { kind: 'absent', evidence: `${text}, by somebody else’s hand`, isTakenOver: true }
    : { kind: 'absent', evidence: text };
}
