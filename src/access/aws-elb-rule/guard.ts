/**
 * What becomes of whoever is let in by no rule of ours: in the order of the listener, whichever rules there are. A
 * client chooses everything of what it asks for but the address that it comes from.
 */
import { parseNetwork } from '../../core/ip.ts';
import type { Rule } from './rule.ts';
import type { Handle } from './target.ts';

/** What is guarded; null: whichever is asked for. */
type Place = Pick<Handle, 'host' | 'path' | 'forward'>;

/**
 * The first rule that turns everybody away from all of the place, or lets whoever asks into part of it. Only if that
 * turns them away is there a guard.
 *
 * @returns the rule by which everybody gets in, or undefined
 */
export function openDoor(rules: readonly Rule[], place: Place): Rule | undefined {
  const inOrder = rules.toSorted((a, b) => (a.priority ?? Infinity) - (b.priority ?? Infinity));
  const first = inOrder.find((rule) =>
    turnsAway(rule)
      ? coversAll(rule, place)
      : isForAnybody(rule) && (mayMeet(rule, place) || mayLeadTo(rule, place)),
  );
  return first === undefined || turnsAway(first) ? undefined : first;
}

/** A rule before the band that turns everybody away from all of the place: nobody gets as far as ours. */
export function closedDoor(
  rules: readonly Rule[],
  { priorities, ...place }: Place & Pick<Handle, 'priorities'>,
): Rule | undefined {
  return rules.find(
    (rule) =>
      rule.priority !== null &&
      rule.priority < priorities.from &&
      turnsAway(rule) &&
      coversAll(rule, place),
  );
}

/** What they answer is the listener's own. Signing in alone is no approval, and what is not known may let in. */
function turnsAway({ actions }: Rule): boolean {
  const answers = actions.some((action) => action === 'fixed-response' || action === 'redirect');
  return answers && !actions.some((action) => action.startsWith('forward'));
}

/** NB. Whatever else it looks at, such as a method or a header, a client may send. */
function isForAnybody({ conditions }: Rule): boolean {
  const sources = conditions.get('source-ip');
  return sources === undefined || sources.some(isAnywhere);
}

/** Wider than any one network is; two halves of all addresses are all of them. */
const WIDE = { 4: 8, 6: 16 } as const;

/** NB. What is no network may be any. */
function isAnywhere(cidr: string): boolean {
  const network = parseNetwork(cidr);
  return network === undefined || network.prefix < WIDE[network.family];
}

/** May a request for the place fit it? */
function mayMeet({ conditions }: Rule, place: Place): boolean {
  return PATTERNS.every(([field, patternOf]) => {
    const values = conditions.get(field);
    const own = patternOf(place);
    return values?.some((value) => isUnknown(value) || meet(lettersOf(field, value), own)) ?? true;
  });
}

/** What it is asked for is rewritten on the way to the same targets: nobody can tell to what. */
function mayLeadTo({ actions }: Rule, { forward }: Place): boolean {
  const isRewritten = actions.some((action) => action.startsWith('transform'));
  return isRewritten && actions.some((action) => action.split(' ').includes(forward));
}

/** Does each request for the place fit it? */
function coversAll({ conditions }: Rule, place: Place): boolean {
  return [...conditions].every(([field, values]) => {
    if (field === 'source-ip') return EVERYWHERE.every((cidr) => values.includes(cidr));
    const own = PATTERNS.find(([name]) => name === field)?.[1](place);
    return own !== undefined && values.some((value) => covers(lettersOf(field, value), own));
  });
}

const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** As ELB would write it. */
const PATTERNS: readonly (readonly [field: string, patternOf: (place: Place) => string])[] = [
  ['host-header', ({ host }) => host ?? '*'],
  ['path-pattern', ({ path }) => path ?? '/*'],
];

/** Not a list of patterns, but a regular expression, or what is newer than this. */
function isUnknown(value: string): boolean {
  return value.startsWith('{');
}

/** Hosts are the same in capitals, paths are not. */
function lettersOf(field: string, value: string): string {
  return field === 'host-header' ? value.toLowerCase() : value;
}

/** Is there a text that fits both? @param own without wildcards, but for a `*` at its end */
function meet(pattern: string, own: string): boolean {
  const start = startOf(own);
  return start === undefined ? covers(pattern, own) : restsOf(pattern, start).size > 0;
}

/** Does all that fits `own` fit the pattern? */
function covers(pattern: string, own: string): boolean {
  const start = startOf(own);
  return start === undefined
    ? restsOf(pattern, own).has('')
    : [...restsOf(pattern, start)].some((rest) => /^\*+$/.test(rest));
}

/** Of a pattern that ends with `*`. */
function startOf(own: string): string | undefined {
  return own.endsWith('*') ? own.slice(0, -1) : undefined;
}

/** What may be left of a pattern once it has taken in these letters: `*` takes any or none, `?` any one. */
function restsOf(pattern: string, letters: string): ReadonlySet<string> {
  let rests = withStarsDone([pattern]);
  for (const letter of letters) {
    const next = [...rests].flatMap((rest) => {
      if (rest.startsWith('*')) return [rest];
      return rest.startsWith('?') || rest.startsWith(letter) ? [rest.slice(1)] : [];
    });
    rests = withStarsDone(next);
  }
  return rests;
}

/** With what is left where a `*` takes no more. */
function withStarsDone(rests: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (let rest of rests) {
    all.add(rest);
    while (rest.startsWith('*')) {
      rest = rest.slice(1);
      all.add(rest);
    }
  }
  return all;
}
