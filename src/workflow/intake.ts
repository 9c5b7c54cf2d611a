/** Takes deliveries in: written to the inbox before anything is acknowledged, worked on afterwards. */
import type {
  AskValues,
  ChatIo,
  Delivery,
  Intake,
  MessageRef,
  PersonalCard,
  Receipt,
  RejectionReason,
} from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import { approvalTerms } from '../core/card.ts';
import { parseCommandLine } from '../core/command-line.ts';
import { checkTerms, rolesFor } from '../core/eligibility.ts';
import type { Json, Role, RoleName } from '../core/policy.ts';
import type { Account, Principal } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import { refusalText } from '../core/refusal-text.ts';
import type { Instant } from '../core/time.ts';
import { parseDuration } from '../core/time.ts';
import { plainText } from '../core/typed.ts';
import type { AnswerView, AskForm, AskFormRole, FormFaults } from '../core/view.ts';
import { no, refusalAnswer } from './answers.ts';
import type { Directory } from './directory.ts';
import { draft } from './effect-row.ts';
import type { FactFinder } from './facts.ts';
import { faultOf, inputFaults, isEmpty } from './form-faults.ts';
import type { Gallery } from './gallery.ts';
import { BURST, Pace } from './pace.ts';
import { trusted } from './people.ts';
import { personalCard } from './personal.ts';
import { refusalDraft, strangerDraft } from './refusals.ts';
import { peopleInAnswer } from './say.ts';
import type { Shell } from './shell.ts';
import type { Whereabouts } from './starts.ts';
import { filledStart, NO_START, startMeant } from './starts.ts';

/** So many cards may be looked at for each thing that may be asked. */
const GLANCES = 5;

export interface InboxParts {
  readonly directory: Directory;
  readonly facts: FactFinder;
  readonly gallery: Gallery;
}

export class Inbox implements Intake {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #facts: FactFinder;
  readonly #gallery: Gallery;
  readonly #pace: Pace;
  /** NB. Of its own: a channel full of cards that draw themselves must not use up what clicks need. */
  readonly #glances: Pace;
  #rejections = new Map<string, number>();
  #rejectedSince: Instant | undefined;

  /** @param burst how much one account may ask at once */
  constructor(shell: Shell, { directory, facts, gallery }: InboxParts, burst = BURST) {
    this.#shell = shell;
    this.#pace = new Pace(shell.clock, burst);
    this.#glances = new Pace(shell.clock, GLANCES * burst);
    this.#directory = directory;
    this.#facts = facts;
    this.#gallery = gallery;
  }

  async accept(delivery: Delivery): Promise<Receipt> {
    const { ledger, store } = this.#shell;
    const refusal = this.#tooMany(delivery.account);
    if (refusal !== undefined) return this.#refuse(delivery, refusal);
    const at = ledger.now();
    const result = await ledger.commit({
      expecting: [],
      received: { key: delivery.key, at, delivery: delivery as unknown as Json },
      effects: [draft({ kind: 'deliver', delivery: delivery.key }, at)],
    });
    if (result.kind === 'committed') return { kind: 'accepted' };
    return this.#repeated((await store.inbox(delivery.key))?.answer ?? null);
  }

