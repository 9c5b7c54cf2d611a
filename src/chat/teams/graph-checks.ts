/** May the app ask Graph what it must? Tried, and not read out of a token, whose inside is not for us. */
import { z } from 'zod';
import { ChatError, type ChatFinding, type ChatIo } from '../platform.ts';
import type { GraphClient } from './graph.ts';
import { type Installation, NOT_PUBLISHED } from './installation.ts';
import { pathTo } from './odata.ts';
import { GRAPH_PERMISSIONS, type GraphPermission } from './permissions.ts';

export async function checkGraph(
  graph: GraphClient,
  installation: Installation,
  io: ChatIo,
): Promise<readonly ChatFinding[]> {
  const { users, groups, catalog } = GRAPH_PERMISSIONS;
  return Promise.all([
    finding(users, () => readUser(graph, io)),
    finding(groups, () => readGroup(graph, io)),
    finding(catalog, () => findApp(installation, io)),
  ]);
}

/** @param attempt answers with what is wrong although it is allowed */
async function finding(
  { name, purpose, required }: GraphPermission,
  attempt: () => Promise<string | undefined>,
): Promise<ChatFinding> {
  const level = required ? 'fault' : 'warning';
  try {
    const wrong = await attempt();
    if (wrong !== undefined) return { level, message: wrong };
    return { level: 'ok', message: `Graph allows the app to ${purpose}.` };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    const isMissing = error.code === 'permission-denied';
    const needed = `${name}, needed to ${purpose}`;
    const message = isMissing
      ? `Graph does not allow the app ${needed}. ${error.message}`
      : `It could not be told whether the app may use ${needed}. ${error.message}`;
    return { level, message };
  }
}

async function readUser(graph: GraphClient, io: ChatIo): Promise<string | undefined> {
  const shape = z.object({ value: z.array(z.object({ accountEnabled: z.boolean().nullish() })) });
  const path = pathTo(['users'], { $select: 'id,accountEnabled', $top: '1' });
  const { value } = await graph.get(path, shape, io);
  const isTold = value.every(({ accountEnabled }) => typeof accountEnabled === 'boolean');
  return isTold
    ? undefined
    : `Graph keeps back accountEnabled: grant ${GRAPH_PERMISSIONS.users.name}.`;
}

async function readGroup(graph: GraphClient, io: ChatIo): Promise<undefined> {
  const path = pathTo(['groups'], { $select: 'id', $top: '1' });
  await graph.get(path, z.object({ value: z.array(z.unknown()) }), io);
}

async function findApp(installation: Installation, io: ChatIo): Promise<string | undefined> {
  const found = await installation.inCatalog(io);
  return found.length === 0 ? NOT_PUBLISHED : undefined;
}
