/** People at their chats: they ask, click and type, some of it twice, and some of it nobody's business. */
import type { Delivery, Intent } from '../src/chat/platform.ts';
import { filledForm } from '../src/chat/platform.ts';
import type { RequestId } from '../src/core/ids.ts';
import type { PersonCommand, RoleCommand } from '../src/core/request-command.ts';
import type { Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import { limited } from '../src/workflow/patience.ts';
import { type ChatName, HUMANS } from './cast.ts';
import type { Click } from './doorman.ts';
import type { Act, Plotted } from './plot.ts';
import { anyMachine, CALM, type Setting } from './setting.ts';

/** Somebody whose chat shows an error tries so often again. */
const TRIES = 3;

/** A button that was pressed on a card, of which it was acknowledged. */
export interface Press {
  readonly key: string;
  readonly request: RequestId;
  readonly card: string;
  readonly at: Millis;
}

interface Letter {
  readonly key: string;
  readonly chat: ChatName;
  readonly who: string;
  readonly intent: Intent;
  readonly card: string | undefined;
}

export class Crowd {
  /** What was sent, and when first, by the key of its delivery. */
  readonly #sent = new Map<string, { readonly letter: Letter; readonly at: Millis }>();
  /** What was acknowledged may not be lost. */
  readonly acknowledged = new Set<string>();
  readonly #setting: Setting;
  readonly #asked = new Map<number, string>();
  /** The delivery by which each was asked to be extended last. */
  readonly #extended = new Map<number, string>();
  #letters = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  clickOf(key: string): Click | undefined {
    const sent = this.#sent.get(key);
    if (sent === undefined) return undefined;
    const { chat, who } = sent.letter;
    return { at: sent.at, account: this.#setting.people.chats[chat].account(who) };
  }

  get presses(): readonly Press[] {
    return [...this.acknowledged].flatMap((key): Press[] => {
      const { letter, at } = this.#sent.get(key) ?? {};
      if (letter?.intent.kind !== 'pressed' || letter.card === undefined || at === undefined)
        return [];
      return [{ key, request: letter.intent.request as RequestId, card: letter.card, at }];
    });
  }

  previewOf(key: string): string | undefined {
    const { intent } = this.#sent.get(key)?.letter ?? {};
    return intent?.kind === 'confirmed' ? intent.preview : undefined;
  }

  isCommand(key: string): boolean {
    return this.#sent.get(key)?.letter.intent.kind === 'pressed';
  }

  ask(ask: Plotted): void {
    this.#setting.census.command(ask.isBreakGlass ? 'break-glass' : 'ask');
    const intent = intentOf(ask, this.#startIn(ask.later));
    this.#asked.set(ask.index, this.#send(ask.who, ask.account, intent));
  }

  act(ask: Plotted, act: Act): void {
    const { who, account, what, by, minutes } = act;
    const terms = { minutes, start: this.#startIn(act.later) };
    const asked = act.on === 'extension' ? this.#extended : this.#asked;
    const key = asked.get(ask.index);
    const id = key === undefined ? undefined : this.#setting.witness.askedBy.get(key);
    if (what === 'home' || what === 'form') this.#look(act, ask);
    else if (isVerb(what)) {
      this.#setting.census.command(what);
      if (what === 'approve') this.#removeAtLast(who);
      const sent = this.#send(who, account, COMMANDS[what](id ?? NOBODYS, by, terms), id);
      if (what === 'extend') this.#extended.set(ask.index, sent);
    } else if (act.presses !== undefined) this.#switch(act, act.presses);
    else this.#send(who, account, { kind: 'typed', text: wordsOf(act, id, terms.start) });
  }

  /** First they are told what it would do; then somebody presses the button below that, if it is there by then. */
  #switch({ who, account, what }: Act, presses: NonNullable<Act['presses']>): void {
    const { line, people } = this.#setting;
    const told = this.#send(who, account, { kind: 'typed', text: `${what} ${CARELESS}` });
    const chat = people.chats[chatOf(who, account)];
    for (const press of presses)
      line.in(press.after, () => {
        const preview = chat.answers.get(told)?.at(-1)?.confirmation?.preview;
        if (preview === undefined) return;
        this.#send(press.who, account, { kind: 'confirmed', preview });
      });
  }

  /** As they write it: to the minute, in the time zone of policy. */
  #startIn(minutes: number | null | undefined): string {
    if (minutes === null || minutes === undefined) return '';
    const { wall, line } = this.#setting;
    const at = new Date(Math.floor(wall.start + line.now) + minutes * MINUTE).toISOString();
    return `${at.slice(0, 10)} ${at.slice(11, 16)}`;
  }

  /** Now and then somebody approves who has just left the group that may. */
  #removeAtLast(who: string): void {
    const { chance, line, people, troubles } = this.#setting;
    const [chat, group] = ['north', '@leads'] as const;
    if (!people.chats[chat].groups.get(group)?.has(who) || !chance.is(troubles().people)) return;
    people.setMember(chat, group, who, false);
    line.in(MINUTE, () => people.setMember(chat, group, who, true));
  }

  /** What is only read: whatever comes of it, nothing may break. */
  #look({ who, account, what }: Act, ask: Plotted): void {
    const chat = chatOf(who, account);
    const machine = anyMachine(this.#setting, chat);
    const [intake, life] = [machine?.intake(chat), machine?.life];
    if (intake === undefined || life === undefined) return;
    const person = this.#setting.people.chats[chat].account(who);
    const unanswered = () => {};
    if (what === 'home') {
      intake.homeOpened(person).catch(unanswered);
      return;
    }
    intake.reject('bad-signature');
    const values = { role: ask.role, duration: '5m', reason: ask.reason, inputs: { ip: ask.ip } };
    void limited(life.clock, 3 * SECOND, (signal) => {
      const form = intake.askForm(person, ask.role, { signal });
      return Promise.allSettled([form, intake.checkForm(person, values, { signal })]);
    });
  }

  #send(who: string, account: Act['account'], intent: Intent, about?: RequestId): string {
    const { people, line, history, census, chance, troubles } = this.#setting;
    this.#letters += 1;
    const key = `d${this.#letters}`;
    const chat = chatOf(who, account);
    const card = about === undefined ? undefined : people.chats[chat].cards(about)[0]?.id;
    const letter = { key, chat, who, intent, card };
    this.#sent.set(key, { letter, at: line.now });
    history.note(`${who} on ${chat}: ${key} ${JSON.stringify(intent)}`);
    census.intent(intent.kind);
    this.#post(letter, 0);
    if (chance.is(troubles().delivery))
      line.in(chance.skewed(1, 10 * MINUTE), () => this.#post(letter, TRIES));
    return key;
  }

  /** NB. Nothing is sent at the very end: the world would be over before it is answered. */
  #post(letter: Letter, tries: number): void {
    const { line, history, people } = this.#setting;
    const { key, chat, who, intent, card } = letter;
    if (line.now > CALM + MINUTE) return;
    const again = () => {
      if (tries < TRIES) line.in(20 * SECOND, () => this.#post(letter, tries + 1));
    };
    const machine = anyMachine(this.#setting, chat);
    const [intake, life] = [machine?.intake(chat), machine?.life];
    if (intake === undefined || life === undefined) {
      again();
      return;
    }
    const delivery: Delivery = {
      key,
      account: people.chats[chat].account(who),
      intent,
      replyTo: { delivery: key, user: who },
      message: card === undefined ? null : { id: card },
      receivedAt: life.clock.now(),
    };
    intake.accept(delivery).then((receipt) => {
      if (!life.step(`after accept ${key}`)) {
        again();
        return;
      }
      history.note(`${key} is ${receipt.kind}`);
      if (receipt.kind !== 'refused') this.acknowledged.add(key);
    }, again);
  }
}

const CARELESS = 'somebody was careless';

/** An id that no request has. */
const NOBODYS = '0123456789' as RequestId;

function chatOf(who: string, account: Act['account']): ChatName {
  const on = HUMANS.find(({ name }) => name === who)?.on ?? [];
  return (account === 'first' ? on[0] : on.at(-1)) ?? 'north';
}

function intentOf({ role, minutes, ip, reason, by, isBreakGlass }: Plotted, start: string): Intent {
  const inputs: Record<string, string> = role === 'solo' ? {} : { ip };
  const typed = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
  const ask = [role, `${minutes}m`, ...typed, reason];
  if (isBreakGlass) return { kind: 'typed', text: ['break-glass', ...ask].join(' ') };
  return by === 'typing'
    ? { kind: 'typed', text: [role, `${minutes}m`, ...from(start), ...typed, reason].join(' ') }
    : {
        kind: 'submitted',
        form: 'ask',
        values: { role, duration: `${minutes}m`, reason, inputs, start },
      };
}

type Verb = Exclude<PersonCommand['kind'], RoleCommand['kind']>;

const from = (start: string): readonly string[] => (start === '' ? [] : [`from ${start}`]);

interface Terms {
  readonly minutes: Act['minutes'];
  /** Empty: at once. */
  readonly start: string;
}

type Wording = (id: RequestId, by: Act['by'], terms: Terms) => Intent;

/** Each command on a request, as it is typed or pressed. */
const COMMANDS: Readonly<Record<Verb, Wording>> = {
  approve: (id, by, { minutes, start }) => {
    const length = minutes === undefined ? [] : [`${minutes}m`];
    const terms = [...length, ...from(start)];
    return terms.length === 0
      ? button('approve', id, by)
      : { kind: 'typed', text: ['approve', id, ...terms].join(' ') };
  },
  withdraw: (id, by) => button('withdraw', id, by),
  return: (id, by) => button('return', id, by),
  deny: (id, by) => form('deny', id, by),
  revoke: (id, by) => form('revoke', id, by),
  extend: (id, by, { minutes = 3 }) =>
    by === 'button'
      ? filledForm('extend', id, { duration: `${minutes}m`, reason: 'not done' })
      : { kind: 'typed', text: `extend ${id} ${minutes}m not done` },
  attest: (id) => ({ kind: 'typed', text: `attest ${id} I looked myself` }),
  review: (id, by) =>
    by === 'button'
      ? filledForm('justified', id, { reason: 'I saw it burn' })
      : { kind: 'typed', text: `review ${id} unjustified nothing was on fire` },
};

function isVerb(what: Act['what']): what is Verb {
  return what in COMMANDS;
}

function button(action: 'approve' | 'withdraw' | 'return', id: RequestId, by: Act['by']): Intent {
  return by === 'button'
    ? { kind: 'pressed', action, request: id }
    : { kind: 'typed', text: `${action} ${id}` };
}

function form(name: 'deny' | 'revoke', id: RequestId, by: Act['by']): Intent {
  return by === 'button'
    ? { kind: 'submitted', form: name, request: id, reason: 'no' }
    : { kind: 'typed', text: `${name} ${id} no` };
}

/** @param when as they write it */
function wordsOf({ what, whom }: Act, id: RequestId | undefined, when: string): string {
  switch (what) {
    case 'status':
    case 'why':
      return `${what} ${id ?? ''}`;
    case 'restore':
      return `restore @${whom}`;
    case 'away':
      return `away until ${when}`;
    case 'delegate':
      return `delegate @${whom} until ${when}`;
    case 'freeze':
    case 'thaw':
      return `${what} confirm ${CARELESS}`;
    case 'nonsense':
      return '/jit solo 1h; drop table `requests`';
    default:
      return what;
  }
}
