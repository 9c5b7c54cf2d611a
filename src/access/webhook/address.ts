/**
 * Which address a receiver's name may stand for. It is looked up once, and what was looked at is what is
 * connected to: a name that means something else a moment later leads nowhere else.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { ProviderError } from '../provider.ts';

/** Hosts that may be called, and the addresses below them that are not public. */
export type Hosts = ReadonlyMap<string, readonly string[]>;

export type Resolve = (host: string) => Promise<readonly string[]>;

/**
 * Of IPv6 only 2000::/3 is given to anybody for the public: whatever is outside of it is not, be it written
 * for an address of IPv4 or not known yet. Inside of it, as of IPv4, what the registries except.
 *
 * https://www.iana.org/assignments/ipv6-address-space
 * https://www.iana.org/assignments/iana-ipv4-special-registry, and the same for IPv6
 */
const NOT_PUBLIC = {
  ipv4: listOf([
    ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
    ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15'],
    ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3', '192.88.99.0/24'],
  ]),
  ipv6: listOf([
    '::/3',
    '4000::/2',
    '8000::/1',
    '2001::/23',
    '2001:db8::/32',
    '2002::/16',
    '3fff::/20',
  ]),
};

export const resolveByDns: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** @throws ProviderError unless every address that the name stands for may be called */
export async function addressOf(
  url: URL,
  hosts: Hosts,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<string> {
  const host = hostOf(url);
  const networks = hosts.get(host);
  if (networks === undefined)
    throw new ProviderError('misconfigured', `${host} is not in HALLPASS_WEBHOOK_HOSTS`);
  const found = isIP(host) === 0 ? await lookedUp(host, resolve, signal) : [host];
  const listed = listOf([...networks, ...(isIP(host) === 0 ? [] : [host])]);
  const [first] = found;
  if (first === undefined) throw new ProviderError('unavailable', `${host} has no address`);
  for (const address of found) mayCall(host, address, listed);
  return first;
}

/** As it is compared: without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** NB. One address that must not be called spoils the name: which is taken would be left to chance. */
function mayCall(host: string, address: string, listed: BlockList): void {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (NOT_PUBLIC[family].check(address, family) && !listed.check(address, family))
    throw new ProviderError(
      'misconfigured',
      `${host} stands for ${address}, which is not public and not listed for it`,
    );
}

function lookedUp(host: string, resolve: Resolve, signal: AbortSignal): Promise<readonly string[]> {
  return orAborted(resolve(host), signal).catch((cause: unknown) => {
    const code = signal.aborted ? 'timeout' : 'unavailable';
    throw new ProviderError(code, `${host} cannot be looked up`, { cause });
  });
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}
