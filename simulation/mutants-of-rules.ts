/** The product, broken on purpose: who must agree, how much somebody may have, and what conditions choose. */
import type { Mutant } from './mutants.ts';

export const RULES: readonly Mutant[] = [
  {
    name: 'a group counts as a human',
    file: 'src/core/approval.ts',
    from: 'return roles.map(({ approval }) => progress(stagesOf(approval), humans, maySit));',
    to: 'return roles.map(({ approval }) => progress(stagesOf(approval).map((stage) => stage.map((one) => ({ ...one, count: 1 }))), humans, maySit));',
  },
  {
    name: 'requesters approve their own requests',
    file: 'src/core/approval.ts',
    from: "if (sameHumanIds(facts, by, request.requester)) return refused({ code: 'self-approval' });",
    to: '',
  },
  {
    name: 'anybody approves',
    file: 'src/core/approval.ts',
    from: "if (answers[0] === 'yes') return undefined;",
    to: 'if (answers.length > 0) return undefined;',
  },
  {
    name: 'groups for a decision are a minute old',
    file: 'src/workflow/groups.ts',
    from: 'return this.#groups(names, (source) => this.#members(source, io));',
    to: 'return this.drawn(names);',
  },
  {
    name: 'only the rule in force counts, not the one that was asked under',
    file: 'src/core/approval.ts',
    from: 'const roles: Roles = [request.role, inForce];\n  const before',
    to: 'const roles: Roles = [inForce, inForce];\n  const before',
  },
  {
    name: 'a quorum is no more than a wish',
    file: 'src/core/agreeing.ts',
    from: 'const begun = outcome.waitsFor.length === 0 ? beginInTime(given, facts) : [];',
    to: 'const begun = outcome.waitsFor.length >= 0 ? beginInTime(given, facts) : [];',
  },
  {
    name: 'what was asked is given, whatever was agreed to',
    file: 'src/core/agreeing.ts',
    from: 'const shortest = Math.min(agreed(request), duration);',
    to: 'const shortest = Math.max(agreed(request), duration, request.duration);',
  },
  {
    name: 'one human fills two seats',
    file: 'src/core/seats.ts',
    from: 'rest = rest.slice(looked);',
    to: 'rest = rest.slice(0);',
  },
  {
    name: 'one human sits wherever they may',
    file: 'src/core/seats.ts',
    from: 'here[free] = person;\n    return true;',
    to: 'here[free] = person;',
  },
  {
    name: 'stages need no order',
    file: 'src/core/approval.ts',
    from: 'progress(stagesOf(approval), humans, maySit)',
    to: 'progress([stagesOf(approval).flat()], humans, maySit)',
  },
  {
    name: 'approvers of earlier stages are not looked at again',
    file: 'src/core/approval.ts',
    from: "ids.some((id) => inAnyOf(facts, id, [of]) === 'yes');",
    to: "ids.some((id) => inAnyOf(facts, id, [of]) === 'yes' || humans.at(-1) !== ids);",
  },
  {
    name: 'limits are forgotten between the ask and the click',
    file: 'src/core/eligibility.ts',
    from: 'return whyLimited(request.role, request, facts) ?? whyLimited(inForce, request, facts);',
    to: 'return undefined;',
  },
  {
    name: 'what conditions choose is left out',
    file: 'src/core/ruling.ts',
    from: 'const approval = strictest(role.approval, applying);',
    to: 'const approval = applying.length > 1 ? strictest(role.approval, applying) : role.approval;',
  },
  {
    name: 'automatic access has no cap',
    file: 'src/core/ruling.ts',
    from: 'return begun.filter((at) => at > facts.now - within).length >= most;',
    to: 'return begun.filter((at) => at > facts.now - within).length > 2 * most;',
  },
  {
    name: 'colleagues approve for each other',
    file: 'src/core/separation.ts',
    from: "'own-team': (by, requester, facts) => {",
    to: "'own-team': (by, requester, facts) => {\n    if (by !== requester) return undefined;",
  },
];
