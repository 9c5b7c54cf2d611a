/**
 * What the simulation has come by. Each table names every kind that the program knows, so that a kind
 * that is added later fails to compile here; and a long run in which one never came is a failed run.
 */
import type { Answer, Plan, ProviderErrorCode, Reading } from '../src/access/provider.ts';
import type { CardSearch, ChatErrorCode, Intent } from '../src/chat/platform.ts';
import type { AccessEvent } from '../src/core/access.ts';
import type { Happening, InstallationEvent, PersonEvent } from '../src/core/audit.ts';
import type { EffectKind } from '../src/core/effect.ts';
import type { FinalStatus } from '../src/core/request.ts';
import type { PersonCommand, TimerCommand } from '../src/core/request-command.ts';
import type { RequestEventType } from '../src/core/request-event.ts';
import type { RosterErrorCode } from '../src/oncall/roster.ts';

type Counts<Kind extends string> = Record<Kind, number>;

function tables() {
  return {
    intent: { typed: 0, pressed: 0, confirmed: 0, submitted: 0 } satisfies Counts<Intent['kind']>,
    'freeze or thaw': { typed: 0, pressed: 0 },
    'person command': {
      ask: 0,
      'break-glass': 0,
      approve: 0,
      deny: 0,
      withdraw: 0,
      return: 0,
      extend: 0,
      revoke: 0,
      attest: 0,
      review: 0,
    } satisfies Counts<PersonCommand['kind']>,
    'timer command': {
      expire: 0,
      begin: 0,
      escalate: 0,
      nudge: 0,
      warn: 0,
      end: 0,
      'give-up': 0,
      alarm: 0,
      remind: 0,
    } satisfies Counts<TimerCommand['kind']>,
    'request event': {
      asked: 0,
      approved: 0,
      denied: 0,
      withdrawn: 0,
      expired: 0,
      scheduled: 0,
      cancelled: 0,
      escalated: 0,
      reminded: 0,
      'ladder-held': 0,
      'ladder-skipped': 0,
      'glass-broken': 0,
      'activation-started': 0,
      'grant-confirmed': 0,
      'grant-unsure': 0,
      activated: 0,
      warned: 0,
      'drift-seen': 0,
      'extension-asked': 0,
      'extension-closed': 0,
      'revoking-started': 0,
      'grant-gone': 0,
      attested: 0,
      finished: 0,
      'alarm-raised': 0,
      'use-seen': 0,
      'review-overdue': 0,
      reviewed: 0,
    } satisfies Counts<RequestEventType>,
    'access event': {
      'lease-added': 0,
      'lease-dropped': 0,
      'confirmed-present': 0,
      'confirmed-absent': 0,
      drifted: 0,
      'lease-attested': 0,
      adopted: 0,
    } satisfies Counts<AccessEvent['type']>,
    'person event': {
      met: 0,
      'account-linked': 0,
      'account-suspended': 0,
      'account-restored': 0,
      'went-away': 0,
      'came-back': 0,
      refused: 0,
    } satisfies Counts<PersonEvent['type']>,
    'installation event': {
      'policy-adopted': 0,
      'policy-rejected': 0,
      'deliveries-rejected': 0,
      'clock-stepped': 0,
      'text-erased': 0,
      frozen: 0,
      thawed: 0,
    } satisfies Counts<InstallationEvent['type']>,
    end: {
      ended: 0,
      returned: 0,
      revoked: 0,
      'activation-failed': 0,
    } satisfies Counts<FinalStatus>,
    effect: {
      deliver: 0,
      timer: 0,
      converge: 0,
      draw: 0,
      tell: 0,
      summon: 0,
      call: 0,
      nudge: 0,
      'stand-in': 0,
      delegation: 0,
      note: 0,
      alarm: 0,
      remind: 0,
      notice: 0,
      standstill: 0,
      reconcile: 0,
      use: 0,
      answer: 0,
      home: 0,
      tally: 0,
    } satisfies Counts<EffectKind>,
    plan: { planned: 0, refused: 0 } satisfies Counts<Plan['kind']>,
    answer: {
      done: 0,
      already: 0,
      pending: 0,
      conflict: 0,
      throttled: 0,
      unknown: 0,
      failed: 0,
    } satisfies Counts<Answer['kind']>,
    reading: {
      present: 0,
      partial: 0,
      absent: 0,
      unreadable: 0,
    } satisfies Counts<Reading['kind']>,
    'provider fault': {
      unavailable: 0,
      timeout: 0,
      'permission-denied': 0,
      'rate-limited': 0,
      conflict: 0,
      'bad-answer': 0,
      misconfigured: 0,
    } satisfies Counts<ProviderErrorCode>,
    'chat fault': {
      'rate-limited': 0,
      unavailable: 0,
      timeout: 0,
      'not-found': 0,
      undeliverable: 0,
      'permission-denied': 0,
      'bad-answer': 0,
    } satisfies Counts<ChatErrorCode>,
    'on call': { somebody: 0, nobody: 0 },
    'roster fault': {
      unavailable: 0,
      timeout: 0,
      'rate-limited': 0,
      'permission-denied': 0,
      'not-found': 0,
      'bad-answer': 0,
      misconfigured: 0,
    } satisfies Counts<RosterErrorCode>,
    search: { found: 0, absent: 0, 'cannot-tell': 0 } satisfies Counts<CardSearch['kind']>,
  };
}

