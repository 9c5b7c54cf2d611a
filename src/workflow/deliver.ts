/**
 * Works on what waits in the inbox: who is it, what was meant, and then either the one door (a command)
 * or a look (help, roles, mine …). The answer is committed together with the outcome, so that a second
 * delivery finds it, and a crash in between asks for it again.
 */
import type { AskValues, Delivery, Intent } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import { extensionExample } from '../core/command-extend.ts';
import { parseCommandLine } from '../core/command-line.ts';
import type { Effect } from '../core/effect.ts';
import type { RequestId } from '../core/ids.ts';
import { parseRequestId } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import type { Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { PersonCommand } from '../core/request-command.ts';
import { parseDuration } from '../core/time.ts';
import { plainText, REASON_LIMIT, reasonTooLong } from '../core/typed.ts';
import type { TypedCommand } from '../core/typed-command.ts';
import type { AnswerView, FormAction } from '../core/view.ts';
import type { Absences, Absenting } from './absences.ts';
import { answerTo, no, refusalAnswer } from './answers.ts';
import type { Attempt, Outcome } from './attempt.ts';
import type { Directory, Identity } from './directory.ts';
import type { Outcome as Decided, Dispatcher } from './dispatch.ts';
import { draft } from './effect-row.ts';
import type { KillSwitch, Switch } from './kill-switch.ts';
import type { Looks } from './looks.ts';
import { merged } from './merged.ts';
import { refusalDraft, strangerDraft } from './refusals.ts';
import type { Restorer } from './restore.ts';
import type { Draft, Shell } from './shell.ts';
import type { Whereabouts } from './starts.ts';
import { filledStart, NO_START, startMeant } from './starts.ts';
import { strayDraft } from './stray.ts';

type Deliver = Extract<Effect, { kind: 'deliver' }>;
type Known = Extract<Identity, { kind: 'known' }>;

/** What a delivery comes to: a command for the one door, something to look at, or an answer. */
type Meaning =
  | { readonly kind: 'command'; readonly command: PersonCommand }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'restore'; readonly who: string }
  | { readonly kind: 'absence'; readonly command: Absenting }
  | { readonly kind: 'switch'; readonly command: Switch }
  | { readonly kind: 'press'; readonly preview: string }
  | { readonly kind: 'answer'; readonly answer: AnswerView };

/** An answer, and what is committed together with it. */
interface Written {
  readonly answer: AnswerView;
  readonly draft: Partial<Draft>;
}

export type Look =
  | Extract<TypedCommand, { kind: 'form' | 'help' | 'roles' | 'mine' | 'history' }>
  | { readonly kind: 'status' | 'why'; readonly request: RequestId };

export class Deliverer {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #dispatcher: Dispatcher;
  readonly #looks: Looks;
  readonly #restorer: Restorer;
  readonly #killSwitch: KillSwitch;
  readonly #absences: Absences;

  constructor(
    shell: Shell,
    parts: {
      readonly directory: Directory;
      readonly dispatcher: Dispatcher;
      readonly looks: Looks;
      readonly restorer: Restorer;
      readonly killSwitch: KillSwitch;
      readonly absences: Absences;
    },
  ) {
    this.#shell = shell;
    this.#directory = parts.directory;
    this.#dispatcher = parts.dispatcher;
    this.#looks = parts.looks;
    this.#restorer = parts.restorer;
    this.#killSwitch = parts.killSwitch;
    this.#absences = parts.absences;
  }

