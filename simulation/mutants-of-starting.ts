/** The product, broken on purpose: when what was asked for later begins, and what is looked at then. */
import type { Mutant } from './mutants.ts';

export const STARTING: readonly Mutant[] = [
  {
    name: 'a start is only written down',
    file: 'src/core/giving.ts',
    from: 'if (start === undefined || start.at <= facts.now)',
    to: 'if (start === undefined || start.at > 0)',
  },
  {
    name: 'of several starts the first one counts',
    file: 'src/core/start.ts',
    from: 'return b.at > a.at ? b : a;',
    to: 'return b.at > a.at ? a : b;',
  },
  {
    name: 'nobody looks again at what begins',
    file: 'src/core/scheduling.ts',
    from: ': whyNoLonger(given, facts);',
    to: ': undefined;',
  },
  {
    name: 'what begins by itself slips past a freeze',
    file: 'src/workflow/dispatch.ts',
    from: "if (command.kind === 'begin') return this.#begin(command, together);",
    to: '',
  },
];
