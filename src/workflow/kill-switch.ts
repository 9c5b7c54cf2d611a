/**
 * `/jit freeze` and `/jit thaw`. Both are told about first, and done when they are confirmed. The freeze
 * is one small commit, by which everything new is stopped; what was given is taken away after it, by an
 * effect (taking.ts).
 */
import type { Happening } from '../core/audit.ts';
import { formatCommand } from '../core/command-format.ts';
import type { Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Standstill } from '../core/standstill.ts';
import { whyNotSwitch } from '../core/standstill.ts';
import { frozenText, heldText, thawedText } from '../core/standstill-text.ts';
import type { TypedCommand } from '../core/typed-command.ts';
import type { AnswerView } from '../core/view.ts';
import type { StoredText } from '../store/store.ts';
import { ok, refusalAnswer } from './answers.ts';
import { saltedText } from './birth.ts';
import type { Directory } from './directory.ts';
import { INSTALLATION } from './dispatch.ts';
import { draft } from './effect-row.ts';
import { isNamed } from './named.ts';
import { refusalDraft } from './refusals.ts';
import type { Draft, Shell } from './shell.ts';

export type Switch = Extract<TypedCommand, { kind: 'freeze' | 'thaw' }>;

export interface Switched {
  readonly answer: AnswerView;
  readonly draft: Partial<Draft>;
}

/** More are not counted before a freeze. */
const MOST_COUNTED = 10_000;

export class KillSwitch {
  readonly #shell: Shell;
  readonly #directory: Directory;

  constructor(shell: Shell, directory: Directory) {
    this.#shell = shell;
    this.#directory = directory;
  }

  /** Committed together with the answer. @throws ChatError */
  async turn(command: Switch, by: Principal): Promise<Switched> {
    const { store, policy } = this.#shell;
    const answer = await isNamed(this.#shell, this.#directory, by.id, policy().switchers);
    if (answer === 'no') return this.#refuse(by, { code: 'not-at-the-switch' });
    if (answer !== 'yes')
      return this.#refuse(by, { code: 'directory-unreachable', what: answer.unreachable });
    // NB. Read before what it speaks of: whoever turns the switch, or has it turned, is in the way.
    const version = await store.version(INSTALLATION);
    // A freeze opens nothing: while another policy is on its way, whoever either names may stop everything.
    if (command.kind === 'thaw' && (await store.policyHash()) !== policy().hash)
      return this.#refuse(by, { code: 'policy-differs' });
    const standstill = await store.standstill();
    const given = await this.#given();
    const refusal = whyNotSwitch(command.kind, standstill, given);
    if (refusal !== undefined) return this.#refuse(by, refusal);
    const expecting = [{ scope: INSTALLATION, version }];
    if (!command.confirmed) return { answer: this.#preview(command, given), draft: { expecting } };
    return command.kind === 'freeze'
      ? this.#freeze(command, by, given, expecting)
      : this.#thaw(command, by, expecting);
  }

  async #given(): Promise<number> {
    const rows = await this.#shell.store.requests({
      statuses: ['activating', 'active'],
      limit: MOST_COUNTED,
    });
    return rows.length;
  }

  async #refuse(by: Principal, refusal: Refusal): Promise<Switched> {
    const counted = await refusalDraft(this.#shell, by.id, refusal.code, 'installation');
    return { answer: refusalAnswer(refusal), draft: counted };
  }

  #preview(command: Switch, given: number): AnswerView {
    const said =
      command.kind === 'freeze'
        ? [`This freezes everything. ${heldText(given)} Nothing can be asked, approved or given `]
        : ['This ends the freeze: things can be asked, approved and given again. '];
    const more =
      command.kind === 'freeze'
        ? 'until somebody thaws it. Nothing is done yet: type this to confirm.'
        : 'Nothing is given back. Nothing is done yet: type this to confirm.';
    const example = formatCommand({ ...command, confirmed: true });
    return { tone: 'ok', lines: [[...said, more]], example };
  }

  async #freeze(
    { reason }: Switch,
    by: Principal,
    given: number,
    expecting: Draft['expecting'],
  ): Promise<Switched> {
    const { ledger, store } = this.#shell;
    const text = this.#salted(reason);
    const why = { digest: text.digest };
    const at = ledger.now();
    const after = (await store.lastEntry())?.seq ?? 0;
    const standstill: Standstill = { by: by.id, why, since: at };
    const said = frozenText(by.name, reason);
    const effects = [
      draft({ kind: 'standstill', why: text.digest, after }, at),
      draft({ kind: 'notice', about: `frozen/${text.digest.slice(0, 16)}`, text: said }, at),
    ];
    const happened = about({ type: 'frozen', ...standstill });
    return {
      answer: ok([`Frozen. ${heldText(given)} The alarm channel is told until all of it is gone.`]),
      draft: { expecting, standstill, texts: [text], happenings: [happened], effects },
    };
  }

  #thaw({ reason }: Switch, by: Principal, expecting: Draft['expecting']): Switched {
    const text = this.#salted(reason);
    const why = { digest: text.digest };
    const said = thawedText(by.name, reason);
    const notice = {
      kind: 'notice',
      about: `thawed/${text.digest.slice(0, 16)}`,
      text: said,
    } as const;
    return {
      answer: ok(['Thawed. Nothing was given back: who needs access asks for it again.']),
      draft: {
        expecting,
        standstill: null,
        texts: [text],
        happenings: [about({ type: 'thawed', by: by.id, why })],
        effects: [draft(notice, this.#shell.ledger.now())],
      },
    };
  }

  #salted(reason: string): StoredText {
    return saltedText(reason, this.#shell.random(16));
  }
}

function about(event: Extract<Happening, { subject: 'installation' }>['event']): Happening {
  return { subject: 'installation', id: 'installation', event };
}
