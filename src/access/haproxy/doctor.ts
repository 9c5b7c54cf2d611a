/** May we write, does the map exist, and would a missing entry turn anybody away? */
import { readFile } from 'node:fs/promises';
import { formatDuration } from '../../core/time.ts';
import { versionOf } from '../haproxy-findings.ts';
import { word } from '../haproxy-runtime.ts';
import type { Finding, Io } from '../provider.ts';
import { ProviderError } from '../provider.ts';
import { NodeClient } from './client.ts';
import { ruleFindings } from './config-rules.ts';
import type { KeyMode } from './key.ts';
import { type Connection, counterOf, modeOf, type Target } from './target.ts';
import { type Counter, parseTable } from './uses.ts';

export async function examine(
  connection: Connection,
  target: Target,
  io: Io,
): Promise<readonly Finding[]> {
  const nodes = connection.nodes.map((node) => examineNode(new NodeClient(node, io), target));
  return [...(await Promise.all(nodes)).flat(), ...(await examineConfig(connection, target, io))];
}

async function examineNode(client: NodeClient, target: Target): Promise<readonly Finding[]> {
  try {
    return [
      await versionOf(client),
      await allowed(client, target),
      await known(client, target.map),
      await kindOfMap(client, target),
      ...(await counted(client, counterOf(target))),
    ];
  } catch (error) {
    if (error instanceof ProviderError) return [{ level: 'fault', message: error.message }];
    throw error;
  }
}

/**
 * HAProxy 2.6.12 lets `level user` write maps too (measured), so that who can open the socket can open
 * the gate. Cutting connections needs `level admin`.
 */
async function allowed(client: NodeClient, { cut }: Target): Promise<Finding> {
  const level = (await client.ask(['show', 'cli', 'level'])).trim();
  // HAProxy has no smaller right for this, so it is said, and no fault.
  if (level === 'admin')
    return {
      level: 'ok',
      message: `${client.name}: level admin, by which anything can be done that its command line can do.`,
    };
  const message = `${client.name}: the socket is of level ${level.slice(0, 20)}, not admin`;
  return cut.length > 0
    ? { level: 'fault', message: `${message}: connections cannot be cut.` }
    : { level: 'warning', message: `${message}: other versions may not let it write maps.` };
}

/** An entry that has longer to live than the policy says would make every use look later than it was. */
async function counted(
  client: NodeClient,
  counter: Counter | undefined,
): Promise<readonly Finding[]> {
  if (counter === undefined) return [];
  const { table, expire } = counter;
  const { entries } = parseTable(await client.ask(['show', 'table', word(table)]), client.name);
  const longest = Math.max(0, ...entries.map(({ expiresIn }) => expiresIn));
  const limit = formatDuration(expire);
  return longest > expire
    ? [
        {
          level: 'fault',
          message: `${client.name}: an entry of ${table} lives for longer than ${limit}: its \`expire\` is another in the policy.`,
        },
      ]
    : [{ level: 'ok', message: `${client.name}: ${table} counts uses.` }];
}

/** `0 (/etc/haproxy/jit.map) pattern loaded from file '…' used by map at file 'h.cfg' line 15. …` */
async function known(client: NodeClient, map: string): Promise<Finding> {
  const maps = (await client.ask(['show', 'map'])).split('\n');
  const line = maps.find((one) => one.includes(` (${map}) `));
  if (line === undefined) {
    return { level: 'fault', message: `${client.name}: this process knows no map ${map}.` };
  }
  const uses = [...line.matchAll(/used by map at file '([^']+)' line (\d+)/g)];
  const where = uses.map(([, file, at]) => `${file}:${at}`).join(', ');
  return {
    level: 'ok',
    message: `${client.name}: ${map} is used at ${where || 'an unknown place'}.`,
  };
}

const PROBES: Readonly<Record<KeyMode, { readonly key: string; readonly type: string }>> = {
  ip: { key: '192.0.2.1', type: 'ip' },
  email: { key: 'nobody@example.org', type: 'str' },
};

/** `type=ip, case=sensitive, found=no`: how the configuration looks keys up. */
async function kindOfMap(client: NodeClient, target: Target): Promise<Finding> {
  const { key, type } = PROBES[modeOf(target)];
  const said = await client.ask(['get', 'map', word(target.map), key]);
  const types = [...said.matchAll(/^type=(\w+)/gm)].map((match) => match[1]);
  return types.length > 0 && types.every((one) => one === type)
    ? { level: 'ok', message: `${client.name}: keys are looked up as ${type}.` }
    : {
        level: 'fault',
        message: `${client.name}: keys are looked up as ${types.join(', ') || 'nothing known'}, not ${type}: use map_${type}_int.`,
      };
}

async function examineConfig(
  { config }: Connection,
  target: Target,
  io: Io,
): Promise<readonly Finding[]> {
  if (config === null) return [unchecked('no `config:` is given')];
  try {
    const text = await readFile(config, { encoding: 'utf8', signal: io.signal });
    return ruleFindings(text, { map: target.map, mode: modeOf(target), style: target.style });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return [unchecked(`${config} cannot be read (${code})`)];
  }
}

function unchecked(because: string): Finding {
  return {
    level: 'warning',
    message: `Not checked, because ${because}: that a deny rule uses the map, and that it compares with date(). The runtime API does not show rules.`,
  };
}
