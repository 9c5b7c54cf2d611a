/** What came of it, for people and for machines. */
import type { Outcome } from './run.ts';
import type { Scenario } from './scenario.ts';

/** By provider and number of the scenario. */
export type Results = ReadonlyMap<string, ReadonlyMap<number, Outcome>>;

const SIGNS = { passed: '✓', failed: '✗', unfit: '–' } as const satisfies Record<
  Outcome['kind'],
  string
>;

export function table(results: Results, scenarios: readonly Scenario[]): string {
  const names = [...results.keys()];
  const rows = scenarios.map(({ number, name }) => [
    ...[String(number), name],
    ...names.map((provider) => sign(results, provider, number)),
  ]);
  const head = ['', 'scenario', ...names];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function sign(results: Results, provider: string, number: number): string {
  const outcome = results.get(provider)?.get(number);
  return outcome === undefined ? '' : SIGNS[outcome.kind];
}

/** Why each that does not pass does not. */
export function reasons(results: Results): readonly string[] {
  return [...results].flatMap(([provider, outcomes]) =>
    [...outcomes].flatMap(([number, outcome]) =>
      outcome.kind === 'passed' ? [] : [`- ${provider} ${number}: ${outcome.why}`],
    ),
  );
}

export function asJson(results: Results): string {
  const all = [...results].map(([provider, outcomes]) => [provider, counted(outcomes)] as const);
  return JSON.stringify(Object.fromEntries(all));
}

function counted(outcomes: ReadonlyMap<number, Outcome>) {
  const of = (kind: Outcome['kind']) =>
    [...outcomes].filter(([, outcome]) => outcome.kind === kind).map(([number]) => number);
  return {
    passed: of('passed').length,
    failed: of('failed').length,
    notApplicable: of('unfit'),
  };
}
