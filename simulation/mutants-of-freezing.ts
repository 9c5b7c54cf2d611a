/** The product, broken on purpose: what a freeze stops, and what it takes away. */
import type { Mutant } from './mutants.ts';

export const FREEZING: readonly Mutant[] = [
  {
    name: 'a freeze does not stop what is asked and approved',
    file: 'src/workflow/dispatch.ts',
    from: 'const standstill = opens ? await store.standstill() : null;',
    to: 'const standstill = opens ? null : await store.standstill();',
  },
  {
    name: 'what is read back while all is frozen becomes active',
    file: 'src/core/observe.ts',
    from: 'const opened = isFrozen ? [] : openAll(',
    to: 'const opened = openAll(',
    rare: true,
  },
  {
    name: 'a freeze takes nothing away',
    file: 'src/workflow/kill-switch.ts',
    from: "draft({ kind: 'standstill', why: text.digest, after }, at),",
    to: '',
  },
  {
    name: 'anybody whom policy names for anything freezes and thaws',
    file: 'src/workflow/kill-switch.ts',
    from: 'by.id, policy().switchers)',
    to: 'by.id, Object.keys(policy().groups))',
  },
  {
    name: 'whoever may freeze presses what somebody else was told',
    file: 'src/workflow/kill-switch.ts',
    from: 'if (confirmation?.by !== by.id ||',
    to: 'if (confirmation === undefined ||',
  },
  {
    name: 'the button of a freeze holds for ever',
    file: 'src/workflow/kill-switch.ts',
    from: ' || age > PREVIEW_HOLDS',
    to: '',
  },
  {
    name: 'the button of a freeze freezes again after a thaw',
    file: 'src/workflow/kill-switch.ts',
    from: 'how.told.version !== version',
    to: 'how.told.version > version',
  },
];
