/**
 * How a right was used, by a stick table in which the configuration counts what was let in. HAProxy tells how
 * long an entry has still to live, which is the table's whole time after each use: so the last use is known.
 */
import { isSingle, parseNetwork } from '../../core/ip.ts';
import type { Instant, Millis } from '../../core/time.ts';
import { SECOND } from '../../core/time.ts';
import { refusal } from '../haproxy-errors.ts';
import { word } from '../haproxy-runtime.ts';
import type { Io, Use } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { contains } from './address.ts';
import { NodeClient } from './client.ts';
import type { GateKey } from './key.ts';

/** Where uses are counted. */
export interface Counter {
  readonly table: string;
  /** How long an entry lives after its last use: `expire` of the table. */
  readonly expire: Millis;
}

interface TableEntry {
  readonly key: string;
  /** null: the table stores neither requests nor connections. */
  readonly count: number | null;
  readonly expiresIn: Millis;
  /** By somebody at this very moment. */
  readonly isHeld: boolean;
}

interface Table {
  readonly type: string;
  readonly entries: readonly TableEntry[];
}

const HEAD = /^# table: (\S+), type: (\w+), /;
const ENTRY = /^0x[0-9a-f]+: key=(\S+)((?: [a-z0-9_()]+=\d+)+)$/;

/** `# table: seen, type: ip, size:10240, used:1`, and `0x55…: key=192.0.2.7 use=0 exp=1799731 http_req_cnt=3` */
export function parseTable(answer: string, node: string): Table {
  const [head = '', ...lines] = answer.trimEnd().split('\n');
  const type = HEAD.exec(head)?.[2];
  if (type === undefined) throw refusal(node, answer === '' ? 'no answer' : answer);
  if (!answer.endsWith('\n\n')) throw new ProviderError('bad-answer', `${node}: a table cut short`);
  return { type, entries: lines.flatMap(entryFrom) };
}

/** NB. A key is whatever a client sent. One that is made to look like several fields is nobody's. */
function entryFrom(line: string): readonly TableEntry[] {
  const [, key, rest = ''] = ENTRY.exec(line) ?? [];
  const pairs = rest
    .trim()
    .split(' ')
    .map((pair) => pair.split('='));
  const fields = new Map(pairs.map(([name = '', value]) => [name, Number(value)]));
  const [expiresIn, use] = [fields.get('exp'), fields.get('use')];
  if (key === undefined || expiresIn === undefined || use === undefined) return [];
  if (fields.size !== pairs.length) return [];
  const count = fields.get('http_req_cnt') ?? fields.get('conn_cnt') ?? null;
  return [{ key, count, expiresIn, isHeld: use > 0 }];
}

/** What was counted before is of whoever had the key then. */
export async function forgetUses(
  client: NodeClient,
  { table }: Counter,
  key: GateKey,
): Promise<void> {
  const single = key.mode === 'email' || isSingle(key.network);
  if (!single) return;
  const { type } = parseTable(await client.ask(['show', 'table', word(table)]), client.name);
  const mapped = type === 'ipv6' && key.mode === 'ip' && key.network.family === 4;
  const text = mapped ? `::ffff:${key.text}` : key.text;
  const said = await client.ask(['clear', 'table', word(table), 'key', word(text)]);
  if (said !== '\n') throw refusal(client.name, said);
}

/** An answer comes later than it was asked for, and by that much a use looks earlier than it was. */
const SLOWEST = 5 * SECOND;

export async function usesAt(
  node: string,
  { table, expire }: Counter,
  key: GateKey,
  since: Instant,
  io: Io,
): Promise<Use> {
  const client = new NodeClient(node, io);
  const [info, answer] = await Promise.all([
    client.ask(['show', 'info']),
    client.ask(['show', 'table', word(table)]),
  ]);
  const { entries } = parseTable(answer, node);
  const known = Math.max(io.now - uptimeIn(info, node), io.now - expire);
  const from = known > since ? { from: known } : {};
  const lastOf = ({ isHeld, expiresIn }: TableEntry) =>
    isHeld ? io.now : io.now - Math.max(0, expire - expiresIn);
  const own = entries.filter((entry) => isOf(key, entry.key) && lastOf(entry) >= since - SLOWEST);
  if (own.length === 0) return { kind: 'unused', ...from };
  const lastAt = Math.max(since, ...own.map(lastOf));
  return { kind: 'used', count: sumOf(own, key), lastAt, ...from };
}

/** A process that was started meanwhile knows of nothing before. */
function uptimeIn(info: string, node: string): Millis {
  const seconds = /^Uptime_sec: (\d+)$/m.exec(info)?.[1];
  if (seconds === undefined) throw new ProviderError('bad-answer', `${node}: no uptime`);
  return Number(seconds) * SECOND;
}

function isOf(key: GateKey, text: string): boolean {
  if (key.mode === 'email') return text.toLowerCase() === key.text;
  const network = parseNetwork(text.replace(/^::ffff:(?=\d+\.)/, ''));
  return network !== undefined && contains(key.network, network);
}

/** NB. Of a network nothing was forgotten at the beginning: there may be some of before. */
function sumOf(entries: readonly TableEntry[], key: GateKey): number | null {
  if (key.mode === 'ip' && !isSingle(key.network)) return null;
  return entries.reduce<number | null>(
    (sum, { count }) => (sum === null || count === null ? null : sum + count),
    0,
  );
}

/** What several processes tell: whoever used one of them has used it. */
export function joinUses(uses: readonly Use[]): Use {
  const froms = uses.flatMap((use) => ('from' in use && use.from !== undefined ? [use.from] : []));
  const from = froms.length === 0 ? {} : { from: Math.max(...froms) };
  const used = uses.flatMap((use) => (use.kind === 'used' ? [use] : []));
  if (used.length === 0) return { kind: 'unused', ...from };
  const lastAt = Math.max(...used.flatMap((use) => use.lastAt ?? []));
  const counts = used.map(({ count }) => count);
  const count = counts.includes(null)
    ? null
    : counts.reduce((sum, one) => (sum ?? 0) + (one ?? 0), 0);
  return { kind: 'used', count, lastAt, ...from };
}
