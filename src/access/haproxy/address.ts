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
