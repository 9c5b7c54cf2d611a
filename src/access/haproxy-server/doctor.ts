/** May we set servers, is the server known, and is it in one of its two states? */
import { versionOf } from '../haproxy-findings.ts';
import type { Finding, Io } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { ServerNode } from './client.ts';
import { placeAt, whoIsAtIt } from './position.ts';
import type { Server } from './servers.ts';
import { comesToNothing, settingText } from './setting.ts';
import type { Handle, Rule } from './target.ts';

/** @param server null: whichever the requester names */
export async function examine(
  rule: Rule,
  server: string | null,
  io: Io,
): Promise<readonly Finding[]> {
  const nodes = rule.nodes.map((node) => examineNode(new ServerNode(node, io), rule, server));
  return (await Promise.all(nodes)).flat();
}

async function examineNode(
  client: ServerNode,
  rule: Rule,
  server: string | null,
): Promise<readonly Finding[]> {
  try {
    const first = [await versionOf(client), await allowed(client)];
    const servers = await client.servers(rule.backend);
    const names = server === null ? servers.map(({ name }) => name) : [server];
    const handles = names.map((name): Handle => ({ ...rule, server: name }));
    const each = handles.flatMap((handle) => serverFindings(client.name, handle, servers));
    return [...first, known(client.name, rule, servers), ...each];
  } catch (error) {
    if (error instanceof ProviderError) return [{ level: 'fault', message: error.message }];
    throw error;
  }
}

/** HAProxy 2.6.12 lets nobody else set servers (measured), and has no smaller right for it. */
async function allowed(client: ServerNode): Promise<Finding> {
  const level = (await client.ask(['show', 'cli', 'level'])).trim();
  return level === 'admin'
    ? {
        level: 'ok',
        message: `${client.name}: level admin, by which anything can be done that its command line can do.`,
      }
    : {
        level: 'fault',
        message: `${client.name}: the socket is of level ${level.slice(0, 20)}, not admin: no server can be set.`,
      };
}

function known(node: string, { backend }: Rule, servers: readonly Server[]): Finding {
  const used = servers.filter(({ isUsed }) => isUsed).length;
  const message = `${node}: new sessions come to ${used} of ${servers.length} servers of ${backend}.`;
  return { level: 'ok', message };
}

function serverFindings(
  node: string,
  handle: Handle,
  servers: readonly Server[],
): readonly Finding[] {
  const place = placeAt(node, handle, servers);
  if (place.position === 'missing') return [{ level: 'fault', message: `${place.text}.` }];
  const own = servers.find(({ name }) => name === handle.server);
  const warnings = [
    ...(place.position === 'neither' ? [`${whoIsAtIt(place, handle)}.`] : []),
    ...(place.lastOf === null ? [] : [`${place.lastOf}: it is not set without \`lastServer\`.`]),
    ...(own !== undefined && comesToNothing(own, handle.set)
      ? [`${place.text}, of which ${settingText(handle.set)} comes to 0.`]
      : []),
  ];
  return warnings.map((message) => ({ level: 'warning', message }));
}
