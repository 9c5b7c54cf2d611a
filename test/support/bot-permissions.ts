/** What the bot may do by `examples/aws`, and what it calls by its source. For tests. */
import { readFileSync } from 'node:fs';

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** @param name of the file in `examples/aws`, without `.json` */
export function statementsOf(name: string): readonly Statement[] {
  const file = new URL(`../../examples/aws/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).Statement;
}

export function all(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Each once, in order. */
export function actionsOf(statements: readonly Statement[]): readonly string[] {
  return sorted(statements.flatMap(({ Action }) => all(Action)));
}

/**
 * @param source below `src/access`: `aws-timer.ts`
 * @param service of each command, as IAM spells it: `ec2`
 */
export function calledIn(source: string, service: (command: string) => string): readonly string[] {
  const text = readFileSync(new URL(`../../src/access/${source}`, import.meta.url), 'utf8');
  const names = [...text.matchAll(/sdk\.(\w+)Command\b/g)].map(([, name = '']) => name);
  return names.map((name) => `${service(name)}:${name}`);
}

/** Each once, in order. */
export function sorted(actions: readonly string[]): readonly string[] {
  return [...new Set(actions)].sort();
}
