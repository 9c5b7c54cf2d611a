/** `hallpass audit verify` and `hallpass audit erase`. */
import type { Config } from '../config.ts';
import type { RequestId } from '../core/ids.ts';
import { parseRequestId } from '../core/ids.ts';
import type { Store } from '../store/store.ts';
import { eraseReason } from '../workflow/erase.ts';
import { channelReport } from './audit-channel.ts';
import { verifyAudit } from './audit-verify.ts';
import type { Command, Io } from './command.ts';
import { readArgs, WrongCall } from './command.ts';
import { withStore } from './database.ts';
import { settings } from './settings.ts';

export const auditVerify: Command = {
  help: [
    'Usage: hallpass audit verify [--channel]',
    '',
    'Walks the hash chain of DATABASE_URL, replays it against the stored requests and accesses, and',
    'names the first entry that is bad. It can run while Hallpass runs.',
    '',
    '  --channel   also read the threads in Slack, and compare them with the chain. What a workspace no',
    '              longer keeps is told apart from what was altered.',
  ].join('\n'),
  async run(args, io) {
    const { values } = readArgs(args, { channel: { type: 'boolean' } });
    const channel = values.channel === true;
    const config = settings({ local: false, offline: !channel }, io);
    if (config === undefined) return 1;
    return withStore(config, io, (store) => verify(config, store, channel, io));
  },
};

async function verify(config: Config, store: Store, channel: boolean, io: Io): Promise<number> {
  const { sound, lines } = await verifyAudit(store);
  for (const line of lines) (sound ? io.out : io.err)(line);
  if (!channel) return sound ? 0 : 1;
  const threads = await channelReport(config, store);
  for (const line of threads.lines) (threads.sound ? io.out : io.err)(line);
  return sound && threads.sound ? 0 : 1;
}

export const auditErase: Command = {
  help: [
    'Usage: hallpass audit erase <request>',
    '',
    'Removes the personal texts of a request: its reason, and those of its denial or revocation. The',
    'chain holds only their salted digests, so it stays whole; that it was done is an entry itself.',
    'Cards are drawn again without the text. Thread lines already posted in chat are chat’s to remove.',
  ].join('\n'),
  async run(args, io) {
    const { positionals } = readArgs(args, {}, 1);
    const id = parseRequestId(positionals[0] ?? '');
    if (id === undefined) throw new WrongCall('Which request? An id has ten letters and digits.');
    const config = settings({ local: false, offline: true }, io);
    return config === undefined ? 1 : withStore(config, io, (store) => erase(store, id, io));
  },
};

async function erase(store: Store, id: RequestId, io: Io): Promise<number> {
  const erased = await eraseReason(store, id, Date.now());
  if (erased === undefined) io.err(`There is no request ${id}.`);
  else io.out(`Erased ${erased} ${erased === 1 ? 'text' : 'texts'} of request ${id}.`);
  return erased === undefined ? 1 : 0;
}
