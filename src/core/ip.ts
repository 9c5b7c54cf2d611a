/** Addresses and networks as text, in the one form that is compared and written to a target. */

export interface Network {
  readonly family: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;
const MAPPED = 0xffffn << 32n;

/**
 * `192.0.2.7`, `192.0.2.0/24`, `2001:db8::1`. An IPv4-mapped address is the IPv4 address in it.
 *
 * @returns undefined for anything else: leading zeros, zones (`fe80::1%eth0`), half an address
 */
export function parseNetwork(text: string): Network | undefined {
  const parts = /^([0-9a-f:.]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text);
  if (parts === null) return undefined;
  const address = parts[1] ?? '';
  const family = address.includes(':') ? 6 : 4;
  const bits = family === 6 ? parseV6(address) : parseV4(address);
  const prefix = parts[2] === undefined ? WIDTH[family] : Number(parts[2]);
  if (bits === undefined || prefix > WIDTH[family]) return undefined;
  return unmapped({ family, bits, prefix });
}

/** `192.0.2.7` for a single address, `192.0.2.0/24` for more; IPv6 as RFC 5952 wants it. */
export function formatNetwork(network: Network): string {
  const address = network.family === 4 ? formatV4(network.bits) : formatV6(network.bits);
  return isSingle(network) ? address : `${address}/${network.prefix}`;
}

export function isSingle(network: Network): boolean {
  return network.prefix === WIDTH[network.family];
}

/** The network with every bit beyond the prefix cleared. */
export function withoutHostBits(network: Network): Network {
  const rest = BigInt(WIDTH[network.family] - network.prefix);
  return { ...network, bits: (network.bits >> rest) << rest };
}

/** Addresses that no client ever comes from: unspecified, multicast, broadcast. */
export function isNobodys(network: Network): boolean {
  if (network.family === 6) return network.bits === 0n || network.bits >> 120n === 0xffn;
  const first = network.bits >> 24n;
  return first === 0n || (first >= 224n && first <= 239n) || network.bits === 0xffffffffn;
}

function unmapped(network: Network): Network {
  const isMapped = network.family === 6 && network.prefix >= 96 && network.bits >> 32n === 0xffffn;
  if (!isMapped) return network;
  return { family: 4, bits: network.bits ^ MAPPED, prefix: network.prefix - 96 };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let bits = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    bits = (bits << 8n) | BigInt(part);
  }
  return bits;
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [
    groups(halves[0] ?? '', halves.length === 1),
    groups(halves[1] ?? '', true),
  ];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return all.reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** The 16-bit groups of half an address; an IPv4 address at the very end makes two. */
function groups(half: string, isEnd: boolean): readonly bigint[] | undefined {
  if (half === '') return [];
  const found: bigint[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 =
      isEnd && part.includes('.') && index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) found.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) found.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return found;
}

function formatV4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.');
}

function formatV6(bits: bigint): string {
  const parts = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const gap = longestZeros(parts);
  if (gap.length < 2) return parts.join(':');
  const [head, tail] = [parts.slice(0, gap.start), parts.slice(gap.start + gap.length)];
  return `${head.join(':')}::${tail.join(':')}`;
}

function longestZeros(parts: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, part] of parts.entries()) {
    length = part === '0' ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
