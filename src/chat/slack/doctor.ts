/** May the bot do what it must? */
import type { ChannelRef } from '../../core/policy.ts';
import type { ChatFinding, ChatIo } from '../platform.ts';
import type { Directory } from './directory.ts';
import { scopesNeeded } from './methods.ts';

export async function examine(
  directory: Directory,
  channels: readonly ChannelRef[],
  io: ChatIo,
): Promise<readonly ChatFinding[]> {
  const { team, scopes } = await directory.identity(io);
  const findings: ChatFinding[] = [{ level: 'ok', message: `The bot is at home in ${team}.` }];
  const missing = scopes.length === 0 ? [] : scopesNeeded().filter((one) => !scopes.includes(one));
  for (const scope of missing)
    findings.push({ level: 'fault', message: `The bot's token lacks the scope ${scope}.` });
  for (const { channel } of channels) findings.push(await channelFinding(directory, channel, io));
  return findings;
}

async function channelFinding(
  directory: Directory,
  channel: string,
  io: ChatIo,
): Promise<ChatFinding> {
  const name = channel.replace(/^#/, '');
  const found = await directory.channel(name, io);
  if (found === undefined)
    return { level: 'fault', message: `The bot sees no channel #${name}: invite it there.` };
  if (found.is_member !== true)
    return { level: 'fault', message: `The bot is not in #${name}: invite it there.` };
  return { level: 'ok', message: `#${name} can be posted to.` };
}
