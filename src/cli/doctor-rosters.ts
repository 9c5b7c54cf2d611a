/** Does each schedule that policy names answer? Nothing is changed there, and nobody is paged. */
import type { Policy } from '../core/policy.ts';
import { SECOND } from '../core/time.ts';
import type { Roster } from '../oncall/roster.ts';

interface Finding {
  readonly where: string;
  readonly level: 'ok' | 'warning' | 'fault';
  readonly message: string;
}

/** Of each schedule once, however many groups name it. Nobody's address is told. */
export async function rosterFindings(
  rosters: ReadonlyMap<string, Roster>,
  policy: Policy,
): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  for (const { sources } of Object.values(policy.groups))
    for (const source of sources) {
      if (source.kind !== 'roster') continue;
      const { roster, schedule } = source;
      const where = `${roster} schedule ${schedule}`;
      if (!findings.has(where))
        findings.set(where, { where, ...(await answerOf(rosters.get(roster), schedule)) });
    }
  return [...findings.values()];
}

async function answerOf(
  roster: Roster | undefined,
  schedule: string,
): Promise<Omit<Finding, 'where'>> {
  if (roster === undefined) return { level: 'fault', message: 'is not set up' };
  try {
    const emails = await roster.onCall(schedule, { signal: AbortSignal.timeout(30 * SECOND) });
    return emails.length === 0
      ? { level: 'warning', message: 'answers that nobody is on call' }
      : { level: 'ok', message: `answers: ${emails.length} on call` };
  } catch (error) {
    return { level: 'fault', message: error instanceof Error ? error.message : String(error) };
  }
}
