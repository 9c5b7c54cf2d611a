/**
 * Writes down lives that were never lived: what the program has left of one life, with other names and at
 * another time. `stamp.test.ts` holds that against what the program leaves of such a life.
 */
import { createHash } from 'node:crypto';
import type { RequestId } from '../src/core/ids.ts';
import { accessIdOf, copyIdOf, principalIdFrom, requestIdFrom, sha256 } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { PlannedRight } from '../src/core/right.ts';
import { planHashOf } from '../src/core/right.ts';
import type { Row, Table, Value, Written } from './rows.ts';
import { TABLES } from './rows.ts';

/** What differs from one life to another. All else follows from that. */
export interface Names {
  readonly request: string;
  readonly address: string;
  readonly holder: string;
  readonly principal: string;
  /** Of the texts, in the order in which they were written. */
  readonly salts: readonly string[];
  /** Of deliveries, in the order in which they came. */
  readonly deliveries: readonly string[];
  /** The card's. */
  readonly message: string;
  /** Milliseconds after the life that is copied. */
  readonly later: number;
}

export interface Life {
  readonly written: Written;
  readonly names: Names;
}

type Part = string | ((fresh: Fresh) => Value);
type Template = readonly Part[] | ((fresh: Fresh) => Value) | number | null;

interface Fresh {
  readonly words: readonly string[];
  readonly later: number;
  /** The chain's end before this life. */
  readonly seq: number;
}

const INSTANT = '\\b1\\d{12}\\b';

/** What words are derived from, apart from the names. */
interface Roots {
  readonly rights: readonly { readonly provider: string; readonly resource: string }[];
  readonly places: readonly { readonly platform: string; readonly channel: string }[];
  readonly texts: readonly string[];
  /** What each request was planned to come to, from another address. */
  readonly plans: readonly ((address: string) => string)[];
}

function rootsOf(written: Written, { address }: Names): Roots {
  const planned = (written.get('requests') ?? []).map(
    ({ body }) => (JSON.parse(String(body)) as Pick<AccessRequest, 'rights'>).rights,
  );
  const rights = planned.flat().map(({ provider, key }) => ({
    provider,
    resource: key.replace(/\S+$/, ''),
  }));
  const plans = planned.map((all) => (other: string) => planHashOf(moved(all, address, other)));
  const places = (written.get('copies') ?? []).map(({ platform, where }) => {
    const { channel } = JSON.parse(String(where)) as { channel: string };
    return { platform: String(platform), channel };
  });
  const texts = (written.get('texts') ?? []).map(({ text }) => String(text));
  return { rights, places, texts, plans };
}

/** The same rights for another address. */
function moved(rights: readonly PlannedRight[], from: string, to: string): PlannedRight[] {
  const all: PlannedRight[] = JSON.parse(JSON.stringify(rights).replaceAll(from, to));
  return all.map((right) => ({ ...right, accessId: accessIdOf(right.provider, right.key) }));
}

/** The words of a life that are its own, the derived ones with those that they are derived from. */
function wordsOf(names: Names, { rights, places, texts, plans }: Roots): readonly string[] {
  const { request, address, holder, principal, salts, deliveries, message } = names;
  const accesses = rights.map(({ provider, resource }) =>
    accessIdOf(provider, `${resource}${address}`),
  );
  const copies = places.map(({ platform, channel }) =>
    copyIdOf(request as RequestId, platform, `channel/${channel}`),
  );
  const digests = texts.map((text, nth) => sha256(`${salts[nth]}\n${text}`));
  const planned = plans.map((plan) => plan(address));
  const posted = message === '' ? '' : JSON.stringify(message);
  const shown = holder.slice(0, 1).toUpperCase() + holder.slice(1);
  const own = [request, address, holder, shown, principal, posted];
  return [...own, ...accesses, ...copies, ...planned, ...digests, ...salts, ...deliveries];
}

