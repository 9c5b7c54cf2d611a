/** Positions and what became of them, for people and for machines. */
import type { Result } from './crew.ts';
import { kindOf, nameOf } from './positions.ts';

interface Row {
  readonly where: string;
  readonly ok: number;
  readonly failed: number;
  readonly missed: number;
}

interface Besides {
  /** Methods that no script calls. */
  readonly missing: readonly string[];
  /** Positions for which there was no time. */
  readonly untried: number;
}

export function report(
  results: readonly Result[],
  { missing, untried }: Besides,
  isJson: boolean,
): void {
  for (const { where, ok, failed, missed } of rows(results))
    console.log(
      [where.padEnd(44), count(ok, 'ok'), count(failed, 'failed'), count(missed, 'not reached')]
        .join(' ')
        .trimEnd(),
    );
  for (const { position, faults } of results.filter(isFailed))
    console.log(`FAILED ${nameOf(position)}\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  for (const { position } of results.filter(({ reached }) => !reached))
    console.log(`not reached in two runs: ${nameOf(position)}`);
  for (const gap of missing) console.log(`FAILED ${gap}`);
  const failed = results.filter(isFailed).length + missing.length;
  const notReached = results.filter(({ reached }) => !reached).length;
  const positions = results.length;
  console.log(
    `${positions} positions, ${failed} failed, ${notReached} not reached, ${untried} not tried`,
  );
  if (isJson) console.log(JSON.stringify({ positions, failed, notReached, untried }));
}

export function isFailed({ faults }: Result): boolean {
  return faults.length > 0;
}

function rows(results: readonly Result[]): readonly Row[] {
  const table = new Map<string, Row>();
  for (const result of results) {
    const where = `${result.position.mode} ${kindOf(result.position)}`;
    const { ok, failed, missed } = table.get(where) ?? { ok: 0, failed: 0, missed: 0 };
    table.set(where, {
      where,
      ok: ok + (result.reached && !isFailed(result) ? 1 : 0),
      failed: failed + (isFailed(result) ? 1 : 0),
      missed: missed + (result.reached ? 0 : 1),
    });
  }
  return [...table.values()].sort((a, b) => (a.where < b.where ? -1 : 1));
}

function count(many: number, what: string): string {
  return many === 0 ? ' '.repeat(5) : `${`${many}`.padStart(5)} ${what}`;
}
