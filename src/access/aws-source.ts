/** From where somebody comes, as all providers at AWS take it: in the one form that AWS keeps. */
import { z } from 'zod';
import {
  formatNetwork,
  isNobodys,
  type Network,
  parseNetwork,
  withoutHostBits,
} from '../core/ip.ts';

const FLOOR = { v4: 32, v6: 128 };

export const networksShape = z
  .strictObject({
    v4: z
      .int()
      .min(16)
      .max(32)
      .default(FLOOR.v4)
      .meta({ description: 'Of IPv4', examples: [28] }),
    v6: z
      .int()
      .min(48)
      .max(128)
      .default(FLOOR.v6)
      .meta({ description: 'Of IPv6', examples: [64] }),
  })
  .default(FLOOR)
  .meta({
    description: 'The shortest prefix lengths let in here, whatever the role’s input lets in',
    examples: [{ v4: 28, v6: 64 }],
  });

export const cidrShape = z.string().regex(/^[0-9a-f.:]+\/\d{1,3}$/);

export type Source =
  | { readonly kind: 'source'; readonly cidr: string }
  | { readonly kind: 'refused'; readonly why: string };

export function sourceOf(
  text: string,
  { networks }: { readonly networks: z.infer<typeof networksShape> },
): Source {
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
