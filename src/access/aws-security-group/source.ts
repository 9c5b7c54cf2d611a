/** From where: in the one form that AWS keeps, so that what was written is found again. */
import {
  formatNetwork,
  isNobodys,
  type Network,
  parseNetwork,
  withoutHostBits,
} from '../../core/ip.ts';
import type { Target } from './target.ts';

export type Source =
  | { readonly kind: 'source'; readonly cidr: string }
  | { readonly kind: 'refused'; readonly why: string };

export function sourceOf(text: string, { networks }: Pick<Target, 'networks'>): Source {
  const network = parseNetwork(text.trim());
  if (network === undefined) return refused('That is no IP address or network, such as 192.0.2.7.');
  const whole = withoutHostBits(network);
  const written = formatNetwork(whole);
  if (whole.bits !== network.bits)
    return refused(`That names a host inside a network. Did you mean ${written}?`);
  if (isNobodys(whole)) return refused(`${written} is nobody's address.`);
  const shortest = network.family === 4 ? networks.v4 : networks.v6;
  if (network.prefix < shortest)
    return refused(`${written} is too wide: at least /${shortest} is asked for here.`);
  return { kind: 'source', cidr: cidrOf(whole) };
}

/** AWS writes the prefix length always. */
function cidrOf(network: Network): string {
  const text = formatNetwork(network);
  return text.includes('/') ? text : `${text}/${network.prefix}`;
}

export function canonicalCidr(text: string): string {
  const network = parseNetwork(text);
  return network === undefined ? text : cidrOf(withoutHostBits(network));
}

function refused(why: string): Source {
  return { kind: 'refused', why };
}
