/** Puts the bot before people who have never met it: only then can it write to them. */
import { z } from 'zod';
import { ChatError, type ChatIo } from '../platform.ts';
import type { GraphClient } from './graph.ts';
import { GraphFault } from './graph-errors.ts';
import { GUID } from './guid.ts';
import { literal, pathTo } from './odata.ts';
import { GRAPH_PERMISSIONS, type GraphPermission } from './permissions.ts';

const appShape = z.object({
  id: z.string().regex(/^[\w-]{1,100}$/),
  externalId: z.string().nullish(),
  distributionMethod: z.string().nullish(),
});

export class Installation {
  readonly #graph: GraphClient;
  readonly #appId: string;

  /** @param appId MICROSOFT_APP_ID, which is the id in the manifest too */
  constructor(graph: GraphClient, appId: string) {
    this.#graph = graph;
    this.#appId = appId.toLowerCase();
  }

  /** @throws ChatError `undeliverable`, with why, when it cannot be installed for them */
  async installFor(userId: string, io: ChatIo): Promise<void> {
    if (!GUID.test(userId)) throw new ChatError('undeliverable', NOBODY);
    const app = await this.#inCatalog(io);
    const bound = this.#graph.addressOf(pathTo(['appCatalogs', 'teamsApps', app]));
    const path = pathTo(['users', userId, 'teamwork', 'installedApps']);
    try {
      await this.#graph.post(path, { 'teamsApp@odata.bind': bound }, io);
    } catch (error) {
      if (statusOf(error) === 409) return;
      throw deadEnd(error, GRAPH_PERMISSIONS.installation);
    }
  }

  async #inCatalog(io: ChatIo): Promise<string> {
    const [only, ...others] = await this.inCatalog(io).catch((error: unknown) => {
      throw deadEnd(error, GRAPH_PERMISSIONS.catalog);
    });
    if (only === undefined) throw new ChatError('undeliverable', NOT_PUBLISHED);
    if (others.length > 0)
      throw new ChatError('bad-answer', 'Several apps in the catalog have the same id.');
    return only;
  }

  /** The ids in the organization's catalog of what was published there under our manifest's id. */
  async inCatalog(io: ChatIo): Promise<readonly string[]> {
    const ours = `externalId eq ${literal(this.#appId)}`;
    const path = pathTo(['appCatalogs', 'teamsApps'], { $filter: ours });
    const apps = await this.#graph.list(path, appShape, io);
    if (!apps.every(({ externalId }) => externalId?.toLowerCase() === this.#appId))
      throw new ChatError('bad-answer', 'Graph tells of an app that was not asked about.');
    return apps.flatMap((app) => (app.distributionMethod === 'organization' ? [app.id] : []));
  }
}

export const NOT_PUBLISHED =
  "Hallpass is not in the organization's app catalog: publish its app package in the Teams admin centre.";

const NOBODY = 'Teams has nobody there to write to.';

/** A refusal stays one until an administrator does something, and nobody waits for a message that long. */
function deadEnd(error: unknown, { name, purpose }: GraphPermission): unknown {
  const status = statusOf(error);
  if (status === 403)
    return new ChatError(
      'undeliverable',
      `Graph does not allow it: ${name} is needed to ${purpose}.`,
      {
        cause: error,
      },
    );
  if (status === 404) return new ChatError('undeliverable', NOBODY, { cause: error });
  return error;
}

function statusOf(error: unknown): number | undefined {
  const cause = error instanceof ChatError ? error.cause : undefined;
  return cause instanceof GraphFault ? cause.status : undefined;
}
