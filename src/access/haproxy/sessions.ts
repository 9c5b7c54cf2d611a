/** Reads `show sess`, to find the open connections of one source on named frontends. */
import { type Network, parseNetwork } from '../../core/ip.ts';
import { ProviderError } from '../provider.ts';
import { letsIn } from './address.ts';
import type { NodeClient } from './client.ts';
import type { GateKey } from './key.ts';

interface Session {
  readonly pointer: string;
  readonly source: string;
  readonly frontend: string;
}

/** One that an entry for the key in question let in. */
export interface OpenSession {
  readonly pointer: string;
  readonly from: Network;
}

/**
 * HAProxy names a session by its memory address. Between the list and the cut, one may end and another
 * take its place, which is then cut instead: its client connects again.
 */
export async function openSessions(
  client: Pick<NodeClient, 'name' | 'ask'>,
  frontends: readonly string[],
  key: GateKey,
): Promise<readonly OpenSession[]> {
  if (frontends.length === 0 || key.mode !== 'ip') return [];
  const sessions = parseSessions(await client.ask(['show', 'sess']), client.name);
  return sessions.flatMap(({ pointer, source, frontend }) => {
    const from = addressOf(source);
    const isLetIn = from !== undefined && letsIn(key.network, from);
    return isLetIn && frontends.includes(frontend) ? [{ pointer, from }] : [];
  });
}

/** `0x55bf…: proto=tcpv4 src=127.0.0.5:53771 fe=tcpfe be=tcpbe srv=s1 …`, one session a line */
export function parseSessions(answer: string, node: string): readonly Session[] {
  if (/^Permission denied/.test(answer)) {
    throw new ProviderError('permission-denied', `${node}: \`show sess\` needs \`level admin\``);
  }
  if (!answer.endsWith('\n\n'))
    throw new ProviderError('bad-answer', `${node}: sessions cut short`);
  return answer
    .trimEnd()
    .split('\n')
    .flatMap((line) => parseSession(line, node));
}

/** What has no source of its own, such as a health check, has no client either. */
function parseSession(line: string, node: string): readonly Session[] {
  const [, pointer, rest = ''] = /^(0x[0-9a-f]+): proto=\S+ (.*)$/.exec(line) ?? [];
  const [, source, frontend] = /^src=(\S+) fe=(\S+) /.exec(rest) ?? [];
  if (pointer === undefined || (source === undefined && rest.startsWith('src=')))
    throw new ProviderError(
      'bad-answer',
      `${node}: no session: ${JSON.stringify(line.slice(0, 100))}`,
    );
  return source === undefined || frontend === undefined ? [] : [{ pointer, source, frontend }];
}

/** `192.0.2.7:53771` or, for IPv6, `2001:db8::1:53771`: the port follows the last colon. */
function addressOf(source: string): Network | undefined {
  return parseNetwork(source.slice(0, source.lastIndexOf(':')));
}
