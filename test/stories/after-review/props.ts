/** What these stories break on purpose: the chat adapter and the provider of a stage. */
import type { Provider } from '../../../src/access/provider.ts';
import type { Conversation, MessageRef, Platform } from '../../../src/chat/platform.ts';
import type { Stage } from '../stage.ts';

export const ASK = 'lb-admin 1h rotate the edge certificate';
export const KEY = 'edge-admin for ada@example.com';

export function chatOf(stage: Stage): Platform {
  const platform = stage.app.service.shell.platforms.get('local');
  if (platform === undefined) throw new Error('no local chat');
  return platform;
}

export function providerOf(stage: Stage): Provider {
  const provider = stage.app.service.shell.providers.get('memory');
  if (provider === undefined) throw new Error('no memory provider');
  return provider;
}

export function isIn(where: Conversation, channel: string): boolean {
  return where.kind === 'channel' && where.channel.includes(channel);
}

/** Which channel a message of local chat stands in. */
export function stands(stage: Stage, at: MessageRef, channel: string): boolean {
  const message = stage.workspace.board.get((at as unknown as { message: string }).message);
  return message?.place.kind === 'channel' && message.place.channel.includes(channel);
}

export async function approved(stage: Stage) {
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  return id;
}
