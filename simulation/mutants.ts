/**
 * The product, broken on purpose, one place at a time: each of these takes away one thing that a promise
 * stands on. One that the simulation does not notice is a hole in the simulation.
 */
import { FREEZING } from './mutants-of-freezing.ts';
import { GLASS } from './mutants-of-glass.ts';
import { LADDERS } from './mutants-of-ladders.ts';
import { PEOPLE } from './mutants-of-people.ts';
import { RULES } from './mutants-of-rules.ts';
import { STARTING } from './mutants-of-starting.ts';
import { TARGETS } from './mutants-of-targets.ts';

export interface Mutant {
  /** What is left out or done wrong. */
  readonly name: string;
  readonly file: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
  /** Takes thousands of lives to be noticed. */
  readonly rare?: true;
}

const LIFE: readonly Mutant[] = [
  {
    name: 'the wish to end is dropped',
    file: 'src/core/deadlines.ts',
    from: 'return [...warning(request), ending(request)];',
    to: 'return warning(request);',
  },
  {
    name: 'nobody is alarmed while access is taken away',
    file: 'src/core/deadlines.ts',
    from: 'return [alarm(request, timing)];',
    to: 'return [];',
  },
  {
    name: 'access opens after its end',
    file: 'src/core/observe.ts',
    from: "if (request.status !== 'activating' || now >= request.endsAt) return [];",
    to: "if (request.status !== 'activating') return [];",
    rare: true,
  },
  {
    name: 'the first one out revokes',
    file: 'src/core/access.ts',
    from: 'until: Math.max(...ends) }',
    to: 'until: Math.min(...ends) }',
  },
  {
    name: 'an extension outlives what was taken away',
    file: 'src/core/extending.ts',
    from: 'const others = linkedTo(request, facts.linked).filter(isGiven);',
    to: 'const others: Active[] = [];',
    rare: true,
  },
  {
    name: 'an extension waits for what is over',
    file: 'src/core/extending.ts',
    from: "if (other.status === 'pending') return [of(other, { type: 'expired' })];",
    to: '',
  },
  {
    name: 'what is extended does not make way',
    file: 'src/core/extending.ts',
    from: "if (first?.status !== 'active') return [];",
    to: "if (first?.status !== 'revoking') return [];",
  },
  {
    name: 'extensions add up beyond the longest',
    file: 'src/core/extending.ts',
    from: 'const since = first.extends?.since ?? first.startedAt;',
    to: 'const since = first.endsAt;',
  },
  {
    name: 'an access is wanted for an hour longer',
    file: 'src/core/giving.ts',
    from: "event: { type: 'lease-added', right, request: ask.id, endsAt },",
    to: "event: { type: 'lease-added', right, request: ask.id, endsAt: endsAt + 3_600_000 },",
  },
];

const PROOF: readonly Mutant[] = [
  {
    name: 'the second read is skipped',
    file: 'src/core/observe.ts',
    from: 'if (seen.firstAbsentAt === null || now - seen.firstAbsentAt < seen.settle)',
    to: 'if (seen.firstAbsentAt === undefined)',
    rare: true,
  },
  {
    name: 'the two reads are not settle time apart',
    file: 'src/workflow/converge.ts',
    from: 'settle: provider.capabilities.settle,',
    to: 'settle: 0,',
    rare: true,
  },
  {
    name: 'what cannot be read counts as absent',
    file: 'src/workflow/heard.ts',
    from: "return { kind: 'unreadable', why: reading.why };",
    to: "return { kind: 'absent' };",
  },
  {
    name: 'a read that fails counts as absent',
    file: 'src/workflow/trial.ts',
    from: "return { kind: 'unreadable', why: error instanceof Error ? error.message : 'aborted' };",
    to: "return { kind: 'absent' };",
  },
  {
    name: 'an accepted write counts as done',
    file: 'src/workflow/trial.ts',
    from: "const left: Seen = isForeign(answer) ? { kind: 'foreign' } : await look(work);",
    to: "const left: Seen = aim.kind === 'until' ? { kind: 'present', until: keepsEnds(provider) ? aim.until : null } : { kind: 'absent' };",
  },
  {
    name: 'access is given before its timer is set',
    file: 'src/workflow/trial.ts',
    from: 'return isSet(answer) ? { armed: due, trouble: null } : { armed, trouble: answer };',
    to: 'return { armed: due, trouble: null };',
  },
  {
    name: 'who may not go now does not come again',
    file: 'src/workflow/converge.ts',
    from: "return { kind: 'again', at: notBefore, progress: attempt.progress, failures: 'kept' };",
    to: "return { kind: 'done' };",
  },
  {
    name: 'nobody ever leaves',
    file: 'src/workflow/traffic.ts',
    from: 'if (place !== undefined) place.isTaken = false;',
    to: '',
  },
  {
    name: 'no timer is ever set',
    file: 'src/workflow/trial.ts',
    from: 'const due = provider.arm === undefined ? undefined',
    to: 'const due = provider.arm !== undefined ? undefined',
  },
  {
    name: 'what was never read back counts as held',
    file: 'src/workflow/trial.ts',
    from: "const held = access.confirmed.kind === 'present';",
    to: "const held = access.confirmed.kind !== 'absent';",
    rare: true,
  },
  {
    name: 'somebody else’s entry is taken for ours',
    file: 'src/workflow/trial.ts',
    from: "const left: Seen = isForeign(answer) ? { kind: 'foreign' } : await look(work);",
    to: 'const left: Seen = await look(work);',
  },
  {
    name: 'what stands there after any write is ours',
    file: 'src/workflow/heard.ts',
    from: "return answer.kind === 'done' || answer.kind === 'already';",
    to: "return answer.kind !== 'already' || answer.owner !== 'foreign';",
    rare: true,
  },
  {
    name: 'a revocation is given up after three tries',
    file: 'src/workflow/converge.ts',
    from: 'const failures = attempt.failures + 1;',
    to: "const failures = attempt.failures + 1;\n  if (next === 'retry' && failures > 3) return { kind: 'done' };",
  },
];

