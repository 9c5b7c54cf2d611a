/** The product, broken on purpose: who is told that something waits, and when. */
import type { Mutant } from './mutants.ts';

export const LADDERS: readonly Mutant[] = [
  {
    name: 'quiet hours are not kept',
    file: 'src/core/quiet-hours.ts',
    from: 'if (!isWithin(quiet, minute)) return undefined;',
    to: 'if (minute >= 0) return undefined;',
  },
  {
    name: 'reminders come faster and faster',
    file: 'src/core/ladder.ts',
    from: '* (2 ** nth - 1);',
    to: '* nth;',
  },
  {
    name: 'nobody is told of a reminder',
    file: 'src/core/reactions.ts',
    from: 'return summons(request, event.groups, { reminder: event.nth });',
    to: 'return [];',
  },
  {
    name: 'nobody is reminded',
    file: 'src/core/deadlines.ts',
    from: "...dueAt(reminder, { kind: 'nudge', request: id }),",
    to: '',
  },
  {
    name: 'quiet hours outlast a request',
    file: 'src/core/ladder.ts',
    from: "quiet?.does === 'delay' && until < expiryOf(request)",
    to: "quiet?.does === 'delay'",
  },
  {
    name: 'requesters are their own managers',
    file: 'src/workflow/managers.ts',
    from: 'found.who.filter((one) => !sameHuman(one, person)).map((one) => one.id)',
    to: '[person.id, ...found.who.map((one) => one.id)]',
  },
  {
    name: 'nobody calls the manager',
    file: 'src/core/reactions.ts',
    from: "(event.managers ?? []).map((who) => ({ kind: 'call', request: request.id, who }))",
    to: '[]',
  },
  {
    name: 'whoever is away is told all the same',
    file: 'src/workflow/stand-ins.ts',
    from: 'if (await this.isAway(member.id)) away.push(member);\n      else told.set(member.id, member);',
    to: 'told.set(member.id, member);',
  },
  {
    name: 'a delegate is shown what policy does not show them',
    file: 'src/workflow/stand-ins.ts',
    from: 'return maySee(request, viewer) ? delegate : undefined;',
    to: 'return maySee(request, viewer) || true ? delegate : undefined;',
  },
];
