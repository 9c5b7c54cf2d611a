/**
 * Buttons and forms. Each is answered at once: what is decided meanwhile as a notice that only the one
 * who pressed sees, or a card of their own; a form's faults in the form itself.
 */
import type { Account } from '../../core/principal.ts';
import type { AnswerView, AskForm } from '../../core/view.ts';
import type { AskValues, ChatIo, Intent, People, Receipt } from '../platform.ts';
import { filledForm } from '../platform.ts';
import { CONFIRM } from './actions.ts';
import type { Incoming } from './activities.ts';
import { cardContent } from './card.ts';
import { dialog, dialogMessage } from './dialog.ts';
import { askContent } from './forms.ts';
import { type Inbound, keyOf, messageOf } from './inbound.ts';
import { type PressedAction, readAction } from './pressed.ts';
import {
  answerText,
  cardReply,
  dialogReply,
  faultReply,
  messageReply,
  type Reply,
  UNKNOWN_INVOKE,
} from './reply.ts';
import { answerContent } from './say.ts';
import type { Said, Waiting } from './waiting.ts';

const NOBODY: People = new Map();
const FORM = 'Ask for access';

type Pressed = Exclude<PressedAction, { verb: 'ask' | 'choose' | 'submit-ask' }>;

export class Presses {
  readonly #inbound: Inbound;
  readonly #waiting: Waiting;

  constructor(inbound: Inbound, waiting: Waiting) {
    this.#inbound = inbound;
    this.#waiting = waiting;
  }

  /** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages */
  async invoke(incoming: Incoming, account: Account): Promise<Reply> {
    switch (incoming.name) {
      case 'adaptiveCard/action':
        return this.#onCard(incoming, account);
      case 'task/fetch':
      case 'task/submit':
      case 'composeExtension/submitAction':
        return this.#inForm(incoming, account, readAction(incoming.value));
      case 'composeExtension/fetchTask':
        return this.#inForm(incoming, account, { verb: 'ask', role: null });
      default:
        return UNKNOWN_INVOKE;
    }
  }

  /** The button of an old client comes as a message with a value. */
  async message(incoming: Incoming, account: Account): Promise<void> {
    const pressed = readAction(incoming.value);
    if (pressed === undefined || !isOfCard(pressed)) return this.#inbound.reject('malformed');
    const receipt = await this.#inbound.accept(incoming, account, intentOf(pressed));
    this.#inbound.answerAgain(incoming, account, receipt);
  }

  async #onCard(incoming: Incoming, account: Account): Promise<Reply> {
    const pressed = readAction(incoming.value);
    if (pressed === undefined || !isOfCard(pressed)) {
      this.#inbound.reject('malformed');
      return faultReply('Hallpass has no such button.');
    }
    if (pressed.verb === 'refresh') return this.#ownCard(incoming, account, pressed.request);
    const said = await this.#done(incoming, account, intentOf(pressed));
    return messageReply(said === undefined ? LATER : answerText(said.answer, said.people));
  }

  /** What this person may see and press there at this moment. */
  async #ownCard(incoming: Incoming, account: Account, request: string): Promise<Reply> {
    const io = this.#inbound.inTime();
    const seenAt = messageOf(incoming);
    const found = await this.#inbound.intake.cardFor(account, request, seenAt, io);
    if (!('card' in found))
      return isByItself(incoming) ? NO_CARD : messageReply(answerText(found, NOBODY));
    const face = { kind: 'personal', viewers: [incoming.from.id] } as const;
    return cardReply(cardContent(found.card, found.people, face));
  }

  async #inForm(
    incoming: Incoming,
    account: Account,
    pressed: PressedAction | undefined,
  ): Promise<Reply> {
    switch (pressed?.verb) {
      case 'ask':
      case 'choose':
        return this.#form(account, pressed.role);
      case 'submit-ask':
        return this.#submitted(incoming, account, pressed.values);
      default:
        this.#inbound.reject('malformed');
        return dialogReply(dialogMessage('Hallpass has no such form.'));
    }
  }

  async #form(account: Account, role: string | null): Promise<Reply> {
    const form = await this.#inbound.intake.askForm(account, role, this.#inbound.inTime());
    return shownForm(form, null, {});
  }

  async #submitted(incoming: Incoming, account: Account, filled: AskValues): Promise<Reply> {
    const values = { ...filled, zone: incoming.localTimezone };
    const io = this.#inbound.inTime();
    const { intake } = this.#inbound;
    const faults = await intake.checkForm(account, values, io);
    if (Object.keys(faults).length > 0)
      return shownForm(await intake.askForm(account, values.role, io), values, faults);
    const intent: Intent = { kind: 'submitted', form: 'ask', values };
    const said = await this.#done(incoming, account, intent, io);
    if (said === undefined) return dialogReply(dialogMessage(LATER));
    return dialogReply(dialog(FORM, answerContent(said.answer, said.people)));
  }

  /** Written down, and then waited for. */
  async #done(
    incoming: Incoming,
    account: Account,
    intent: Intent,
    io: ChatIo = this.#inbound.inTime(),
  ): Promise<Said | undefined> {
    const held = this.#waiting.hold(keyOf(incoming));
    try {
      const receipt = await this.#inbound.accept(incoming, account, intent, io);
      return saidBefore(receipt) ?? (await held.said);
    } finally {
      held.release();
    }
  }
}

/** A card that Teams draws anew by itself stays as it is; nobody asked, so nobody is told. */
const NO_CARD = faultReply('There is no other card.');

function isByItself({ value }: Incoming): boolean {
  return (value as { readonly trigger?: unknown } | null)?.trigger === 'automatic';
}

const LATER = 'It is being worked on. You will be told in your chat with Hallpass.';

function shownForm(form: AskForm | AnswerView, typed: AskValues | null, faults: object): Reply {
  if (!('roles' in form)) return dialogReply(dialog(FORM, answerContent(form, NOBODY)));
  return dialogReply(dialog(FORM, askContent(form, typed, { ...faults })));
}

function saidBefore(receipt: Receipt): Said | undefined {
  if (receipt.kind === 'accepted' || receipt.answer === null) return undefined;
  return { answer: receipt.answer, people: receipt.people ?? NOBODY };
}

function isOfCard(pressed: PressedAction): pressed is Pressed {
  return pressed.verb !== 'ask' && pressed.verb !== 'choose' && pressed.verb !== 'submit-ask';
}

function intentOf(pressed: Pressed): Intent {
  if (pressed.verb === CONFIRM) return { kind: 'confirmed', preview: pressed.preview };
  const { request } = pressed;
  if ('reason' in pressed) return filledForm(pressed.verb, request, pressed);
  // Only where no card can be answered with a card.
  if (pressed.verb === 'refresh') return { kind: 'typed', text: `status ${request}` };
  return { kind: 'pressed', action: pressed.verb, request };
}
