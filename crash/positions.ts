/** Where a run ends the program: a script's life, and a point in it. */
import type { Store } from '../src/store/store.ts';
import type { Trace } from './birth.ts';

export const MODES = ['in-process', 'redis'] as const;
export type Mode = (typeof MODES)[number];

export interface Position {
  readonly mode: Mode;
  readonly script: string;
  readonly life: number;
  /** `store.commit#7:after` */
  readonly point: string;
}

export function nameOf({ mode, script, life, point }: Position): string {
  return `${mode}/${script}/${life}/${point}`;
}

/** `store.commit:after` */
export function kindOf({ point }: Position): string {
  return point.replace(/#\d+/, '');
}

/**
 * What changes nothing outside of the process: killed at any of these between two changes, the program
 * leaves the same behind, so the first of each in a life is enough. A method that is not named here is
 * taken for a change.
 */
const READS: ReadonlySet<string> = new Set(
  (
    [
      ...['request', 'access', 'version', 'requests', 'requestCount', 'requestsAfter', 'accesses'],
      ...['policyHash', 'lastCommittedAt', 'person', 'personByAccount', 'peopleByEmail', 'people'],
      ...['peopleEverOf', 'requestsOver'],
      ...['copy', 'copiesOf', 'laggingCopies', 'homes', 'homesIn', 'text', 'inbox', 'tally'],
      ...['entries', 'lastEntry', 'effect', 'nextDueAt', 'dueCount', 'upcoming'],
    ] as const satisfies readonly (keyof Store)[]
  ).map((method) => `store.${method}`),
);

const READING = [
  ...READS,
  ...['provider.check', 'provider.isLocal', 'chat.profile', 'chat.groupMembers'],
  ...['engine.nextDueAt', 'intake.formFor'],
];

/** Without Redis the queue is one timer. */
const IN_PROCESS = ['runner.ring', 'engine.drain'];

/**
 * @param every left out otherwise: points between which nothing was changed, such as the one after a call
 * and the one before the next. Whoever is killed at either leaves the same behind.
 */
export function pointsOf(mode: Mode, trace: Trace, every: boolean): readonly string[] {
  if (every) return trace.points;
  const reads = new Set(mode === 'redis' ? READING : [...READING, ...IN_PROCESS]);
  const idle = new Set(trace.idle);
  const isRead = (point: string) => reads.has(methodOf(point)) || idle.has(callOf(point));
  return trace.points.filter((point, index) => {
    if (isFirst(point)) return true;
    return !isRead(point) && !isAgain(trace.points, index, isRead);
  });
}

/** The point before a change, when no change has ended since the last one began or ended. */
function isAgain(
  points: readonly string[],
  index: number,
  isRead: (point: string) => boolean,
): boolean {
  if (points[index]?.endsWith(':after')) return false;
  const previous = points.slice(0, index).findLast((point) => !isRead(point));
  return previous?.endsWith(':after') ?? false;
}

function callOf(point: string): string {
  return point.slice(0, point.indexOf(':'));
}

function isFirst(point: string): boolean {
  return point.includes('#1:');
}

export function methodOf(point: string): string {
  return point.slice(0, point.indexOf('#'));
}

export interface Slice {
  readonly nth: number;
  readonly of: number;
}

/** `3/40`; or `day/40`, another one each day. @returns undefined: neither */
export function readSlice(text: string, today: number): Slice | undefined {
  const [, nth = '', of = ''] = /^(day|\d+)\/(\d+)$/.exec(text) ?? [];
  const parts = Number(of);
  if (nth === '' || parts === 0) return undefined;
  return { nth: (nth === 'day' ? today : Number(nth)) % parts, of: parts };
}

/** Every so-manieth: a slice goes through all scripts. */
export function sliced<Item>(items: readonly Item[], { nth, of }: Slice): readonly Item[] {
  return items.filter((_, index) => index % of === nth);
}
