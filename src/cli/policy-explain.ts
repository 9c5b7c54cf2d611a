/** `hallpass policy explain`: every rule that an ask meets or does not, and where it leads. */
import { approvalTerms } from '../core/card.ts';
import { parseCommandLine } from '../core/command-line.ts';
import type { Explanation, Path } from '../core/explain.ts';
import { explain } from '../core/explain.ts';
import type { Policy } from '../core/policy.ts';
import { refusalText } from '../core/refusal-text.ts';
import { plainStart, startFrom } from '../core/start.ts';
import { formatDuration } from '../core/time.ts';
import { MARKS } from '../core/why.ts';
import { plain } from './plain.ts';
import { SOMEBODY, type Supposed, suppose } from './policy-facts.ts';

/** @returns a sentence where the line is no ask, or it cannot be told who asks */
export function explainLine(policy: Policy, line: string, by: Supposed): Explanation | string {
  const facts = suppose(policy, by);
  if (typeof facts === 'string') return facts;
  const typed = parseCommandLine(line, { roles: Object.values(policy.roles) });
  if (typed.kind === 'mistake') return plainMistake(typed.message, typed.example);
  const ask = { by: SOMEBODY, duration: undefined, inputs: {}, reason: '' };
  if (typed.kind === 'form' && typed.role !== null)
    return explain({ kind: 'ask', ...ask, role: typed.role }, facts);
  if (typed.kind !== 'ask') return 'This asks for no role.';
  const { start, ...rest } = typed;
  const begins = start && { start: startFrom(start, policy.zone, facts.now) };
  return explain({ ...rest, ...begins, by: SOMEBODY }, facts);
}

function plainMistake(message: string, example: string): string {
  return `${message} For example: ${example}`;
}

export function explanationLines({ rules, path }: Explanation): readonly string[] {
  return [...rules.map(({ met, text }) => `${MARKS[met]} ${plain(text)}`), `→ ${pathText(path)}`];
}

function pathText(path: Path): string {
  if (path.kind === 'refused')
    return `refused (${path.refusal.code}): ${refusalText(path.refusal)}`;
  const { role, applied, duration, start } = path;
  const from = start === undefined ? '' : ` from ${plainStart(start)}`;
  const under = applied.length === 0 ? '' : ` under ${applied.join(', ')}`;
  const terms = plain(approvalTerms({ role }));
  return `${role.name} for ${formatDuration(duration)}${from}${under}; approval: ${terms}`;
}