  async #repeated(first: Json | null): Promise<Receipt> {
    const answer = first as AnswerView | null;
    const known = answer === null ? [] : await this.#shell.store.people(peopleInAnswer(answer));
    const people = new Map(known.map((record) => [record.principal.id, trusted(record)]));
    return { kind: 'repeated', answer, people };
  }

  /** What one account may ask is bounded before its platform is asked anything about it. */
  #tooMany(account: Account, pace = this.#pace): Refusal | undefined {
    const retryAfter = pace.take(accountKey(account));
    return retryAfter === 0 ? undefined : { code: 'too-many', retryAfter };
  }

  /** Answered in its acknowledgement: not written down, but counted. */
  async #refuse(delivery: Delivery, refusal: Refusal): Promise<Receipt> {
    const { store, ledger } = this.#shell;
    const first = await store.inbox(delivery.key);
    if (first !== undefined) return this.#repeated(first.answer);
    const known = await store.personByAccount(delivery.account);
    for (let counted = false; !counted; ) {
      const draft =
        known === undefined
          ? await strangerDraft(this.#shell, refusal.code)
          : await refusalDraft(this.#shell, known.value.principal.id, refusal.code, 'account');
      counted = (await ledger.commit({ expecting: [], ...draft })).kind === 'committed';
    }
    return { kind: 'refused', answer: refusalAnswer(refusal) };
  }

  reject(why: RejectionReason): void {
    this.#count(why, 1);
  }

  #count(why: string, times: number): void {
    this.#rejectedSince ??= this.#shell.ledger.now();
    this.#rejections.set(why, (this.#rejections.get(why) ?? 0) + times);
  }

  /** What nobody could be named for becomes one counted entry a minute. */
  async flushRejections(): Promise<void> {
    if (this.#rejectedSince === undefined) return;
    if (this.#shell.ledger.now() - this.#rejectedSince < 60_000) return;
    const counted = this.#rejections;
    this.#rejections = new Map();
    this.#rejectedSince = undefined;
    const event = { type: 'deliveries-rejected', counts: Object.fromEntries(counted) } as const;
    try {
      await this.#shell.ledger.commit({
        expecting: [],
        happenings: [{ subject: 'installation', id: 'installation', event }],
      });
    } catch (error) {
      for (const [why, times] of counted) this.#count(why, times);
      throw error;
    }
  }

  formFor(text: string): { readonly role: RoleName | null } | undefined {
    const roles = Object.values(this.#shell.policy().roles);
    const typed = parseCommandLine(text, { roles });
    return typed.kind === 'form' ? { role: typed.role } : undefined;
  }

  async askForm(
    account: Account,
    role: RoleName | null,
    io: ChatIo,
  ): Promise<AskForm | AnswerView> {
    const crowd = this.#tooMany(account);
    if (crowd !== undefined) return refusalAnswer(crowd);
    const identity = await this.#directory.identify(account, io);
    if (identity.kind === 'refused') return refusalAnswer(identity.refusal);
    const mine = await this.#rolesOf(identity.person);
    if (mine.length === 0) return no('Policy lets you ask for nothing.', null);
    const chosen = mine.find((one) => one.name === role);
    return {
      roles: mine.map(({ name, description }) => ({ name, description })),
      chosen: chosen === undefined ? null : formRole(chosen),
    };
  }

  async #rolesOf(person: Principal): Promise<readonly Role[]> {
    const all = Object.values(this.#shell.policy().roles);
    return rolesFor(person.id, await this.#facts.forDrawing(all, person.id, []));
  }

  async checkForm(account: Account, values: AskValues, io: ChatIo): Promise<FormFaults> {
    const crowd = this.#tooMany(account);
    if (crowd !== undefined) return { role: refusalText(crowd) };
    const identity = await this.#directory.identify(account, io);
    if (identity.kind === 'refused') return { role: refusalText(identity.refusal) };
    const around = { zones: [values.zone, identity.zone], at: this.#shell.ledger.now() };
    const faults = await this.#faults(identity.person, values, around, io);
    // Whoever asked has told the person meanwhile that it failed: then it is not done.
    if (isEmpty(faults) && io.signal.aborted)
      throw new ChatError('timeout', 'The form was checked too late.');
    return faults;
  }

  async #faults(
    person: Principal,
    values: AskValues,
    around: Whereabouts,
    io: ChatIo,
  ): Promise<FormFaults> {
    const typed =
      values.duration.trim() === '' ? undefined : parseDuration(plainText(values.duration));
    if (typed === undefined && values.duration.trim() !== '')
      return { duration: 'Write a duration such as 45m, 1h30m or 2 hours.' };
    const begins = filledStart(values.start);
    if (begins === 'unreadable') return { start: NO_START };
    const ask = {
      kind: 'ask',
      by: person.id,
      role: values.role,
      duration: typed,
      inputs: values.inputs,
      reason: plainText(values.reason),
      ...(begins && { start: startMeant(this.#shell, begins, around) }),
    } as const;
    const facts = await this.#facts.forAsk(ask, this.#shell.ledger.now(), io);
    const inputs = inputFaults(facts.policy.roles[values.role], values.inputs);
    const checked = checkTerms(ask, facts);
    return checked.kind === 'refused' ? { ...inputs, ...faultOf(checked.refusal) } : inputs;
  }

  async cardFor(
    account: Account,
    request: string,
    seenAt: MessageRef | null,
    io: ChatIo,
  ): Promise<PersonalCard | AnswerView> {
    const crowd = this.#tooMany(account, this.#glances);
    if (crowd !== undefined) return refusalAnswer(crowd);
    const parts = { directory: this.#directory, gallery: this.#gallery };
    return personalCard(this.#shell, parts, { account, request, seenAt }, io);
  }

  async homeOpened(account: Account): Promise<void> {
    if (this.#tooMany(account) !== undefined) return;
    const identity = await this.#directory.identify(account);
    if (identity.kind === 'refused') return;
    const { id: principal } = identity.person;
    const openedAt = this.#shell.ledger.now();
    await this.#shell.ledger.commit({
      expecting: [],
      homes: [{ account, principal, openedAt }],
      effects: [draft({ kind: 'home', account, principal }, openedAt)],
    });
  }
}

function formRole(role: Role): AskFormRole {
  return {
    name: role.name,
    description: role.description,
    maxDuration: role.maxDuration,
    defaultDuration: role.defaultDuration,
    inputs: role.inputs,
    reasonRequired: role.reason.required,
    reasonExample: role.reason.example,
    terms: approvalTerms({ role }),
  };
}
