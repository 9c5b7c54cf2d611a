/**
 * What stands at a target and is on no lease of a request. Whose it is, the target alone can tell: `orphan`
 * is ours by our seal, `foreign` is somebody else's, and of the rest nobody knows.
 */
import { canonical } from './audit.ts';
import type { AccessId } from './ids.ts';
import { sha256 } from './ids.ts';
import type { Policy, Reconciliation, RoleName, TargetSpec } from './policy.ts';
import type { PlannedRight } from './right.ts';
import type { Instant } from './time.ts';
import { plainText } from './typed.ts';

export interface Stray {
  readonly access: AccessId;
  readonly kind: 'orphan' | 'foreign' | 'unclaimed';
  readonly until: Instant | null;
  /** Untrusted text. */
  readonly evidence: string;
  /** By which it is taken away. Of orphans alone. */
  readonly right: PlannedRight | null;
  /** Something takes it away already. */
  readonly isTaken: boolean;
}

/**
 * The same for roles that give at the same target, whatever the provider is called there: but where people have names
 * of their own there, a list goes by these names. NB. Who they are is left out: whoever joins makes it no other place.
 */
function placeOf({ provider, type, connection, target, people }: TargetSpec): string {
  const named = people === undefined ? {} : { provider };
  return sha256(canonical({ type, connection, target, ...named })).slice(0, 16);
}

/** One target of a policy, and the roles that give there. */
export interface Place {
  readonly spec: TargetSpec;
  readonly roles: readonly RoleName[];
}

const known = new WeakMap<Policy, ReadonlyMap<string, Place>>();

export function placesOf(policy: Policy): ReadonlyMap<string, Place> {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const places = new Map<string, Place>();
  for (const { name, targets } of Object.values(policy.roles))
    for (const spec of targets) {
      const { roles = [] } = places.get(placeOf(spec)) ?? {};
      places.set(placeOf(spec), { spec, roles: [...new Set([...roles, name])] });
    }
  known.set(policy, places);
  return places;
}

/** More names help nobody: the target itself has the rest. */
const NAMED = 5;
const LONGEST = 160;

type Kind = Stray['kind'];

const WORDS: Readonly<Record<Kind, (does: Reconciliation['orphans']) => string>> = {
  orphan: (does) =>
    does === 'remove'
      ? 'given by this Hallpass, to be taken away'
      : 'given by this Hallpass, and left alone, because policy says so',
  unclaimed: () => 'of which the target cannot tell whose they are',
  foreign: () => 'by somebody else, and left alone',
};

/** What is told of a target. `digest`: told before is what has the same; null: there is nothing to tell. */
export interface News {
  readonly digest: string | null;
  readonly text: string;
}

/** NB. The digest is of all of them: the text names only a few, and shortens those. */
export function newsOf(
  place: Place,
  strays: readonly Stray[],
  does: Reconciliation['orphans'],
): News {
  if (strays.length === 0) return { digest: null, text: tidyText(place) };
  const all = strays.map(({ access, kind, until }) => canonical({ access, kind, until }));
  return { digest: digestOf([does, ...all.toSorted()]), text: strayText(place, strays, does) };
}

/**
 * NB. What could not be read whole is compared with nothing: nobody knows what is missing from it. The words
 * of a fault may be others each time, its code is not.
 */
export function unreadNews(place: Place, code: string, why: string): News {
  const text = `What stands at ${whereOf(place)} could not be listed, so nothing was compared: ${plainText(why).slice(0, LONGEST)}`;
  return { digest: digestOf(['unread', code]), text };
}

function digestOf(parts: readonly string[]): string {
  return sha256(canonical(parts)).slice(0, 16);
}

function strayText(
  place: Place,
  strays: readonly Stray[],
  does: Reconciliation['orphans'],
): string {
  const kinds = (['orphan', 'unclaimed', 'foreign'] as const).flatMap((kind) => {
    const those = strays.filter((stray) => stray.kind === kind);
    return those.length === 0 ? [] : [`${those.length} ${WORDS[kind](does)}: ${named(those)}`];
  });
  return `What stands at ${whereOf(place)} and no request holds: ${kinds.join('. ')}.`;
}

export function named(strays: readonly Stray[]): string {
  const lines = strays.map(({ evidence }) => plainText(evidence).slice(0, LONGEST)).toSorted();
  const more = lines.length > NAMED ? [`and ${lines.length - NAMED} more`] : [];
  return [...lines.slice(0, NAMED), ...more].join(', ');
}

/** `edge (lb-admin, lb-pair)` */
export function whereOf({ spec, roles }: Place): string {
  const more = roles.length > NAMED ? [`and ${roles.length - NAMED} more`] : [];
  return `${spec.provider} (${[...roles.slice(0, NAMED), ...more].join(', ')})`;
}

function tidyText(place: Place): string {
  return `Nothing stands at ${whereOf(place)} any more that no request holds.`;
}
