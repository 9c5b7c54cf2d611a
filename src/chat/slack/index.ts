/** Slack as a platform: HTTP or, with an app-level token, Socket Mode. */
import type { Clock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import type { Log } from '../../log.ts';
import { Pacer } from '../pacing.ts';
import { ChatError, type HttpHandler, type Intake, type Platform } from '../platform.ts';
import { SlackClient } from './client.ts';
import { Directory, PLATFORM } from './directory.ts';
import { examine } from './doctor.ts';
import { Inbound } from './inbound.ts';
import { Outbound } from './outbound.ts';
import { SLACK_PACE, type SlackPace } from './pace.ts';
import { lineOf } from './receiver.ts';

export interface SlackOptions {
  readonly botToken: string;
  /** Checks what arrives over HTTP. */
  readonly signingSecret: string;
  /** With it, Slack is called instead of calling: Socket Mode. */
  readonly appToken?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly pace?: SlackPace | undefined;
}

export interface SlackPlatform extends Platform {
  /** Answers `POST /slack/events` and passes on all else. null in Socket Mode. */
  readonly http: HttpHandler | null;
}

export function createSlack(options: SlackOptions): SlackPlatform {
  const { clock, log, apiUrl, botToken } = options;
  const client = new SlackClient({ token: botToken, apiUrl, log });
  const directory = new Directory(client, clock);
  const pacer = new Pacer(clock, options.pace ?? SLACK_PACE);
  const outbound = new Outbound({ client, directory, pacer, apiUrl });
  const { answer } = outbound;
  const inbound = new Inbound({ client, directory, answer, clock, log });
  const line = lineOf({ ...options, inbound });
  const { findCard, postCard, updateCard, postLines, readThread, postNote, drawHome } = outbound;
  return {
    name: PLATFORM,
    http: line.http,
    async start(intake: Intake) {
      await introduce(directory, log);
      inbound.open(intake);
      await line.start();
    },
    async stop() {
      await line.stop();
      await inbound.close();
    },
    ...{ findCard, postCard, updateCard, postLines, readThread, postNote, answer, drawHome },
    profile: (account, io) => directory.profile(account, io),
    groupMembers: (group, io) => directory.groupMembers(group, io),
    accountByEmail: (email, io) => directory.accountByEmail(email, io),
    doctor: (channels, io) => examine(directory, channels, io),
  };
}

/** A Slack that is down must not keep access from ending; a token that is wrong must be heard of. */
async function introduce(directory: Directory, log: Log): Promise<void> {
  try {
    await directory.identity({ signal: AbortSignal.timeout(10 * SECOND) });
  } catch (error) {
    if (error instanceof ChatError && error.code === 'permission-denied') throw notTaken(error);
    log.warn({}, 'Slack does not answer; it is asked again when it is needed');
  }
}

function notTaken(error: ChatError): ChatError {
  const message = `Slack does not take SLACK_BOT_TOKEN: install the app anew, or copy its token. ${error.message}`;
  return new ChatError(error.code, message, { cause: error });
}
