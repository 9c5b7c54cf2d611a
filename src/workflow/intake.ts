/** Takes deliveries in: written to the inbox before anything is acknowledged, worked on afterwards. */
import type {
  AskValues,
  ChatIo,
  Delivery,
  Intake,
  Receipt,
  RejectionReason,
} from '../chat/platform.ts';
import { approvalTerms } from '../core/card.ts';
import { parseCommandLine } from '../core/command-line.ts';
import { checkTerms, rolesFor } from '../core/eligibility.ts';
import { inputFaultText, readInputs } from '../core/inputs.ts';
import type { Json, Role, RoleName } from '../core/policy.ts';
import type { Account, Principal } from '../core/principal.ts';
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
import { peopleInAnswer } from './say.ts';
import type { Shell } from './shell.ts';

export class Inbox implements Intake {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #facts: FactFinder;
  #rejections = new Map<string, number>();
  #rejectedSince: Instant | undefined;

  constructor(shell: Shell, directory: Directory, facts: FactFinder) {
    this.#shell = shell;
    this.#directory = directory;
    this.#facts = facts;
  }

  async accept(delivery: Delivery): Promise<Receipt> {
    const { ledger, store } = this.#shell;
    const at = ledger.now();
    const result = await ledger.commit({
      expecting: [],
      received: { key: delivery.key, at, delivery: delivery as unknown as Json },
      effects: [draft({ kind: 'deliver', delivery: delivery.key }, at)],
    });
    if (result.kind === 'committed') return { kind: 'accepted' };
    const first = await store.inbox(delivery.key);
    const answer = (first?.answer ?? null) as AnswerView | null;
    const known = answer === null ? [] : await store.people(peopleInAnswer(answer));
    const people = new Map(known.map(({ principal }) => [principal.id, principal]));
    return { kind: 'repeated', answer, people };
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
    _io: ChatIo,
  ): Promise<AskForm | AnswerView> {
    const identity = await this.#directory.identify(account);
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

  async checkForm(account: Account, values: AskValues, _io: ChatIo): Promise<FormFaults> {
    const identity = await this.#directory.identify(account);
    if (identity.kind === 'refused') return { role: refusalText(identity.refusal) };
    const typed =
      values.duration.trim() === '' ? undefined : parseDuration(plainText(values.duration));
    if (typed === undefined && values.duration.trim() !== '')
      return { duration: 'Write a duration such as 45m, 1h30m or 2 hours.' };
    const ask = {
      kind: 'ask',
      by: identity.person.id,
      role: values.role,
      duration: typed,
      inputs: values.inputs,
      reason: plainText(values.reason),
    } as const;
    const facts = await this.#facts.forAsk(ask, this.#shell.ledger.now());
    const inputs = inputFaults(facts.policy.roles[values.role], values.inputs);
    const checked = checkTerms(ask, facts);
    return checked.kind === 'refused' ? { ...inputs, ...faultOf(checked.refusal) } : inputs;
  }

  async homeOpened(account: Account): Promise<void> {
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

/** All of them at once: a form is corrected in one go. */
function inputFaults(role: Role | undefined, inputs: AskValues['inputs']): FormFaults {
  if (role === undefined) return {};
  const { faults } = readInputs(role.inputs, inputs);
  return Object.fromEntries(faults.map((fault) => [`input:${fault.name}`, inputFaultText(fault)]));
}

function faultOf(refusal: Refusal): FormFaults {
  const text = refusalText(refusal);
  switch (refusal.code) {
    case 'too-long':
      return { duration: text };
    case 'reason-missing':
    case 'reason-unfit':
    case 'reason-too-long':
      return { reason: text };
    case 'input-missing':
    case 'input-unfit':
    case 'input-unknown':
      return { [`input:${refusal.name}`]: text };
    default:
      return { role: text };
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
