/** Who is away, and who is told instead: people say so of themselves. See core/absence.ts. */
import type { Delivery } from '../chat/platform.ts';
import type { Absence } from '../core/absence.ts';
import {
  absenceText,
  delegationNote,
  isAway,
  LONGEST_ABSENCE,
  untilText,
} from '../core/absence.ts';
import type { PersonEvent } from '../core/audit.ts';
import type { Effect } from '../core/effect.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { Principal } from '../core/principal.ts';
import { sameHuman } from '../core/principal.ts';
import { person } from '../core/rich.ts';
import { formatDuration } from '../core/time.ts';
import type { TypedCommand } from '../core/typed-command.ts';
import { untilFrom } from '../core/until.ts';
import type { AnswerView, NoteView } from '../core/view.ts';
import type { PersonRecord, Versioned } from '../store/store.ts';
import { no, ok } from './answers.ts';
import type { Attempt, Outcome } from './attempt.ts';
import { waysTo } from './direct.ts';
import type { Directory } from './directory.ts';
import { draft } from './effect-row.ts';
import type { Gallery } from './gallery.ts';
import { findPerson, mentioned, trusted } from './people.ts';
import { arrives } from './say.ts';
import type { Draft, Shell } from './shell.ts';
import { nobodyInstead } from './stand-ins.ts';
import { momentMeant, type Whereabouts } from './starts.ts';

export type Absenting = Extract<TypedCommand, { kind: 'away' | 'delegate' | 'back' }>;
type Leaving = Exclude<Absenting, { kind: 'back' }>;

interface Written {
  readonly answer: AnswerView;
  readonly draft: Partial<Draft>;
}

export class Absences {
  readonly #shell: Shell;
  readonly #directory: Directory;

  constructor(shell: Shell, directory: Directory) {
    this.#shell = shell;
    this.#directory = directory;
  }

  /** Committed together with the answer. */
  async turn(
    command: Absenting,
    by: Principal,
    delivery: Delivery,
    around: Whereabouts,
  ): Promise<Written> {
    const stored = await this.#shell.store.person(by.id);
    if (stored === undefined) return only(no('Hallpass does not know you.', null));
    return command.kind === 'back'
      ? this.#back(stored)
      : this.#leave(command, stored, delivery, around);
  }

  #back(stored: Versioned<PersonRecord>): Written {
    const { absence, ...record } = stored.value;
    if (!isAway(absence, this.#shell.ledger.now())) return only(ok(['You are not away.']));
    return {
      answer: ok(['Welcome back. You are told again what waits for you.']),
      draft: changed(stored, record, { type: 'came-back' }),
    };
  }

  async #leave(
    command: Leaving,
    stored: Versioned<PersonRecord>,
    delivery: Delivery,
    around: Whereabouts,
  ): Promise<Written> {
    const now = this.#shell.ledger.now();
    const { at: until, zone } = momentMeant(this.#shell, around, (where, since) =>
      untilFrom(command.until, where, since),
    );
    const wrong = this.#wrongEnd(until, now);
    if (wrong !== undefined) return only(wrong);
    if (command.kind === 'away') return this.#gone(stored, { until, zone, delegate: null });
    const delegate = await this.#delegate(command.who, stored.value.principal, delivery);
    return 'tone' in delegate
      ? only(delegate)
      : this.#gone(stored, { until, zone, delegate: delegate.id });
  }

  #wrongEnd(until: number, now: number): AnswerView | undefined {
    if (until <= now) return no('That is over already.', null);
    return until > now + LONGEST_ABSENCE
      ? no(`Nobody is away for longer than ${formatDuration(LONGEST_ABSENCE)}.`, null)
      : undefined;
  }

  /** NB. Somebody who was never met is asked about: a delegate may hear of it before they ever asked. */
  async #delegate(
    typed: string,
    by: Principal,
    delivery: Delivery,
  ): Promise<Principal | AnswerView> {
    const met = await findPerson(this.#shell, typed, delivery);
    const person = met === undefined ? await this.#meet(typed, delivery) : trusted(met);
    if (person === undefined || person.accounts.length === 0)
      return no('Hallpass does not know that person.', null);
    return sameHuman(person, by) ? no('You cannot stand in for yourself.', null) : person;
  }

  async #meet(typed: string, { account }: Delivery): Promise<Principal | undefined> {
    const userId = mentioned(typed);
    if (userId === undefined) return undefined;
    const identity = await this.#directory.identify({ ...account, userId });
    return identity.kind === 'known' ? identity.person : undefined;
  }

  async #gone(stored: Versioned<PersonRecord>, absence: Absence): Promise<Written> {
    const { until, delegate } = absence;
    const { id } = stored.value.principal;
    const said = ok(absenceText(absence), ...(await this.#doubt(id, delegate)));
    const record = { ...stored.value, absence };
    const written = changed(stored, record, { type: 'went-away', until, delegate });
    if (delegate === null) return { answer: said, draft: written };
    const effect: Effect = { kind: 'delegation', from: id, to: delegate, absence };
    return {
      answer: said,
      draft: { ...written, effects: [draft(effect, this.#shell.ledger.now())] },
    };
  }

  /** Whom one counts on may be away as well. */
  async #doubt(id: PrincipalId, delegate: PrincipalId | null) {
    if (delegate === null) return [];
    const { absence } = (await this.#shell.store.person(delegate))?.value ?? {};
    if (!isAway(absence, this.#shell.ledger.now())) return [];
    const isNobody = await nobodyInstead(this.#shell, delegate, id);
    const instead = isNobody ? '; nobody is told instead of them.' : '.';
    return [[person(delegate), ' is away too, until ', ...untilText(absence), instead]];
  }
}

function only(answer: AnswerView): Written {
  return { answer, draft: {} };
}

function changed(
  { value, version }: Versioned<PersonRecord>,
  record: PersonRecord,
  event: PersonEvent,
): Partial<Draft> {
  const { id } = value.principal;
  return {
    expecting: [{ scope: { kind: 'person', id }, version }],
    people: [record],
    happenings: [{ subject: 'person', id, event }],
  };
}

type Delegation = Extract<Effect, { kind: 'delegation' }>;

/** A delegate whom nothing reaches is no use: whoever counts on them hears of it. */
export function delegationHandler(shell: Shell, gallery: Gallery) {
  return async ({ from, to, absence }: Delegation, attempt: Attempt): Promise<Outcome> => {
    const told = await toldOnce(shell, gallery, to, delegationNote(from, absence), attempt);
    if (told) return { kind: 'done' };
    const text = [person(to), ' could not be told that they are told instead of you.'];
    await toldOnce(shell, gallery, from, { text, buttons: [] }, attempt);
    return { kind: 'done' };
  };
}

/** By the first of their accounts that takes it. */
async function toldOnce(
  shell: Shell,
  gallery: Gallery,
  who: PrincipalId,
  note: NoteView,
  { signal }: Attempt,
): Promise<boolean> {
  const record = (await shell.store.person(who))?.value;
  const ways = record === undefined ? [] : waysTo(shell, trusted(record));
  const mentions = note.text.flatMap((one) =>
    typeof one !== 'string' && one.kind === 'person' ? [one.id] : [],
  );
  const people = await gallery.peopleById([who, ...mentions]);
  for (const { platform, account } of ways) {
    const where = { kind: 'person', account } as const;
    if (await arrives(shell, () => platform.postNote(where, note, people, { signal }))) return true;
  }
  return false;
}
