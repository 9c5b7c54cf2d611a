/** IP addresses and networks as numbers, so that equal ones have one spelling and overlap is plain. */
import { isIPv4, isIPv6, SocketAddress } from 'node:net';

export interface Network {
  readonly family: 4 | 6;
  /** The first address; host bits are zero. */
  readonly base: bigint;
  /** The prefix length. */
  readonly length: number;
}

/** `exact`: no bit is set beyond the prefix, as in `10.0.0.0/8` and unlike `10.0.0.9/8`. */
export interface ParsedNetwork {
  readonly network: Network;
  readonly exact: boolean;
}

const WIDTH = { 4: 32, 6: 128 } as const;
const MAPPED_PREFIX = 0xffffn;

/** `192.0.2.7`, `10.0.0.0/8`, `2001:db8::/32`. IPv4-mapped IPv6 is read as the IPv4 that it means. */
export function parseNetwork(text: string): ParsedNetwork | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = parseAddress(address);
  if (bits === undefined || rest.length > 0) return undefined;
  const width = WIDTH[bits.family];
  const length = prefix === undefined ? width : parseLength(prefix, width);
  return length === undefined ? undefined : unmapped(bits.family, bits.value, length);
}

/** As HAProxy and people write it: a single address without its prefix length, IPv6 compressed. */
export function formatNetwork(network: Network): string {
  const address = network.family === 4 ? format4(network.base) : format6(network.base);
  return network.length === WIDTH[network.family] ? address : `${address}/${network.length}`;
}

/** One contains the other, or they are equal: prefixes cannot overlap in any other way. */
export function overlaps(a: Network, b: Network): boolean {
  if (a.family !== b.family) return false;
  const shift = BigInt(WIDTH[a.family] - Math.min(a.length, b.length));
  return a.base >> shift === b.base >> shift;
}

export function contains(outer: Network, inner: Network): boolean {
  return outer.length <= inner.length && overlaps(outer, inner);
}

interface Bits {
  readonly family: 4 | 6;
  readonly value: bigint;
}

function parseAddress(text: string): Bits | undefined {
  if (isIPv4(text)) return { family: 4, value: value4(text) };
  // isIPv6 lets a zone in (`fe80::1%eth0`), which means something on one machine only.
  if (isIPv6(text) && !text.includes('%')) return { family: 6, value: value6(text) };
  return undefined;
}

function parseLength(text: string, width: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const length = Number(text);
  return length <= width ? length : undefined;
}

function unmapped(family: 4 | 6, value: bigint, length: number): ParsedNetwork {
  const mapped = family === 6 && length >= 96 && value >> 32n === MAPPED_PREFIX;
  return mapped ? cut(4, value & 0xffffffffn, length - 96) : cut(family, value, length);
}

function cut(family: 4 | 6, value: bigint, length: number): ParsedNetwork {
  const shift = BigInt(WIDTH[family] - length);
  const base = (value >> shift) << shift;
  return { network: { family, base, length }, exact: base === value };
}

function value4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function value6(text: string): bigint {
  const [head = '', tail] = hexTail(text).split('::');
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const gap = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...gap, ...after].reduce(
    (sum, part) => (sum << 16n) + BigInt(`0x${part}`),
    0n,
  );
}

function groups(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

/** `::ffff:192.0.2.7` → `::ffff:c000:207` */
function hexTail(text: string): string {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const value = value4(text.slice(start));
  return `${text.slice(0, start)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function format4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => ((value >> shift) & 0xffn).toString()).join('.');
}

function format6(value: bigint): string {
  const hex = value.toString(16).padStart(32, '0');
  const address = hex.replace(/(.{4})(?=.)/g, '$1:');
  return new SocketAddress({ address, family: 'ipv6' }).address;
}
