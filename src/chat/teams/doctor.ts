/** Is everything set up that the bot needs? For `hallpass doctor`. */
import type { ChannelRef } from '../../core/policy.ts';
import { ChatError, type ChatFinding, type ChatIo } from '../platform.ts';
import type { Channels } from './channels.ts';
import { PLATFORM } from './directory.ts';
import type { GraphClient } from './graph.ts';
import { checkGraph } from './graph-checks.ts';
import { CONNECTOR_SCOPE } from './identity.ts';
import type { Installation } from './installation.ts';
import type { Tokens } from './tokens.ts';

export interface DoctorParts {
  readonly tokens: Tokens;
  readonly graph: GraphClient;
  readonly installation: Installation;
  readonly channels: Channels;
}

export async function examine(
  { tokens, graph, installation, channels }: DoctorParts,
  named: readonly ChannelRef[],
  io: ChatIo,
): Promise<readonly ChatFinding[]> {
  const token = await finding('Entra ID gives the bot a token.', () =>
    tokens.token(CONNECTOR_SCOPE, io),
  );
  if (token.level === 'fault') return [token];
  const ours = named.filter(({ platform }) => platform === PLATFORM);
  const found = ours.map(({ channel }) =>
    finding(`The bot is in the team of “${channel}”.`, () => channels.find(channel, io)),
  );
  return [token, ...(await checkGraph(graph, installation, io)), ...(await Promise.all(found))];
}

async function finding(well: string, attempt: () => Promise<unknown>): Promise<ChatFinding> {
  try {
    await attempt();
    return { level: 'ok', message: well };
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { level: 'fault', message: error.message };
  }
}
