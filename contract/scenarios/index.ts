import type { Scenario } from '../scenario.ts';
import { LIFE } from './life.ts';
import { OTHERS } from './others.ts';
import { STRAYS } from './strays.ts';
import { TROUBLES } from './troubles.ts';

export const SCENARIOS: readonly Scenario[] = [...LIFE, ...OTHERS, ...TROUBLES, ...STRAYS].sort(
  (a, b) => a.number - b.number,
);
