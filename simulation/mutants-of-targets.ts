/** The product, broken on purpose: what stands at targets and no request holds, and what is not used. */
import type { Mutant } from './mutants.ts';

export const TARGETS: readonly Mutant[] = [
  {
    name: 'an orphan is left where it stands',
    file: 'src/workflow/reconcile.ts',
    from: "does === 'remove' ? strays.filter(isLeft) : [];",
    to: "does === 'remove' ? strays.slice(0, 0) : [];",
  },
  {
    name: 'targets are looked through once and never again',
    file: 'src/workflow/reconcile.ts',
    from: 'const at = now + Math.min(pauseAfter(last, next), every);',
    to: 'const at = now + 1_000 * every + Math.min(pauseAfter(last, next), every);',
  },
  {
    name: 'nothing is looked through that a policy brings',
    file: 'src/workflow/reconcile.ts',
    from: 'soon.push(draft(look, now + FIRST + soon.length * APART));',
    to: '',
  },
  {
    name: 'nobody looks whether access is used',
    file: 'src/core/reactions.ts',
    from: "if (event.type === 'activated' && returnIfUnusedFor !== undefined)",
    to: "if (event.type === 'activated' && returnIfUnusedFor === 0)",
  },
  {
    name: 'what shows late is taken for unused before it can show',
    file: 'src/core/use.ts',
    from: 'facts.now - lagOf(uses) >= since',
    to: 'facts.now >= since',
  },
  {
    name: 'use is not counted as use',
    file: 'src/core/use.ts',
    from: "if (use.kind === 'used') since = Math.max(since, use.lastAt ?? since);",
    to: '',
  },
  {
    name: 'what is worked on counts as gone when it is not there',
    file: 'src/core/observe.ts',
    from: "if (seen.mayCome || !isOver) return { happenings: [], next: 'retry' };",
    to: "if (!isOver) return { happenings: [], next: 'retry' };",
  },
  {
    name: 'it is forgotten whose it is once it was done',
    file: 'src/workflow/trial.ts',
    from: 'return isOver ? { ...known, isOver } : known;',
    to: 'return isOver ? null : known;',
  },
  {
    name: 'what nobody answered is not waited for',
    file: 'src/access/aws-identity-center/asking.ts',
    from: "if (receipt.kind !== 'accepted') return isAwaited(receipt, LANDS, now);",
    to: "if (receipt.kind !== 'accepted') return false;",
  },
  {
    name: 'it is asked for before it is written down',
    file: 'src/access/aws-identity-center/asking.ts',
    from: 'await note(asked);',
    to: 'void note;',
  },
  {
    name: 'what was turned away is still taken for asked',
    file: 'src/workflow/trial.ts',
    from: 'isTurnedAway(answer) ? before : (noted ?? before)',
    to: 'noted ?? before',
  },
  {
    name: 'what was never answered is forgotten when asking again fails',
    file: 'src/access/aws-identity-center/asking.ts',
    from: 'receipt: awaited ? receipt : null',
    to: 'receipt: null',
    rare: true,
  },
  {
    name: 'what is being taken away is open when it is asked for anew',
    file: 'src/workflow/trial.ts',
    from: 'return held && !hasReceipt(aftermath) && isAsWanted(',
    to: 'return held && isAsWanted(',
  },
  {
    name: 'what is being taken away is open when nobody answers how far it is',
    file: 'src/workflow/heard.ts',
    from: "const isOpen = wasAtIt || ('receipt' in",
    to: "const isOpen = ('receipt' in",
  },
  {
    name: 'what is being taken away is open when nobody knows of it yet',
    file: 'src/access/aws-identity-center/asking.ts',
    from: "isThere && progress?.kind !== 'failed' && isAwaited",
    to: "isThere && progress?.kind === 'succeeded' && isAwaited",
    rare: true,
  },
  {
    name: 'what is being taken away is forgotten when that is in its own way',
    file: 'src/access/aws-identity-center/asking.ts',
    from: 'return isTaken && isAwaited(receipt, LANDS, io.now) ? unlessGoing(answer, receipt) : answer;',
    to: 'return answer;',
  },
  {
    name: 'what is gone again counts as open',
    file: 'src/core/observe.ts',
    from: "return access?.confirmed.kind === 'present' && access.confirmed.drifted !== true;",
    to: "return access?.confirmed.kind === 'present';",
  },
];
