/** The product, broken on purpose: who breaks a glass, and who reviews it. */
import type { Mutant } from './mutants.ts';

export const GLASS: readonly Mutant[] = [
  {
    name: 'a glass is broken while another is not reviewed',
    file: 'src/core/break-glass.ts',
    from: "if (open !== undefined) return { code: 'review-open', request: open.id };",
    to: '',
  },
  {
    name: 'those who did it review it themselves',
    file: 'src/core/reviewing.ts',
    from: "if (sameHumanIds(facts, by, requester)) return { code: 'self-review' };",
    to: '',
  },
  {
    name: 'anybody whom policy names for anything reviews',
    file: 'src/core/reviewing.ts',
    from: 'const answer = inAnyOf(facts, by, groups);',
    to: 'const answer = inAnyOf(facts, by, [...facts.groups.keys()]);',
  },
  {
    name: 'a review is forgotten when it is overdue',
    file: 'src/core/deadlines.ts',
    from: 'return reviewing(request);',
    to: 'return [];',
  },
  {
    name: 'a glass is broken for as long as the role is given',
    file: 'src/core/break-glass.ts',
    from: 'maxDuration: Math.min(maxDuration, glass.max),',
    to: 'maxDuration,',
  },
  {
    name: 'a glass is broken without end',
    file: 'src/core/break-glass.ts',
    from: '>= most)',
    to: '> 9 * most)',
  },
];
