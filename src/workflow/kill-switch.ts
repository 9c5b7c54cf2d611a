/**
 * `/jit freeze` and `/jit thaw`. Both are told about first, and done when they are confirmed: by typing
 * the line that was told, or by the button below it, which says that same line. The freeze is one small
 * commit, by which everything new is stopped; what was given is taken away after it, by an effect
 * (taking.ts).
 */
import type { Delivery } from '../chat/platform.ts';
import type { Happening } from '../core/audit.ts';
import { formatCommand } from '../core/command-format.ts';
import { parseCommandLine } from '../core/command-line.ts';
import type { Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import { isLive } from '../core/request.ts';
import type { Standstill } from '../core/standstill.ts';
import { PREVIEW_HOLDS, whyNotSwitch } from '../core/standstill.ts';
import type { Held } from '../core/standstill-text.ts';
import { frozenText, heldText, switchLabel, thawedText } from '../core/standstill-text.ts';
import { formatDuration } from '../core/time.ts';
import type { ParsedLine, TypedCommand } from '../core/typed-command.ts';
import type { AnswerView, Confirmation } from '../core/view.ts';
import type { StoredText } from '../store/store.ts';
import { ok, refusalAnswer } from './answers.ts';
import { saltedText } from './birth.ts';
import type { Directory } from './directory.ts';
import { INSTALLATION } from './dispatch.ts';
import { draft } from './effect-row.ts';
import { isNamed } from './named.ts';
import { refusalDraft } from './refusals.ts';
import type { Draft, Shell } from './shell.ts';
import { pastStarts } from './taking.ts';

export type Switch = Extract<TypedCommand, { kind: 'freeze' | 'thaw' }>;

export interface Switched {
  readonly answer: AnswerView;
  readonly draft: Partial<Draft>;
}

type Told = Pick<Confirmation, 'preview' | 'by' | 'version' | 'hits'>;

/** Typed in the delivery of this key, or pressed below what was told. */
type How =
  | { readonly kind: 'typed'; readonly key: string }
  | { readonly kind: 'pressed'; readonly told: Told };

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
  turn(command: Switch, by: Principal, { key }: Pick<Delivery, 'key'>): Promise<Switched> {
    return this.#turn(command, by, { kind: 'typed', key });
  }

  /**
   * The button below what was told. NB. Nothing that comes with the press is believed but which answer it
   * stood below: what that says, to whom and of when is read where it was stored. @throws ChatError
   */
  async press(preview: string, by: Principal, { key }: Pick<Delivery, 'key'>): Promise<Switched> {
    const { store } = this.#shell;
    const [told, pressed] = [await store.inbox(preview), await store.inbox(key)];
    const { confirmation, example } = (told?.answer ?? {}) as Partial<AnswerView>;
    const age = (pressed?.row.at ?? Number.POSITIVE_INFINITY) - (told?.row.at ?? 0);
    const line = parseCommandLine(example ?? '', { roles: [] });
    if (confirmation?.by !== by.id || age > PREVIEW_HOLDS || !isSwitch(line))
      return this.#refuse(by, { code: 'preview-over' });
    return this.#turn(line, by, { kind: 'pressed', told: confirmation });
  }

  async #turn(command: Switch, by: Principal, how: How): Promise<Switched> {
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
    const held = await this.#held();
    const late = standstill === null ? [] : await pastStarts(this.#shell);
    const refusal = whyNotSwitch(command.kind, standstill, held.requests + late.length);
    if (refusal !== undefined) return this.#refuse(by, refusal);
    const expecting = [{ scope: INSTALLATION, version }];
    if (how.kind === 'typed' && !command.confirmed) {
      const told = { preview: how.key, by: by.id, version, hits: held.requests };
      return { answer: preview(command, held, told), draft: { expecting } };
    }
    if (how.kind === 'pressed' && how.told.version !== version)
      return this.#refuse(by, { code: 'preview-over' });
    const before = how.kind === 'pressed' ? how.told.hits : held.requests;
    return command.kind === 'freeze'
      ? this.#freeze(command, by, { ...held, before }, expecting)
      : this.#thaw(command, by, expecting);
  }

  async #held(): Promise<Held> {
    const rows = await this.#shell.store.requests({
      statuses: ['activating', 'active'],
      limit: MOST_COUNTED,
    });
    const grants = rows.flatMap(({ value }) => (isLive(value) ? value.grants : []));
    const held = grants.filter(({ state }) => state.kind !== 'gone');
    return { requests: rows.length, grants: held.length };
  }

  async #refuse(by: Principal, refusal: Refusal): Promise<Switched> {
    const counted = await refusalDraft(this.#shell, by.id, refusal.code, 'installation');
    return { answer: refusalAnswer(refusal), draft: counted };
  }

  async #freeze(
    { reason }: Switch,
    by: Principal,
    held: Held & { readonly before: number },
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
      answer: ok([
        `Frozen. ${heldText(held)}${sinceText(held)} The alarm channel is told until all of it is gone.`,
      ]),
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

function isSwitch(line: ParsedLine): line is Switch {
  return line.kind === 'freeze' || line.kind === 'thaw';
}

function preview(command: Switch, held: Held, told: Told): AnswerView {
  const how = `press the button within ${formatDuration(PREVIEW_HOLDS)}, or type this to confirm.`;
  const said =
    command.kind === 'freeze'
      ? `This freezes everything. ${heldText(held)} Nothing can be asked, approved or given until somebody thaws it.`
      : 'This ends the freeze: things can be asked, approved and given again. Nothing is given back.';
  const tone = command.kind === 'freeze' ? 'danger' : 'primary';
  return {
    tone: 'ok',
    lines: [[`${said} Nothing is done yet: ${how}`]],
    example: formatCommand({ ...command, confirmed: true }),
    confirmation: { label: switchLabel(command.kind, held), tone, ...told },
  };
}

/** Whoever pressed was told another number. */
function sinceText({ requests, before }: Pick<Held, 'requests'> & { readonly before: number }) {
  return requests === before ? '' : ` It was ${before} when you were told.`;
}

function about(event: Extract<Happening, { subject: 'installation' }>['event']): Happening {
  return { subject: 'installation', id: 'installation', event };
}
