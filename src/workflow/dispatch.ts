/**
 * The one door: load what a command touches, gather the facts, decide, and commit the outcome together
 * with all that follows from it. When anything that the decision read has changed in between, the
 * whole is done again.
 */
import type { Happening } from '../core/audit.ts';
import type { Decision } from '../core/decide.ts';
import { decide, decideAsk, isTimer } from '../core/decide.ts';
import { checkTerms } from '../core/eligibility.ts';
import { decideExtend } from '../core/extending.ts';
import type { RightsPlan } from '../core/facts.ts';
import type { PrincipalId, RequestId } from '../core/ids.ts';
import { invariant } from '../core/invariant.ts';
import type { Observation, Verdict } from '../core/observe.ts';
import { observe } from '../core/observe.ts';
import { alarms } from '../core/reactions.ts';
import type { Refusal } from '../core/refusal.ts';
import type { AccessRequest } from '../core/request.ts';
import type {
  AskingCommand,
  ChangeCommand,
  PersonCommand,
  RoleCommand,
  TimerCommand,
  UseCommand,
} from '../core/request-command.ts';
import { isMissed } from '../core/scheduling.ts';
import { freezeCause } from '../core/standstill.ts';
import type { Instant } from '../core/time.ts';
import type { Expectation, StoredText } from '../store/store.ts';
import { birthOf, saltedText } from './birth.ts';
import { draft } from './effect-row.ts';
import type { FactFinder } from './facts.ts';
import { following } from './follow.ts';
import type { Loaded } from './loaded.ts';
import {
  evolveAll,
  expectations,
  firstOf,
  linkedIn,
  loadOne,
  loadSharers,
  loadTouched,
  values,
} from './loaded.ts';
import { merged } from './merged.ts';
import { planRights } from './plan.ts';
import { refusalDraft } from './refusals.ts';
import type { Draft, Shell } from './shell.ts';
import { CLOCK_OFF } from './shell.ts';
import { countersOf, scopesOf } from './usage.ts';

