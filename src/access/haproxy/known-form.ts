/**
 * Whether one deny rule of haproxy.cfg turns away whom no entry lets in. Told of the form in docs/haproxy.md alone, and of
 * nothing but harmless rules before it: of anything else nothing is said here.
 */
import type { Section } from './config-sections.ts';
import type { KeyMode } from './key.ts';

/** What is looked for: the rule that goes by this map. */
export interface Gate {
  readonly map: string;
  readonly mode: KeyMode;
  readonly style: 'http' | 'tcp';
}

const RULES = { http: 'http-request', tcp: 'tcp-request connection' } as const;
const DENIAL = {
  http: /^http-request (?:deny|reject)(?: deny_status \d{3})? unless (.+)$/,
  tcp: /^tcp-request connection reject unless (.+)$/,
} as const;

/** A quoted word is read without its quotes by HAProxy, and is none that is known here. */
const VEILED = /^(?:(?:acl|(?:http|tcp)-request|tcp-request \S+) )?\S*["'\\]/;

/** By these, who comes is whoever somebody says, for as long as the connection lasts: whoever gets there may say it. */
const ANOTHERS_WORD = / (?:set-src|(?:accept|expect)-(?:proxy|netscaler-cip))(?: |$)/;

export function isOfKnownForm({ lines }: Section, gate: Gate): boolean {
  if (lines.some((line) => VEILED.test(line) || ANOTHERS_WORD.test(line))) return false;
  return lines.some((line, at) => {
    const condition = DENIAL[gate.style].exec(line)?.[1];
    if (condition === undefined || !areHarmless(lines.slice(0, at), lines, gate)) return false;
    return isGuarded(condition, { lines, at, rules: RULES[gate.style] }, gate);
  });
}

/** HAProxy reads past such rules where the section is not `mode http`, which is not what it begins with. */
export function ignoresHttp({ lines }: Section): boolean {
  return lines.findLast((line) => line.startsWith('mode ')) !== 'mode http';
}

/** Entries that HAProxy makes by itself are nobody's decision. */
export function writesMap({ lines }: Section, map: string): boolean {
  return lines.some((line) => line.includes(` set-map(${map}) `));
}

/** Nothing of it ends the rules in somebody's favour, or says who somebody is. */
const HARMLESS = {
  http: /^http-request (?:deny|reject|tarpit|silent-drop|redirect|del-header|set-var\(\S+|track-sc\d) ?/,
  tcp: /^tcp-request connection (?:reject|silent-drop|set-var\(\S+|track-sc\d) ?/,
} as const;
const HEADER = /^http-request (?:set|add)-header ([A-Za-z0-9_-]+) /;

function areHarmless(
  before: readonly string[],
  lines: readonly string[],
  { style }: Gate,
): boolean {
  const names = new Set(lines.flatMap(headersIn));
  return before.every((line) => {
    if (!line.startsWith(`${RULES[style]} `) || HARMLESS[style].test(line)) return true;
    const header = HEADER.exec(line)?.[1];
    return header !== undefined && !names.has(header.toLowerCase());
  });
}

/** The rule that is looked at, among the others. */
interface Place {
  readonly lines: readonly string[];
  readonly at: number;
  readonly rules: string;
}

/** Whoever is let in is so by one of these: each has an end in it, and one of them the end that our map holds. */
function isGuarded(condition: string, place: Place, gate: Gate): boolean {
  // Quotes may hide a word, and so may a name that HAProxy puts in from outside; a `#` ends the line even within one.
  if (/["'\\$#]/.test(condition)) return false;
  const ways = waysIn(condition);
  const ends = ways.map((words) => words.flatMap((word) => endBy(word, place) ?? []));
  return (
    ways.every((words) => words.every(isWhole)) &&
    ends.every((each) => each.length > 0) &&
    ends.flat().some(({ map, mode }) => map === gate.map && mode === gate.mode)
  );
}

/** In capitals as well, and a `!` before it says nothing (measured with 2.6.12). */
const OR = /^!*(?:or|\|\|)$/i;

/** `a b or { c } d` → `[[a, b], [{ c }, d]]` */
function waysIn(condition: string): readonly (readonly string[])[] {
  const ways: string[][] = [[]];
  for (const [word] of condition.matchAll(/!*\{ [^{}]+ \}(?= |$)|\S+/g)) {
    if (OR.test(word)) ways.push([]);
    else ways.at(-1)?.push(word);
  }
  return ways;
}

/** Not half a brace, nor a `!` of which it would have to be told what it turns round. */
function isWhole(word: string): boolean {
  return /^!*\{ [^{}]+ \}$|^!*[^!{}]+$/.test(word);
}

interface End {
  readonly map: string;
  readonly mode: KeyMode;
}

const COMPARISON = /^var\(((?:txn|sess|req)\.\w+)\),sub\(((?:txn|sess|req)\.\w+)\) gt 0$/;

/** The end that is compared with the time by this word of a condition. */
function endBy(word: string, place: Place): End | undefined {
  const [, end = '', now = ''] = COMPARISON.exec(meant(word, place.lines)) ?? [];
  const clock = setBefore(now, place);
  if (clock !== `${place.rules} set-var(${now}) date()`) return undefined;
  return lookedUp(end, place);
}

/** `{ comparison }` itself, or that of the one ACL of this name: several of one name are alternatives. */
function meant(word: string, lines: readonly string[]): string {
  const alone = /^\{ (.+) \}$/.exec(word)?.[1];
  if (alone !== undefined) return alone;
  const [only, ...more] = lines.filter((line) => line.startsWith(`acl ${word} `));
  return only === undefined || more.length > 0 ? '' : only.slice(`acl ${word} `.length);
}

const LOOKUP =
  /^(?:src,map_ip_int|req\.hdr\(([A-Za-z0-9_-]+)\),lower,map_str_int)\(([^ ,()]+),0\)( (?:if|unless) .+)?$/;

function lookedUp(end: string, place: Place): End | undefined {
  const line = setBefore(end, place) ?? '';
  const start = `${place.rules} set-var(${end}) `;
  if (!line.startsWith(start)) return undefined;
  const [, header, map = '', condition] = LOOKUP.exec(line.slice(start.length)) ?? [];
  // What was found for the request before would stay on its connection: a lookup without its header sets nothing (measured).
  const maySetNothing = condition !== undefined || header !== undefined;
  if (map === '' || (maySetNothing && end.startsWith('sess.'))) return undefined;
  if (header === undefined) return { map, mode: 'ip' };
  const deletion = deletionOf(header, place.lines.slice(0, place.lines.indexOf(line)));
  // Of `if` it would have to be told whether it is the right way round.
  return deletion === undefined || deletion.includes(' if ') ? undefined : { map, mode: 'email' };
}

/** The line that alone sets a variable, where it does so before the rule. */
function setBefore(variable: string, { lines, at }: Place): string | undefined {
  const sets = ['set-var', 'set-var-fmt', 'unset-var', 'do-resolve'].flatMap((action) => [
    `${action}(${variable})`,
    `${action}(${variable},`,
  ]);
  const setting = lines.flatMap((line, index) =>
    sets.some((text) => line.includes(text)) ? [{ line, index }] : [],
  );
  const [only, ...more] = setting;
  return only !== undefined && more.length === 0 && only.index < at ? only.line : undefined;
}

/** Whoever can send the header themselves can be anybody. */
export function deletionOf(header: string, lines: readonly string[]): string | undefined {
  const deletion = new RegExp(`^http-request del-header ${header}( |$)`, 'i');
  return lines.find((line) => deletion.test(line));
}

/** In lower case, as HAProxy takes them. */
export function headersIn(line: string): readonly string[] {
  return [...line.matchAll(/hdr\(([A-Za-z0-9_-]+)/g)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
}
