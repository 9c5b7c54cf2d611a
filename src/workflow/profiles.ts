/** Who stands behind an account: asked of its platform, never taken from the store. */
import type { ChatIo, Profile } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Account } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { Millis } from '../core/time.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import { Questions } from './questions.ts';
import type { Shell } from './shell.ts';

export type Reading =
  | { readonly kind: 'read'; readonly profile: Profile }
  | { readonly kind: 'unreachable'; readonly what: string };

const NOBODY: Profile = { name: '', email: '', standing: 'stranger' };
const REMEMBERED = 10_000;
/** What was asked in vain is not asked again for drawing for so long. */
export const MISSED_FOR: Millis = 5 * SECOND;

export class Profiles {
  readonly #shell: Shell;
  readonly #questions: Questions<Reading>;
  readonly #known = new Map<string, { readonly profile: Profile; readonly at: number }>();
  /** When each was asked in vain, to draw something. */
  readonly #missed = new Map<string, Millis>();

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#questions = new Questions(shell.clock, shell.settings.chatTimeout);
  }

  async now(account: Account, io?: ChatIo): Promise<Reading> {
    try {
      return await this.#questions.ask(accountKey(account), io, (asked) =>
        this.#read(account, asked),
      );
    } catch (error) {
      if (error instanceof ChatError) return unreachable(account);
      throw error;
    }
  }

  /** As it was within the last minute: for drawing, never for deciding. */
  async drawn(account: Account, io?: ChatIo): Promise<Reading> {
    const known = this.#known.get(accountKey(account));
    const isFresh = known !== undefined && this.#shell.clock.monotonic() - known.at < MINUTE;
    if (isFresh) return { kind: 'read', profile: known.profile };
    const missedAt = this.#missed.get(accountKey(account)) ?? Number.NEGATIVE_INFINITY;
    if (this.#shell.clock.monotonic() - missedAt < MISSED_FOR) return unreachable(account);
    const reading = await this.now(account, io);
    if (reading.kind === 'unreachable') this.#miss(account);
    return reading;
  }

  #miss(account: Account): void {
    if (this.#missed.size >= REMEMBERED) this.#missed.clear();
    this.#missed.set(accountKey(account), this.#shell.clock.monotonic());
  }

  async #read(account: Account, io: ChatIo): Promise<Reading> {
    const { platforms, log } = this.#shell;
    const platform = platforms.get(account.platform);
    if (platform === undefined) return unreachable(account);
    try {
      return this.#remember(account, await platform.profile(account, io));
    } catch (error) {
      if (error instanceof ChatError && error.code === 'not-found')
        return this.#remember(account, NOBODY);
      log.warn({ err: error }, 'a profile could not be read');
      return unreachable(account);
    }
  }

  #remember(account: Account, profile: Profile): Reading {
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(accountKey(account), { profile, at: this.#shell.clock.monotonic() });
    return { kind: 'read', profile };
  }
}

function unreachable({ platform }: Account): Reading {
  return { kind: 'unreachable', what: `the people of ${platform}` };
}
