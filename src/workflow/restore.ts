/**
 * Restores an account that was suspended because its e-mail changed at the platform. Somebody whom
 * policy names, and not the person themselves, says that it is still the same human.
 */
import type { Delivery } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Principal } from '../core/principal.ts';
import { accountKey, sameHuman, seenWith } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { AnswerView } from '../core/view.ts';
import type { PersonRecord, Versioned } from '../store/store.ts';
import { ok, refusalAnswer } from './answers.ts';
import type { Directory } from './directory.ts';
import { isNamed } from './named.ts';
import { findPerson } from './people.ts';
import { answered } from './questions.ts';
import { refusalDraft } from './refusals.ts';
import type { Draft, Shell } from './shell.ts';

export interface Restoration {
  readonly answer: AnswerView;
  readonly draft: Partial<Draft>;
}

export class Restorer {
  readonly #shell: Shell;
  readonly #directory: Directory;

  constructor(shell: Shell, directory: Directory) {
    this.#shell = shell;
    this.#directory = directory;
  }

  /** Committed together with the answer, so that a restoration that was made is also answered. */
  async restore(typed: string, by: Principal, delivery: Delivery): Promise<Restoration> {
    const refusal = await this.#refusal(by);
    if (refusal !== undefined) return this.#refuse(by, refusal);
    const found = await findPerson(this.#shell, typed, delivery);
    const stored = found && (await this.#shell.store.person(found.principal.id));
    if (stored === undefined || stored.value.suspended.length === 0)
      return { answer: refusalAnswer({ code: 'nothing-to-restore' }), draft: {} };
    const [restored, human] = await Promise.all([
      this.#asNow(stored.value),
      this.#directory.acting(by.id),
    ]);
    // NB. By the e-mail of today as well: an account that somebody has by now is restored by somebody else.
    if (human === undefined || sameHuman(restored, human))
      return this.#refuse(by, { code: 'self-restoration' });
    if (human.unread !== undefined)
      return this.#refuse(by, { code: 'directory-unreachable', what: human.unread });
    return this.#restored(stored, restored, by);
  }

  async #refuse(by: Principal, refusal: Refusal): Promise<Restoration> {
    const draft = await refusalDraft(this.#shell, by.id, refusal.code, 'restore');
    return { answer: refusalAnswer(refusal), draft };
  }

  async #refusal(by: Principal): Promise<Refusal | undefined> {
    const { restorers } = this.#shell.policy();
    const answer = await isNamed(this.#shell, this.#directory, by.id, restorers);
    if (answer === 'yes') return undefined;
    return answer === 'no'
      ? { code: 'not-a-restorer' }
      : { code: 'directory-unreachable', what: answer.unreachable };
  }

  /**
   * The person keeps their id; the e-mail that the platform tells now becomes theirs. The one before
   * still counts heads: whoever has it by now may be the same human.
   */
  async #asNow({ principal, suspended }: PersonRecord): Promise<Principal> {
    const email = await this.#emailNow(principal, suspended);
    return seenWith({ ...principal, email }, [principal.email]);
  }

  #restored(
    { value, version }: Versioned<PersonRecord>,
    principal: Principal,
    by: Principal,
  ): Restoration {
    const { id, name, email } = principal;
    const draft: Partial<Draft> = {
      expecting: [{ scope: { kind: 'person', id }, version }],
      people: [{ ...value, principal, suspended: [] }],
      happenings: value.suspended.map((account) => ({
        subject: 'person',
        id,
        event: { type: 'account-restored', account, by: by.id },
      })),
    };
    const said = `Restored. ${name} can use Hallpass again, as ${email || 'somebody without e-mail'}.`;
    return { answer: ok([said]), draft };
  }

  async #emailNow(principal: Principal, suspended: readonly string[]): Promise<string> {
    const account = principal.accounts.find((one) => suspended.includes(accountKey(one)));
    const platform = account && this.#shell.platforms.get(account.platform);
    if (account === undefined || platform === undefined)
      throw new ChatError('unavailable', 'the platform of the suspended account is not set up');
    const { clock, settings } = this.#shell;
    const { email } = await answered(clock, settings.chatTimeout, (io) =>
      platform.profile(account, io),
    );
    return email;
  }
}