export type Tables = ReturnType<typeof tables>;

export class Census {
  readonly tables: Tables = tables();

  command(kind: PersonCommand['kind']): void {
    this.tables['person command'][kind] += 1;
  }

  intent(kind: Intent['kind']): void {
    this.tables.intent[kind] += 1;
  }

  turned(how: 'typed' | 'pressed'): void {
    this.tables['freeze or thaw'][how] += 1;
  }

  effect(kind: EffectKind, command: TimerCommand['kind'] | undefined): void {
    this.tables.effect[kind] += 1;
    if (command !== undefined) this.tables['timer command'][command] += 1;
  }

  happening(happening: Happening): void {
    switch (happening.subject) {
      case 'request':
        this.tables['request event'][happening.event.type] += 1;
        if (happening.event.type === 'finished') this.tables.end[happening.event.status] += 1;
        return;
      case 'access':
        this.tables['access event'][happening.event.type] += 1;
        return;
      case 'person':
        this.tables['person event'][happening.event.type] += 1;
        return;
      case 'installation':
        this.tables['installation event'][happening.event.type] += 1;
    }
  }

  plan(plan: Plan): Plan {
    this.tables.plan[plan.kind] += 1;
    return plan;
  }

  answer(answer: Answer): Answer {
    this.tables.answer[answer.kind] += 1;
    return answer;
  }

  reading(reading: Reading): Reading {
    this.tables.reading[reading.kind] += 1;
    return reading;
  }

  search(search: CardSearch): CardSearch {
    this.tables.search[search.kind] += 1;
    return search;
  }

  providerFault(code: ProviderErrorCode): void {
    this.tables['provider fault'][code] += 1;
  }

  onCall(emails: readonly string[]): readonly string[] {
    this.tables['on call'][emails.length === 0 ? 'nobody' : 'somebody'] += 1;
    return emails;
  }

  rosterFault(code: RosterErrorCode): void {
    this.tables['roster fault'][code] += 1;
  }

  chatFault(code: ChatErrorCode): void {
    this.tables['chat fault'][code] += 1;
  }
}

/** The sum of what several worlds came by. */
export function added(sum: Tables, more: Tables): Tables {
  for (const [name, counts] of Object.entries(more)) {
    const into: Record<string, number> = sum[name as keyof Tables];
    for (const [kind, count] of Object.entries(counts)) into[kind] = (into[kind] ?? 0) + count;
  }
  return sum;
}

export function nothingYet(): Tables {
  return tables();
}

/** `effect tally`: kinds that never came. */
export function missing(counted: Tables): readonly string[] {
  return Object.entries(counted).flatMap(([table, counts]) =>
    Object.entries(counts).flatMap(([kind, count]) => (count === 0 ? [`${table} ${kind}`] : [])),
  );
}
