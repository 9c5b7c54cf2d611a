/** What has to be said was said: to the requester, to those who are called, to the channel of an alarm. */
import type { Happening } from '../src/core/audit.ts';
import type { RequestId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { isLive, isWaiting } from '../src/core/request.ts';
import type { RequestEvent } from '../src/core/request-event.ts';
import type { Rich } from '../src/core/rich.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE } from '../src/core/time.ts';
import type { NoteView } from '../src/core/view.ts';
import type { Commit } from '../src/store/store.ts';

/** What is said last may still be on its way when a world ends. */
const ON_ITS_WAY: Millis = 3 * MINUTE;

/** @returns what this commit does not say and has to */
export function unsaid(commit: Commit, happened: readonly Happening[]): string[] {
  const { effects = [], requests = [] } = commit;
  const said = new Set(effects.map(({ key }) => key));
  const extended = requests.filter(isExtended).map(({ id }) => `note/${id}/finished`);
  return happened
    .flatMap((one) => (one.subject === 'request' ? sayingOf(one.id, one.event) : []))
    .filter((key) => !said.has(key) && !extended.includes(key));
}

/** What is heard of then is the extension. */
function isExtended(request: AccessRequest): boolean {
  return 'cause' in request && request.cause.kind === 'extended';
}

function sayingOf(id: RequestId, event: RequestEvent): readonly string[] {
  switch (event.type) {
    case 'activated':
      return [`note/${id}/active`];
    case 'warned':
      return [`note/${id}/ending-soon`];
    case 'denied':
    case 'expired':
    case 'scheduled':
    case 'cancelled':
    case 'finished':
      return [`note/${id}/${event.type}`];
    case 'revoking-started':
      return 'by' in event.cause ? [`note/${id}/being-revoked`] : [];
    case 'reviewed':
      return [`note/${id}/reviewed`];
    case 'glass-broken':
      return event.told.map((group) => `summon/${id}/${group}`);
    case 'review-overdue':
      return [`remind/${id}/${event.nth}`];
    case 'escalated':
      return typeof event.to === 'string'
        ? [`summon/${id}/${event.to}`]
        : (event.managers ?? []).map((who) => `call/${id}/${who}`);
    case 'reminded':
      return event.groups.map((group) => `summon/${id}/${group}/${event.nth}`);
    case 'alarm-raised':
      return [`alarm/${id}/${event.nth}`];
    default:
      return [];
  }
}

/** Notes as they came to a chat, whether it could put them anywhere or not. */
export class Notes {
  readonly #alarms = new Set<RequestId>();
  readonly #lastWords = new Set<RequestId>();

  /** @param place `@` somebody, or a channel */
  heard(place: string, { text, buttons }: NoteView): void {
    const id = requestIn(text);
    if (id === undefined) return;
    if (!place.startsWith('@')) this.#alarms.add(id);
    else if (buttons.length === 0 && !isOnTheWay(text)) this.#lastWords.add(id);
  }

  isAlarmed(id: RequestId): boolean {
    return this.#alarms.has(id);
  }

  isToldOfEnd(id: RequestId): boolean {
    return this.#lastWords.has(id);
  }
}

function requestIn(text: Rich): RequestId | undefined {
  for (const segment of text)
    if (typeof segment !== 'string' && segment.kind === 'request') return segment.id;
  return undefined;
}

const isOnTheWay = (text: Rich): boolean =>
  text.includes(' is being revoked by ') || text.includes('Still waiting for you: ');

/** Whose requester has to have heard how it came out. Who withdraws knows. */
export function hasToBeTold(request: AccessRequest, now: Instant): boolean {
  if (isWaiting(request) || request.status === 'withdrawn' || isLive(request)) return false;
  if (isExtended(request)) return false;
  const endedAt = 'finishedAt' in request ? request.finishedAt : request.closedAt;
  return now - endedAt > ON_ITS_WAY;
}