export type Outcome =
  | { readonly kind: 'accepted'; readonly request: AccessRequest | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Somebody else finished the attempt whose outcome this would have been. */
  | { readonly kind: 'superseded' };

/** What is committed together with the outcome: the answer, and the effect that it settles. Asked for with each try. */
export type With = (outcome: Outcome) => Partial<Draft> | Promise<Partial<Draft>>;

type BeginCommand = Extract<TimerCommand, { kind: 'begin' }>;

const ALONE: With = () => ({});
const TRIES = 20;
const OPENING: readonly PersonCommand['kind'][] = ['ask', 'break-glass', 'extend', 'approve'];
export const INSTALLATION = { kind: 'installation' } as const;

export class Dispatcher {
  readonly #shell: Shell;
  readonly #facts: FactFinder;

  constructor(shell: Shell, facts: FactFinder) {
    this.#shell = shell;
    this.#facts = facts;
  }

  /** @throws ChatError, ProviderError, StoreError: nothing was committed, and it can be tried again */
  async dispatch(
    command: PersonCommand | TimerCommand | UseCommand,
    together: With = ALONE,
  ): Promise<Outcome> {
    return this.#repeat(async () => {
      if (command.kind === 'begin') return this.#begin(command, together);
      if (command.kind === 'use' || isTimer(command)) return this.#change(command, [], together);
      // NB. Read before the policy's hash: whoever adopts another one after that is in the way.
      const version = await this.#shell.store.version(INSTALLATION);
      const obstacle = await this.#obstacle(OPENING.includes(command.kind));
      if (obstacle !== undefined)
        return this.#refuse(command.by, obstacle, 'installation', together);
      const expecting = [{ scope: INSTALLATION, version }];
      switch (command.kind) {
        case 'ask':
        case 'break-glass':
          return this.#ask(command, expecting, together);
        case 'extend':
          return this.#extend(command, expecting, together);
        default:
          return this.#change(command, expecting, together);
      }
    });
  }

  /**
   * What begins by itself opens something all the same. Refused: not yet, and to be tried again, until all
   * of its time is over. While all is frozen it comes to nothing: a thaw gives nothing back.
   */
  async #begin(command: BeginCommand, together: With): Promise<Outcome | 'conflict'> {
    const { expecting, standstill } = await this.#frozen();
    if (standstill !== null) {
      const cause = freezeCause(standstill);
      return this.#change({ ...command, kind: 'halt', cause }, expecting, together);
    }
    const obstacle = await this.#obstacle(true);
    const request = (await this.#shell.store.request(command.request))?.value;
    const isOver = request !== undefined && isMissed(request, this.#shell.ledger.now());
    if (obstacle !== undefined && !isOver)
      return this.#refuse(null, obstacle, command.request, together);
    return this.#change(command, expecting, together);
  }

  /** What stands against deciding anything at all just now, whoever asks. */
  async #obstacle(opens: boolean): Promise<Refusal | undefined> {
    const { clock, ledger, policy, store } = this.#shell;
    // NB. A target that ends access by itself goes by the true time: an end by a wrong clock is no end.
    if (opens && ledger.now() - clock.now() > CLOCK_OFF) return { code: 'clock-wrong' };
    const adopted = await store.policyHash();
    if (adopted !== policy().hash) return { code: 'policy-differs' };
    const standstill = opens ? await store.standstill() : null;
    return standstill === null ? undefined : { code: 'frozen', since: standstill.since };
  }

  /** What an attempt on an access saw. `settle` says what goes with the verdict: how its effect goes on. */
  async observe(
    seen: Observation,
    settle: (verdict: Verdict['next']) => Partial<Draft>,
  ): Promise<Outcome> {
    return this.#repeat(async () => {
      const now = this.#shell.ledger.now();
      const { expecting, standstill } = await this.#frozen();
      const access = await this.#shell.store.access(seen.access);
      invariant(access !== undefined, 'an access that was worked on is stored');
      const loaded = await loadSharers(this.#shell.store, access);
      const requests = new Map([...loaded.requests].map(([id, { value }]) => [id, value]));
      const accesses = values(loaded.accesses);
      const verdict = observe(access.value, requests, accesses, seen, now, standstill !== null);
      const together: With = () => settle(verdict.next);
      return this.#commit(loaded, expecting, verdict.happenings, now, together, {});
    });
  }

  /** What a freeze does to one request; nothing, where it was thawed meanwhile. */
  async halt(request: RequestId): Promise<Outcome> {
    return this.#repeat(async () => {
      const { expecting, standstill } = await this.#frozen();
      if (standstill === null) return { kind: 'superseded' };
      const command = { kind: 'halt', request, cause: freezeCause(standstill) } as const;
      return this.#change(command, expecting, ALONE);
    });
  }

  /** NB. The version is read first: whoever freezes or thaws after that is in the way. */
  async #frozen() {
    const { store } = this.#shell;
    const expecting = [{ scope: INSTALLATION, version: await store.version(INSTALLATION) }];
    return { expecting, standstill: await store.standstill() };
  }

  async #repeat(attempt: () => Promise<Outcome | 'conflict'>): Promise<Outcome> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const outcome = await attempt();
      if (outcome !== 'conflict') return outcome;
    }
    throw new Error(`${TRIES} conflicts in a row`);
  }

  async #ask(
    command: RoleCommand,
    installation: readonly Expectation[],
    together: With,
  ): Promise<Outcome | 'conflict'> {
    const { store, ledger } = this.#shell;
    const { by, role } = command;
    const expecting = [...installation, ...(await countersOf(store, by, role))];
    const base = await this.#facts.forAsk(command, ledger.now());
    const terms = checkTerms(command, base);
    const plan: RightsPlan =
      terms.kind === 'fine' ? await planRights(this.#shell, terms, by) : { kind: 'not-needed' };
    const { birth, texts } = await birthOf(this.#shell, command, role);
    // What was asked of others took its time: the decision is made now.
    const now = ledger.now();
    const decision = decideAsk(command, { ...base, ...birth, now, plan });
    if (decision.kind === 'refused') return this.#refuse(by, decision.refusal, role, together);
    const loaded = await loadTouched(store, decision.happenings);
    return this.#commit(loaded, expecting, decision.happenings, now, together, { texts });
  }

  async #extend(
    command: Extract<AskingCommand, { kind: 'extend' }>,
    installation: readonly Expectation[],
    together: With,
  ): Promise<Outcome | 'conflict'> {
    const { store, ledger } = this.#shell;
    const { by, request } = command;
    const found = await store.request(request);
    if (found === undefined) return this.#unknown(by, request, together);
    const loaded = await loadOne(store, found);
    const role = found.value.role.name;
    const expecting = [...installation, ...(await countersOf(store, by, role))];
    const base = await this.#facts.forExtend(found.value, by, ledger.now());
    const { birth, texts } = await birthOf(this.#shell, command, role);
    const now = ledger.now();
    const decision = decideExtend(found.value, command, { ...base, ...birth, now });
    if (decision.kind === 'refused') return this.#refuse(by, decision.refusal, request, together);
    return this.#commit(loaded, expecting, decision.happenings, now, together, { texts });
  }

  async #change(
    command: ChangeCommand,
    expecting: readonly Expectation[],
    together: With,
  ): Promise<Outcome | 'conflict'> {
    const { store, ledger, random } = this.#shell;
    const person = 'by' in command ? command.by : null;
    const found = await store.request(command.request);
    if (found === undefined) return this.#unknown(person, command.request, together);
    const loaded = await loadOne(store, found);
    const { requester, role } = found.value;
    const opens = command.kind === 'approve' || command.kind === 'begin';
    const counters = opens ? await countersOf(store, requester, role.name) : [];
    const facts = await this.#facts.forChange(found.value, command, ledger.now());
    // What was asked of others took its time: the decision is made now.
    const now = ledger.now();
    const text = textOf(command, random);
    const spoken = text === null ? null : { why: { digest: text.digest } };
    const decision: Decision =
      facts.kind === 'refused'
        ? facts
        : decide(
            found.value,
            values(loaded.accesses),
            command,
            { ...facts.facts, now, linked: linkedIn(loaded) },
            spoken,
          );
    if (decision.kind === 'refused')
      return this.#refuse(person, decision.refusal, command.request, together);
    const extra = { texts: text === null ? [] : [text] };
    const isIdle = !('by' in command) && decision.happenings.length === 0;
    const rearmed = isIdle ? this.#rearmed(found.value) : {};
    const also: With = async (outcome) =>
      merged({ expecting: [] }, await together(outcome), rearmed);
    const read = [...expecting, ...counters];
    return this.#commit(loaded, read, decision.happenings, now, also, extra);
  }

  #unknown(person: PrincipalId | null, request: RequestId, together: With) {
    return this.#refuse(person, { code: 'unknown-request' }, request, together);
  }

  async #refuse(
    person: PrincipalId | null,
    refusal: Refusal,
    about: string,
    together: With,
  ): Promise<Outcome | 'conflict'> {
    const outcome: Outcome = { kind: 'refused', refusal };
    const counted =
      person === null ? {} : await refusalDraft(this.#shell, person, refusal.code, about);
    const result = await this.#shell.ledger.commit(
      merged({ expecting: [] }, counted, await together(outcome)),
    );
    return result.kind === 'committed' ? outcome : again(result.on);
  }

  /** A deadline that changed nothing may have come too early, by a clock that was set: it is set again. */
  #rearmed(request: AccessRequest): Partial<Draft> {
    const dues = alarms(request, this.#shell.settings);
    return { effects: dues.map(({ effect, at }) => draft(effect, at)) };
  }

  async #commit(
    loaded: Loaded,
    expecting: readonly Expectation[],
    happenings: readonly Happening[],
    now: Instant,
    together: With,
    extra: { readonly texts?: readonly StoredText[] },
  ): Promise<Outcome | 'conflict'> {
    const next = evolveAll(loaded, happenings, now);
    const outcome: Outcome = { kind: 'accepted', request: next.requests[0] ?? firstOf(loaded) };
    const follows = await following(this.#shell, next.requests, happenings, now);
    const result = await this.#shell.ledger.commit(
      merged(
        {
          expecting: [...expecting, ...expectations(loaded)],
          touches: next.turned.flatMap(({ requester, role }) => scopesOf(requester, role.name)),
          requests: next.requests,
          accesses: next.accesses,
          happenings,
          texts: extra.texts ?? [],
        },
        follows,
        await together(outcome),
      ),
      now,
    );
    return result.kind === 'committed' ? outcome : again(result.on);
  }
}

/** What it says, where it says anything. */
function textOf(command: ChangeCommand, random: Shell['random']): StoredText | null {
  const said = 'reason' in command ? command.reason : '';
  return said === '' ? null : saltedText(said, random(16));
}

/** A conflict on the attempt itself is final: its outcome is somebody else's to tell. */
function again(on: string): Outcome | 'conflict' {
  return on.startsWith('effect') ? { kind: 'superseded' } : 'conflict';
}
