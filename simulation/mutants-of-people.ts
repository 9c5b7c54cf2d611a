/** The product, broken on purpose: who may do what, and what is said and written down of it. */
import type { Mutant } from './mutants.ts';

const WHO: readonly Mutant[] = [
  {
    name: 'anybody denies',
    file: 'src/core/decide.ts',
    from: 'const answer = inAnyOf(facts, by, groups);',
    to: "const answer = groups.length > 0 ? 'yes' : inAnyOf(facts, by, groups);",
  },
  {
    name: 'requesters deny their own requests',
    file: 'src/core/decide.ts',
    from: "  if (sameHumanIds(facts, by, request.requester)) return refused({ code: 'self-approval' });",
    to: '',
  },
  {
    name: 'anybody withdraws',
    file: 'src/core/scheduling.ts',
    from: "return provedSameHuman(facts, by, request.requester)\n    ? accepted([of(request, { type: 'withdrawn' })])",
    to: "return by !== ''\n    ? accepted([of(request, { type: 'withdrawn' })])",
  },
  {
    name: 'anybody returns',
    file: 'src/core/decide.ts',
    from: "return provedSameHuman(facts, command.by, request.requester)\n        ? accepted(takeAway(request, accesses, { kind: 'return' }, facts))",
    to: "return command.by !== ''\n        ? accepted(takeAway(request, accesses, { kind: 'return' }, facts))",
  },
  {
    name: 'anybody extends',
    file: 'src/core/extending.ts',
    from: "if (!provedSameHuman(facts, by, first.requester)) return refused({ code: 'not-the-requester' });",
    to: '',
  },
  {
    name: 'anybody revokes',
    file: 'src/core/eligibility.ts',
    from: 'const answer = inAnyOf(facts, by, [...inForce, ...role.revokers]);',
    to: "const answer = inForce.length > 0 ? 'yes' : inAnyOf(facts, by, [...inForce, ...role.revokers]);",
  },
  {
    name: 'a changed e-mail suspends nobody',
    file: 'src/workflow/directory.ts',
    from: 'if (profile.email !== principal.email) {',
    to: 'if (profile.email === null) {',
  },
  {
    name: 'guests are members',
    file: 'src/workflow/directory.ts',
    from: "if (profile.standing !== 'member') {",
    to: "if (profile.standing === 'stranger') {",
  },
  {
    name: 'earlier approvers are taken from the store',
    file: 'src/workflow/facts.ts',
    from: "const isJudging = kind === 'approve' || kind === 'review' || kind === 'attest';",
    to: "const isJudging = kind === 'review' || kind === 'attest';",
  },
  {
    name: 'decisions are made by a policy that is not adopted',
    file: 'src/workflow/dispatch.ts',
    from: "if (adopted !== policy().hash) return { code: 'policy-differs' };",
    to: "if (adopted === undefined) return { code: 'policy-differs' };",
  },
  {
    name: 'anybody asks',
    file: 'src/core/eligibility.ts',
    from: 'const answer = inAnyOf(facts, by, role.who);',
    to: "const answer = role.name !== '' ? 'yes' : inAnyOf(facts, by, role.who);",
  },
];

const SAID: readonly Mutant[] = [
  {
    name: 'shared ends are called proven',
    file: 'src/core/giving.ts',
    from: "...(allGone ? [finished(request, cause, 'shared')] : []),",
    to: "...(allGone ? [finished(request, cause, 'proven')] : []),",
  },
  {
    name: 'escalation calls nobody',
    file: 'src/core/reactions.ts',
    from: "? [{ kind: 'summon', request: request.id, group: event.to }]",
    to: '? []',
  },
  {
    name: 'alarms are not said',
    file: 'src/core/reactions.ts',
    from: "return [{ kind: 'alarm', request: request.id, nth: event.nth }];",
    to: 'return [];',
  },
  {
    name: 'nobody hears that access is open',
    file: 'src/core/reactions.ts',
    from: "return [note(request, 'active')];",
    to: 'return [];',
  },
  {
    name: 'nobody hears how it came out',
    file: 'src/core/reactions.ts',
    from: "return isExtended(request) ? [] : [note(request, 'finished')];",
    to: 'return [];',
  },
  {
    name: 'what is said is tried once',
    file: 'src/workflow/say.ts',
    from: 'if (!(error instanceof ChatError && NEVER.has(error.code))) throw error;',
    to: '',
  },
  {
    name: 'live access is not looked at again',
    file: 'src/workflow/converge.ts',
    from: "const progress = kept({ armed, watched: true });\n      return { kind: 'again', dueAt, failures: 0, progress, aftermath: null };",
    to: "return { kind: 'done' };",
  },
  {
    name: 'what we have written is forgotten',
    file: 'src/workflow/trial.ts',
    from: 'const wish: Wish = { wanted: aim, aims: access.aims, held, receipt, note };',
    to: 'const wish: Wish = { wanted: aim, aims: [], held, receipt, note };',
  },
  {
    name: 'time runs backwards',
    file: 'src/workflow/shell.ts',
    from: 'const now = () => Math.max(clock.now(), latest + Math.floor(clock.monotonic() - since));',
    to: 'const now = () => clock.now();',
  },
  {
    name: 'what cannot be read counts as present',
    file: 'src/workflow/heard.ts',
    from: "return { kind: 'unreadable', why: reading.why };",
    to: "return { kind: 'present', until: null };",
  },
  {
    name: 'erased text stays on cards',
    file: 'src/workflow/erase.ts',
    from: 'requests: shown.map(({ value }) => value),',
    to: 'requests: [],',
  },
  {
    name: 'refusals are not audited',
    file: 'src/workflow/dispatch.ts',
    from: 'person === null ? {} : await refusalDraft(this.#shell, person, refusal.code, about);',
    to: 'person === null || about !== null ? {} : await refusalDraft(this.#shell, person, refusal.code, about);',
  },
  {
    name: 'counted refusals are lost',
    file: 'src/workflow/refusals.ts',
    from: 'happenings: tally.count > 0 ? [refused(detail, tally.count)] : [],',
    to: 'happenings: [],',
  },
  {
    name: 'drift is not mended',
    file: 'src/workflow/trial.ts',
    from: 'if (asWanted(work, found, held))',
    to: "if (asWanted(work, found, held) || (held && aim.kind === 'until'))",
    rare: true,
  },
];

export const PEOPLE: readonly Mutant[] = [...WHO, ...SAID];
