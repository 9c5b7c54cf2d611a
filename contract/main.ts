/**
 * `npm run contract`: every provider, through its real client code, against a stand-in of its service
 * that fails before, after and during. Prints a table; `--json` prints counts, `--only haproxy` and
 * `--scenario 4` take a part, `--write` puts the table into docs/providers.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PLACES } from './places/index.ts';
import { type Outcome, play } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { asJson, reasons, table } from './table.ts';

const PAGE = fileURLToPath(new URL('../docs/providers.md', import.meta.url));
const MARKED = /(<!-- contract -->\n)[\s\S]*?(<!-- \/contract -->)/;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
      scenario: { type: 'string' },
    },
  });
  const { only, scenario } = values;
  const places = PLACES.filter(({ name }) => only === undefined || name === only);
  const chosen = SCENARIOS.filter(
    ({ number }) => scenario === undefined || number === Number(scenario),
  );
  const results = new Map<string, Map<number, Outcome>>();
  for (const place of places) {
    const outcomes = new Map<number, Outcome>();
    results.set(place.name, outcomes);
    for (const one of chosen) outcomes.set(one.number, await play(place, one));
  }
  const shown = [table(results, chosen), '', ...reasons(results)].join('\n');
  console.log(values.json ? asJson(results) : shown);
  if (values.write)
    writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(MARKED, `$1${shown}\n$2`));
  const outcomes = [...results.values()].flatMap((each) => [...each.values()]);
  return outcomes.length > 0 && outcomes.every(({ kind }) => kind !== 'failed') ? 0 : 1;
}

process.exitCode = await main();
