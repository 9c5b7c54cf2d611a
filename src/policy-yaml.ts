/** YAML text as plain data, and where in the text each part of it stands. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Locate, PolicyIssue, PolicyPath } from './core/policy-issue.ts';

export interface YamlReading {
  /** undefined when there is nothing that could be read. */
  readonly value: unknown;
  readonly locate: Locate;
  readonly issues: readonly PolicyIssue[];
  /** False when `value` is not what the text says: its faults would only confuse. */
  readonly isWhole: boolean;
}

const MOST_ALIASES = 1_000;
const MOST_NODES = 100_000;
const DEEPEST = 60;
const MOST_ISSUES = 100;
/** The library repeats what it could not read, all of it. */
const LONGEST_MESSAGE = 300;

export function readYaml(text: string): YamlReading {
  try {
    return readDocument(text);
  } catch (fault) {
    const why = fault instanceof Error ? fault.message : String(fault);
    return unreadable(`This cannot be read as YAML: ${why}`);
  }
}

function readDocument(text: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Looked for below: the library compares each key with all before it.
    uniqueKeys: false,
  });
  const place = (offset: number) => positionAt(lines, offset);
  const isWhole = document.errors.length === 0;
  const issues = [
    ...[...document.errors, ...document.warnings].slice(0, MOST_ISSUES),
    ...(isWhole ? repeatedKeys(document).slice(0, MOST_ISSUES) : []),
  ].map(({ pos: [start], message }) => fault(message, place(start)));
  if (issues.length === 0 && document.contents === null)
    return unreadable('The file is empty. A policy begins with `version: 1`.');
  const budget = { nodes: MOST_NODES };
  const value = isWhole
    ? plainData(document.toJS({ maxAliasCount: MOST_ALIASES }), budget, DEEPEST)
    : undefined;
  return { value, locate: locator(document, place), issues, isWhole };
}

interface Flaw {
  readonly pos: readonly [number, number];
  readonly message: string;
}

function repeatedKeys(document: Document): readonly Flaw[] {
  const found: Flaw[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const at = start(pair.key) ?? 0;
        const key = keyOf(pair);
        if (seen.has(key)) found.push({ pos: [at, at], message: 'Map keys must be unique' });
        seen.add(key);
      }
    },
  });
  return found;
}

function unreadable(message: string): YamlReading {
  const start = { line: 1, column: 1 };
  return {
    value: undefined,
    locate: () => start,
    issues: [fault(message, start)],
    isWhole: false,
  };
}

function fault(message: string, at: ReturnType<Locate>): PolicyIssue {
  const said = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return { code: 'not-yaml', path: [], ...at, severity: 'fault', message: said };
}

/**
 * A copy with nothing shared, so nothing can go in circles. What grows too big by aliases, or is
 * nested too deep, is refused before it costs anything.
 */
function plainData(value: unknown, budget: { nodes: number }, depth: number): unknown {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw new Error(`it holds more than ${MOST_NODES} values`);
  if (depth < 0) throw new Error(`it is nested deeper than ${DEEPEST} levels`);
  if (typeof value === 'bigint') throw new Error('a number is too big');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plainData(item, budget, depth - 1));
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new Error('only text, numbers, true, false, lists and blocks of keys are allowed');
  // Whoever walks over an object's keys sees it, and whoever looks it up does not.
  if (Object.hasOwn(value, '__proto__')) throw new Error('no key may be called __proto__');
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plainData(item, budget, depth - 1)]),
  );
}

function locator(document: Document, place: (offset: number) => ReturnType<Locate>): Locate {
  const known: PairsByKey = new Map();
  return (path, at) => place(offsetOf(document, path, at, known));
}

/** Each map is looked through once, however many places in it are asked for. */
type PairsByKey = Map<YAMLMap, ReadonlyMap<string, Pair>>;

function offsetOf(
  document: Document,
  path: PolicyPath,
  at: 'key' | 'value',
  known: PairsByKey,
): number {
  let node: unknown = document.contents;
  let label = start(node) ?? 0;
  for (const segment of path) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, segment, known);
    if (child === undefined) return label;
    label = start(child.label) ?? label;
    node = child.node;
  }
  return at === 'key' ? label : (start(node) ?? label);
}

interface Child {
  /** The key's name; in a list, the item itself. */
  readonly label: unknown;
  readonly node: unknown;
}

function childOf(node: unknown, segment: string | number, known: PairsByKey): Child | undefined {
  if (isMap(node)) {
    const pair = pairsOf(node, known).get(String(segment));
    return pair === undefined ? undefined : { label: pair.key, node: pair.value };
  }
  const item = isSeq(node) ? node.items[Number(segment)] : undefined;
  return item === undefined ? undefined : { label: item, node: item };
}

function pairsOf(map: YAMLMap, known: PairsByKey): ReadonlyMap<string, Pair> {
  const pairs =
    known.get(map) ?? new Map(map.items.toReversed().map((pair) => [keyOf(pair), pair]));
  known.set(map, pairs);
  return pairs;
}

function keyOf(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function start(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function positionAt(lines: LineCounter, offset: number): ReturnType<Locate> {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
