/** Networks as HAProxy's maps spell them, and whether two of them touch. */
import { isSingle, type Network, parseNetwork, withoutHostBits } from '../../core/ip.ts';

const WIDTH = { 4: 32, 6: 128 } as const;

/** One contains the other, or they are equal: prefixes cannot overlap in any other way. */
export function overlaps(a: Network, b: Network): boolean {
  if (a.family !== b.family) return false;
  const shift = BigInt(WIDTH[a.family] - Math.min(a.prefix, b.prefix));
  return a.bits >> shift === b.bits >> shift;
}

export function contains(outer: Network, inner: Network): boolean {
  return outer.prefix <= inner.prefix && overlaps(outer, inner);
}

/**
 * Whether an entry for this network lets in who comes from this one address. HAProxy looks an IPv6 address up as itself
 * and then as the IPv4 address that it carries: IPv4-mapped, IPv4-compatible or 6to4, and no other (NAT64 is none of
 * them). An IPv4 address that no IPv4 network has is looked up as IPv4-mapped (all measured with 2.6.12).
 */
export function letsIn(network: Network, from: Network): boolean {
  const other = from.family === 6 ? carriedBy(from) : mappedFrom(from);
  return contains(network, from) || (other !== undefined && contains(network, other));
}

const MAPPED = 0xffffn << 32n;
const SIX_TO_FOUR = 0x2002n;

function mappedFrom({ bits }: Network): Network {
  return { family: 6, bits: MAPPED | bits, prefix: WIDTH[6] };
}

/** NB. IPv4-mapped addresses were read as IPv4 already. */
function carriedBy({ bits }: Network): Network | undefined {
  const isCompatible = bits >> 32n === 0n;
  if (!isCompatible && bits >> 112n !== SIX_TO_FOUR) return undefined;
  const carried = isCompatible ? bits : (bits >> 80n) & 0xffffffffn;
  return { family: 4, bits: carried, prefix: WIDTH[4] };
}

export function sameNetwork(a: Network, b: Network): boolean {
  return a.prefix === b.prefix && overlaps(a, b);
}

/**
 * The key of a map entry. HAProxy 2.6 forgives host bits and takes `10.0.0.0/08` and
 * `10.0.0.0/255.0.0.0` as well (measured).
 *
 * @returns undefined for what is no prefix: a mask with holes, or a host name from the map file
 */
export function parseMapKey(text: string): Network | undefined {
  const [address = '', mask, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const length = mask === undefined ? '' : prefixOf(mask);
  const network = length === undefined ? undefined : parseNetwork(`${address}${length}`);
  return network && withoutHostBits(network);
}

function prefixOf(mask: string): string | undefined {
  if (/^\d{1,3}$/.test(mask)) return `/${Number(mask)}`;
  const dotted = parseNetwork(mask);
  if (dotted?.family !== 4 || !isSingle(dotted)) return undefined;
  const hosts = 0xffffffffn ^ dotted.bits;
  const isPrefix = (hosts & (hosts + 1n)) === 0n;
  return isPrefix ? `/${WIDTH[4] - (hosts === 0n ? 0 : hosts.toString(2).length)}` : undefined;
}