  async handle(effect: Deliver, attempt: Attempt): Promise<Outcome> {
    const stored = await this.#shell.store.inbox(effect.delivery);
    if (stored === undefined || stored.answer !== null) return { kind: 'done' };
    const delivery = stored.row.delivery as unknown as Delivery;
    const identity = await this.#directory.identify(delivery.account);
    if (identity.kind === 'known') return this.#work(delivery, identity, attempt);
    const refused = refusalAnswer(identity.refusal);
    if (identity.refusal.code === 'directory-unreachable' && attempt.failures < 2)
      throw new ChatError('unavailable', 'the directory cannot be reached');
    const counted = await this.#countRefusal(identity.person, identity.refusal);
    return { kind: 'done', draft: merged(this.#answered(delivery, refused), counted) };
  }

  async #work(delivery: Delivery, { person, zone }: Known, attempt: Attempt): Promise<Outcome> {
    const { intent, receivedAt: at } = delivery;
    const around = { zones: [zoneOf(intent), zone], at };
    const meaning = this.#meaning(intent, person, around);
    switch (meaning.kind) {
      case 'command':
        return this.#command(meaning.command, delivery, attempt);
      case 'look':
        return this.#answer(delivery, await this.#looks.look(meaning.look, person, delivery));
      case 'restore':
        return this.#written(delivery, await this.#restorer.restore(meaning.who, person, delivery));
      case 'absence':
        return this.#written(
          delivery,
          await this.#absences.turn(meaning.command, person, delivery, around),
        );
      case 'switch':
        return this.#written(
          delivery,
          await this.#killSwitch.turn(meaning.command, person, delivery),
        );
      case 'press':
        return this.#written(
          delivery,
          await this.#killSwitch.press(meaning.preview, person, delivery),
        );
      case 'answer':
        return this.#answer(delivery, meaning.answer);
    }
  }

  async #command(command: PersonCommand, delivery: Delivery, attempt: Attempt): Promise<Outcome> {
    const settles = {
      effect: attempt.effect,
      attempt: attempt.number,
      next: { kind: 'done' },
    } as const;
    const together = async (outcome: Decided): Promise<Partial<Draft>> => {
      const stray = await strayDraft(this.#shell, delivery);
      return { ...merged(this.#answered(delivery, answerTo(outcome, command)), stray), settles };
    };
    await this.#dispatcher.dispatch(command, together);
    return { kind: 'settled' };
  }

  #written(delivery: Delivery, { answer: said, draft: also }: Written): Outcome {
    return { kind: 'done', draft: merged(this.#answered(delivery, said), also) };
  }

  #answer(delivery: Delivery, answer: AnswerView): Outcome {
    return { kind: 'done', draft: this.#answered(delivery, answer) };
  }

  #answered(delivery: Delivery, answer: AnswerView): Draft {
    const { key, account, replyTo } = delivery;
    const said = answer as unknown as Json;
    const effect: Effect = { kind: 'answer', delivery: key, account, replyTo, answer: said };
    return {
      expecting: [],
      answered: { key, answer: said },
      effects: [draft(effect, this.#shell.ledger.now())],
    };
  }

  async #countRefusal(person: Principal | null, refusal: Refusal): Promise<Partial<Draft>> {
    if (person !== null) return refusalDraft(this.#shell, person.id, refusal.code, 'account');
    return strangerDraft(
      this.#shell,
      refusal.code === 'not-a-member' ? refusal.standing : refusal.code,
    );
  }

  #meaning(intent: Intent, person: Principal, around: Whereabouts): Meaning {
    switch (intent.kind) {
      case 'typed':
        return this.#typed(intent.text, person, around);
      case 'pressed':
        return pressed(intent, person);
      case 'confirmed':
        return { kind: 'press', preview: intent.preview };
      case 'submitted':
        return intent.form === 'ask'
          ? this.#asked(intent.values, person, around)
          : submitted(intent, person);
    }
  }

  #asked(values: AskValues, { id: by }: Principal, around: Whereabouts): Meaning {
    const { role, duration, reason, inputs } = values;
    const typed = duration.trim() === '' ? undefined : parseDuration(plainText(duration));
    if (typed === undefined && duration.trim() !== '') return answer(NO_DURATION);
    const begins = filledStart(values.start);
    if (begins === 'unreadable') return answer(no(NO_START, null));
    const start = begins === null ? {} : { start: startMeant(this.#shell, begins, around) };
    const said = { duration: typed, inputs, reason: plainText(reason), ...start };
    return command({ kind: 'ask', by, role, ...said });
  }

  #typed(text: string, person: Principal, around: Whereabouts): Meaning {
    const roles = Object.values(this.#shell.policy().roles);
    const typed = parseCommandLine(text, { roles });
    const by = person.id;
    switch (typed.kind) {
      case 'break-glass':
      case 'review':
        return command({ ...typed, by });
      case 'ask':
      case 'approve': {
        const { start: begins, ...rest } = typed;
        const start = begins && { start: startMeant(this.#shell, begins, around) };
        return command({ ...rest, ...start, by });
      }
      case 'withdraw':
      case 'return':
        return command({ kind: typed.kind, by, request: typed.request });
      case 'deny':
      case 'revoke':
      case 'attest':
        return command({ kind: typed.kind, by, request: typed.request, reason: typed.reason });
      case 'extend':
        return command({ ...typed, by });
      case 'restore':
        return { kind: 'restore', who: typed.who };
      case 'away':
      case 'delegate':
      case 'back':
        return { kind: 'absence', command: typed };
      case 'freeze':
      case 'thaw':
        return { kind: 'switch', command: typed };
      case 'mistake':
        return answer(no(typed.message, typed.example));
      case 'status':
      case 'why':
        return { kind: 'look', look: { kind: typed.kind, request: typed.request } };
      default:
        return { kind: 'look', look: typed };
    }
  }
}

const command = (wish: PersonCommand): Meaning => ({ kind: 'command', command: wish });
const answer = (view: AnswerView): Meaning => ({ kind: 'answer', answer: view });

/** NB. What stands in a button is a hint from outside: the id is looked up, everything else decided. */
function pressed(intent: Extract<Intent, { kind: 'pressed' }>, person: Principal): Meaning {
  const request = parseRequestId(intent.request);
  if (request === undefined) return answer(refusalAnswer({ code: 'unknown-request' }));
  const by = person.id;
  switch (intent.action) {
    case 'approve':
    case 'withdraw':
    case 'return':
      return command({ kind: intent.action, by, request });
    case 'deny':
    case 'revoke':
      return answer(no('That needs a reason.', `/jit ${intent.action} ${request} <reason>`));
    case 'justified':
    case 'unjustified':
      return answer(no('That needs a reason.', `/jit review ${request} ${intent.action} <reason>`));
    case 'extend':
      return answer(no('That needs a duration and a reason.', extensionExample({ request })));
  }
}

const NO_DURATION = no('That is no duration. Write one such as 45m, 1h30m or 2 hours.', null);

function zoneOf(intent: Intent): string | undefined {
  if (intent.kind === 'typed') return intent.zone;
  return intent.kind === 'submitted' && intent.form === 'ask' ? intent.values.zone : undefined;
}

function submitted(
  intent: Exclude<Extract<Intent, { kind: 'submitted' }>, { form: 'ask' }>,
  person: Principal,
): Meaning {
  const by = person.id;
  const request = parseRequestId(intent.request);
  if (request === undefined) return answer(refusalAnswer({ code: 'unknown-request' }));
  const reason = plainText(intent.reason);
  if (reason === '') return answer(no('That needs a reason.', null));
  if (reason.length > REASON_LIMIT) return answer(no(reasonTooLong(reason.length), null));
  if (intent.form !== 'extend') return command(reasoned(intent.form, { by, request, reason }));
  const duration = parseDuration(plainText(intent.duration));
  if (duration === undefined) return answer(NO_DURATION);
  return command({ kind: 'extend', by, request, duration, reason });
}

function reasoned(
  form: Exclude<FormAction, 'extend'>,
  base: Pick<Extract<PersonCommand, { kind: 'deny' }>, 'by' | 'request' | 'reason'>,
): PersonCommand {
  return form === 'deny' || form === 'revoke'
    ? { kind: form, ...base }
    : { kind: 'review', ...base, judgement: form };
}