/** Names that nobody has yet, the same ones for the same number. */
export function namesFor(
  nth: number,
  like: Names,
): Pick<Names, 'request' | 'salts' | 'deliveries' | 'message'> {
  const random = (what: string) => createHash('sha256').update(`${what} ${nth}`).digest();
  return {
    request: requestIdFrom(random('request')),
    salts: like.salts.map((_, text) => random(`salt ${text}`).toString('hex').slice(0, 32)),
    deliveries: like.deliveries.map((key) => `${key}-${nth}`),
    message: `m${1_000_000 + nth}`,
  };
}

export function principalFor(nth: number): string {
  return principalIdFrom(createHash('sha256').update(`person ${nth}`).digest());
}

export class Stamp {
  readonly #rows: readonly {
    readonly table: Table;
    readonly row: Readonly<Record<string, Template>>;
  }[];
  readonly #roots: Roots;

  constructor({ written, names }: Life) {
    this.#roots = rootsOf(written, names);
    const words = wordsOf(names, this.#roots);
    const firstSeq = Number(written.get('audit')?.[0]?.seq ?? 1);
    const cut = new RegExp(
      [...words.filter((word) => word !== '')]
        .sort((a, b) => b.length - a.length)
        .map(escaped)
        .concat(INSTANT)
        .join('|'),
    );
    const shape: Shape = { words, cut, before: firstSeq - 1 };
    this.#rows = TABLES.flatMap((table) =>
      (written.get(table) ?? []).map((row) => ({ table, row: templateOf(table, row, shape) })),
    );
  }

  /** @param seq of the last entry before this life @returns its rows; the chain is linked by whoever writes them */
  rows(names: Names, seq: number): readonly { readonly table: Table; readonly row: Row }[] {
    const fresh = { words: wordsOf(names, this.#roots), later: names.later, seq };
    return this.#rows.map(({ table, row }) => ({ table, row: filled(row, fresh) }));
  }
}

interface Shape {
  readonly words: readonly string[];
  readonly cut: RegExp;
  readonly before: number;
}

function templateOf(table: Table, row: Row, shape: Shape): Readonly<Record<string, Template>> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !(table === 'effects' && column === 'id'))
      .map(([column, value]) => [column, valueTemplate(table, column, value, shape)]),
  );
}

function valueTemplate(table: Table, column: string, value: Value, shape: Shape): Template {
  if (typeof value === 'string') {
    const parts = partsOf(value, shape);
    return table === 'audit' && column === 'body'
      ? parts.flatMap((p) => numbered(p, shape))
      : parts;
  }
  if (value === null) return null;
  if (column === 'seq' || column === 'told_seq') return ({ seq }) => seq + value - shape.before;
  if (new RegExp(`^${INSTANT}$`).test(`${value}`)) return ({ later }) => value + later;
  return value;
}

/** NB. A word may occur in many places; each is looked for in what the one before it left. */
function partsOf(text: string, { words, cut }: Shape): Part[] {
  const parts: Part[] = [];
  let rest = text;
  for (let found = cut.exec(rest); found !== null; found = cut.exec(rest)) {
    const [word] = found;
    const nth = words.indexOf(word);
    parts.push(rest.slice(0, found.index));
    if (nth >= 0) parts.push(({ words }) => words[nth] ?? '');
    else parts.push(({ later }) => Number(word) + later);
    rest = rest.slice(found.index + word.length);
  }
  return [...parts, rest];
}

/** Where an entry's body names its own place in the chain. */
function numbered(part: Part, { before }: Shape): Part[] {
  const found = typeof part === 'string' ? /"seq":(\d+)/.exec(part) : null;
  if (typeof part !== 'string' || found === null) return [part];
  const at = found.index + '"seq":'.length;
  const nth = Number(found[1]) - before;
  return [part.slice(0, at), ({ seq }) => seq + nth, part.slice(at + String(found[1]).length)];
}

function filled(row: Readonly<Record<string, Template>>, fresh: Fresh): Row {
  const values: Record<string, Value> = {};
  for (const [column, template] of Object.entries(row)) values[column] = fill(template, fresh);
  return values;
}

function fill(template: Template, fresh: Fresh): Value {
  if (template === null || typeof template === 'number') return template;
  if (typeof template === 'function') return template(fresh);
  let text = '';
  for (const part of template) text += typeof part === 'string' ? part : part(fresh);
  return text;
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
