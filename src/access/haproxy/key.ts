/** What a map entry lets in: a source address or network, or the e-mail that a proxy vouches for. */
import { formatNetwork, type Network, parseNetwork, withoutHostBits } from '../../core/ip.ts';
import { overlaps, parseMapKey, sameNetwork } from './address.ts';

export type KeyMode = 'ip' | 'email';

export type GateKey =
  | { readonly mode: 'ip'; readonly text: string; readonly network: Network }
  | { readonly mode: 'email'; readonly text: string };

export type AskedKey =
  | { readonly kind: 'key'; readonly key: GateKey }
  | { readonly kind: 'refused'; readonly why: string };

/** The shortest prefix lengths that a target lets in. */
export interface Widest {
  readonly v4: number;
  readonly v6: number;
}

/** Stricter than any standard: only what needs no quoting, in a map file or at the runtime API. */
const EMAIL = /^[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9][a-z0-9.-]{0,188}[a-z0-9]$/i;

export function askedEmail(text: string): AskedKey {
  if (text === '')
    return refused('Your chat account shows no e-mail address, and this gate goes by it.');
  // Matched before it is lowered: the Kelvin sign, for one, becomes a plain `k`.
  if (!EMAIL.test(text))
    return refused('This gate cannot hold your e-mail address as it is written.');
  return { kind: 'key', key: { mode: 'email', text: text.toLowerCase() } };
}

export function askedNetwork(text: string, widest: Widest): AskedKey {
  const network = parseNetwork(text.trim());
  if (network === undefined) return refused('That is no IP address or network, such as 192.0.2.7.');
  const whole = withoutHostBits(network);
  const written = formatNetwork(whole);
  if (network.bits !== whole.bits) {
    return refused(`That names a host inside a network. Did you mean ${written}?`);
  }
  const why = forbidden(network) ?? tooWide(network, widest);
  return why === undefined
    ? { kind: 'key', key: { mode: 'ip', text: written, network } }
    : refused(`${written} ${why}`);
}

/** A key as it stands in a map or in a handle, or undefined when it is none of this mode. */
export function readKey(mode: KeyMode, text: string): GateKey | undefined {
  if (mode === 'email') return { mode, text };
  const network = parseMapKey(text);
  return network && { mode, text: formatNetwork(network), network };
}

export function sameKey(a: GateKey, b: GateKey): boolean {
  return a.mode === b.mode && a.text === b.text;
}

/** Different entries of which HAProxy uses only the narrower where both would match. */
export function shadows(a: GateKey, b: GateKey): boolean {
  return a.mode === 'ip' && b.mode === 'ip' && !sameKey(a, b) && overlaps(a.network, b.network);
}

const SIX_TO_FOUR = known('2002::/16');
const COMPATIBLE = known('::/96');
const LOOPBACK = known('::1');
const MAPPED = known('::ffff:0:0/95');
const THIS_HOST = known('0.0.0.0/8');

function forbidden(asked: Network): string | undefined {
  if (overlaps(asked, THIS_HOST)) return 'is not the address of a host.';
  if (sameNetwork(asked, LOOPBACK)) return undefined;
  // HAProxy 2.6 looks these up as the IPv4 address they carry (measured), so they are two keys at once.
  const twofold = [SIX_TO_FOUR, COMPATIBLE, MAPPED].some((special) => overlaps(asked, special));
  return twofold ? 'carries IPv4 addresses inside IPv6. Give the IPv4 address itself.' : undefined;
}

function tooWide(asked: Network, widest: Widest): string | undefined {
  const least = asked.family === 4 ? widest.v4 : widest.v6;
  return asked.prefix < least ? `is too wide: at most a /${least} fits here.` : undefined;
}

function known(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`${text} is not a network`);
  return network;
}

function refused(why: string): AskedKey {
  return { kind: 'refused', why };
}
