/** The product, broken on purpose: what stands at targets and no request holds. */
import type { Mutant } from './mutants.ts';

export const TARGETS: readonly Mutant[] = [
  {
    name: 'an orphan is left where it stands',
    file: 'src/workflow/reconcile.ts',
    from: "if (reconciliation.orphans !== 'remove') return {};",
    to: 'if (reconciliation !== undefined) return {};',
  },
  {
    name: 'targets are looked through once and never again',
    file: 'src/workflow/reconcile.ts',
    from: 'const at = now + (isNew ? Math.min(SECOND_LOOK, every) : every);',
    to: 'const at = now + 1_000 * every + Number(isNew);',
  },
  {
    name: 'nothing is looked through that a policy brings',
    file: 'src/workflow/reconcile.ts',
    from: 'fresh.push(draft(effect, shell.ledger.now() + FIRST + fresh.length * APART));',
    to: '',
  },
];
