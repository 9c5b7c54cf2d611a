/** What was measured, for people and for machines. */
import type { Measures } from './main.ts';

interface Line {
  readonly what: string;
  readonly ratio: string;
  readonly goal: string;
  readonly met: boolean;
  readonly of: string;
}

export function report(measures: Measures, isJson: boolean): void {
  const { lifecycleRatio, acks } = measures;
  const endLatenessRatio = worstEnd(measures);
  const auditVerifyRatio = measures.audit.verified / measures.audit.hashed;
  for (const line of table({ ...measures, endLatenessRatio, auditVerifyRatio })) print(line);
  if (!isJson) return;
  const figures = { lifecycleRatio, endLatenessRatio, ackP99Ms: acks.p99, auditVerifyRatio };
  const rounded = Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(2))]);
  console.log(JSON.stringify(Object.fromEntries(rounded)));
}

/** Of the two percentiles the one that compares worse. */
function worstEnd({ ends, jobs }: Measures): number {
  return Math.max(ends.p50 / jobs.p50, ends.p99 / jobs.p99);
}

type Figures = Measures & { readonly endLatenessRatio: number; readonly auditVerifyRatio: number };

function table(figures: Figures): readonly Line[] {
  const { livesPerSecond, jobsPerSecond, ends, jobs, acks, audit } = figures;
  const { lifecycleRatio, endLatenessRatio, auditVerifyRatio } = figures;
  return [
    {
      what: 'whole lifecycles ÷ (raw BullMQ jobs ÷ 8)',
      ratio: lifecycleRatio.toFixed(2),
      goal: '≥ 0.5',
      met: lifecycleRatio >= 0.5,
      of: `${livesPerSecond.toFixed(0)} and ${jobsPerSecond.toFixed(0)} a second`,
    },
    {
      what: `lateness of ${ends.jobs} ends ÷ of as many raw delayed jobs`,
      ratio: endLatenessRatio.toFixed(2),
      goal: '≤ 2',
      met: endLatenessRatio <= 2,
      of: `p50 ${millis(ends.p50)} and ${millis(jobs.p50)}, p99 ${millis(ends.p99)} and ${millis(jobs.p99)}`,
    },
    {
      what: 'acknowledgement p99 under 100 slash commands a second',
      ratio: millis(acks.p99),
      goal: '< 50 ms',
      met: acks.p99 < 50,
      of: `${acks.sent} commands, p50 ${millis(acks.p50)}, longest ${millis(acks.max)}`,
    },
    {
      what: 'audit verify ÷ a bare sha256 loop',
      ratio: auditVerifyRatio.toFixed(2),
      goal: '≥ 0.5',
      met: auditVerifyRatio >= 0.5,
      of: `${audit.entries} entries, ${audit.verified.toFixed(0)} and ${audit.hashed.toFixed(0)} a second`,
    },
  ];
}

function print({ what, ratio, goal, met, of }: Line): void {
  console.log(`${met ? 'met' : 'NOT met'}`.padEnd(9), ratio.padStart(9), goal.padEnd(8), what);
  console.log(' '.repeat(28), of);
}

function millis(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}