const WORK: readonly Mutant[] = [
  {
    name: 'the number of the attempt is ignored',
    file: 'src/store/effect-life.ts',
    from: 'row.attempt === attempt && row.leasedUntil !== null',
    to: 'attempt > 0',
  },
  {
    name: 'the sweeper is forgotten',
    file: 'src/workflow/sweep.ts',
    from: 'await this.#effects.sweep(GRACE);',
    to: '',
  },
  {
    name: 'a delivery is acknowledged before it is written',
    file: 'src/workflow/intake.ts',
    from: 'const result = await ledger.commit({\n      expecting: [],\n      received:',
    to: "const result = { kind: 'committed' } as { kind: string };\n    void ledger.commit({\n      expecting: [],\n      received:",
  },
  {
    name: 'a command is settled apart from its outcome',
    file: 'src/workflow/deliver.ts',
    from: "await this.#dispatcher.dispatch(command, together);\n    return { kind: 'settled' };",
    to: "const apart = await this.#dispatcher.dispatch(command);\n    return { kind: 'done', draft: { ...together(apart), settles: undefined } as Partial<Draft> };",
  },
  {
    name: 'versions are not looked at',
    file: 'src/store/conflicts.ts',
    from: 'if (found.version(key) !== version) return key;',
    to: '',
  },
  {
    name: 'a lease keeps nobody else away',
    file: 'src/store/effect-life.ts',
    from: 'return row.leasedUntil !== null && row.leasedUntil > at;',
    to: 'return false;',
    rare: true,
  },
  {
    name: 'an entry does not cover the one before it',
    file: 'src/core/audit.ts',
    from: 'export function hashOf(prev: string, body: string): string {',
    to: "export function hashOf(prev: string, body: string): string {\n  prev = '';",
  },
];

const TALK: readonly Mutant[] = [
  {
    name: 'lines that could not be posted count as told',
    file: 'src/workflow/tell.ts',
    from: 'if (error instanceof ChatError && isFinal(error)) return error;\n    throw error;',
    to: 'return undefined;',
  },
  {
    name: 'a card that could not be drawn counts as drawn',
    file: 'src/workflow/draw.ts',
    from: 'await platform.updateCard(copy.ref, card, people, io);',
    to: 'await platform.updateCard(copy.ref, card, people, io).catch(() => {});',
  },
  {
    name: 'a card is given up at the first trouble',
    file: 'src/workflow/copies.ts',
    from: "return error.code === 'undeliverable' || error.code === 'not-found'",
    to: 'return true',
  },
  {
    name: 'a card that was posted twice is left as it is',
    file: 'src/workflow/stray.ts',
    from: 'if (unposted) return {};',
    to: 'if (unposted || copies.length > 0) return {};',
  },
  {
    name: 'open home pages are not drawn again',
    file: 'src/workflow/follow.ts',
    from: 'dues.push(...reaction.effects, ...(await openHomes(shell, request, now)));',
    to: 'dues.push(...reaction.effects);',
  },
  {
    name: 'nobody is told what came of it',
    file: 'src/workflow/deliver.ts',
    from: 'answered: { key, answer: said },\n      effects: [draft(effect, this.#shell.ledger.now())],',
    to: 'answered: { key, answer: said },',
  },
];

export const MUTANTS: readonly Mutant[] = [
  ...RULES,
  ...FREEZING,
  ...GLASS,
  ...LADDERS,
  ...STARTING,
  ...TARGETS,
  ...LIFE,
  ...PROOF,
  ...WORK,
  ...TALK,
  ...PEOPLE,
];
