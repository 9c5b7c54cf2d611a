/** What is said about an event: the line in the thread, the note to the requester, the alarm. */

import { agreed } from './agreeing.ts';
import { buttonsOn, sharedButtons } from './buttons.ts';
import type { Texts } from './card.ts';
import { approvalTerms, cancelledLine, finishedLine, seats, textOf, whyExpired } from './card.ts';
import type { NoteKind } from './effect.ts';
import {
  brokenText,
  groupNames,
  JUDGEMENT_WORDS,
  reviewedText,
  termsOfReview,
  toBeReviewed,
} from './glass-text.ts';
import { ladderText } from './ladder-text.ts';
import { lateness } from './lateness.ts';
import { fromStart, lengthOf } from './length-text.ts';
import { added } from './limits.ts';
import { STATUS_WORDS } from './refusal-text.ts';
import type { AccessRequest, Active, EndCause, EndProof, Scheduled } from './request.ts';
import { startOf } from './request.ts';
import type { RequestEvent } from './request-event.ts';
import { remains } from './residue.ts';
import type { Rich } from './rich.ts';
import { bold, code, instant, person, requestRef, separated, span } from './rich.ts';
import { beginningOf } from './scheduling.ts';
import { startText } from './start.ts';
import { useText } from './use.ts';
import type { NoteView } from './view.ts';

type EventOf<Type extends RequestEvent['type']> = Extract<RequestEvent, { type: Type }>;

/** One line of the audit trail. */
export function threadText(event: RequestEvent, request: AccessRequest, texts: Texts): Rich {
  switch (event.type) {
    case 'asked':
      return [
        ...[event.ask.breakGlass === undefined ? 'Asked by ' : 'Break-glass by '],
        ...[person(event.ask.requester), ': ', bold(event.ask.role.name), ' for '],
        ...lengthOf(event.ask),
        ...fromStart(event.ask),
        ...appliedText(event.ask.applied),
        '.',
      ];
    case 'approved':
      return [
        ...['Approved by ', person(event.by), ...forLess(event, request)],
        ...forLater(event),
        ` (${event.have} of ${event.need}).`,
        ...(event.waitsFor.length === 0 ? [] : [' Still needed: ', ...seats(event.waitsFor), '.']),
        ...event.opened.flatMap((group): Rich => [' ', bold(group), ...askedFrom(event.toldFrom)]),
      ];
    case 'denied':
      return ['Denied by ', person(event.by), ': ', textOf(event.why.digest, texts)];
    case 'withdrawn':
      return ['Withdrawn by the requester.'];
    case 'expired':
      return [`Expired: ${expired(request)}.`];
    case 'scheduled':
      return [
        ...(event.automatic ? ['Automatic: the rule asks for nobody. '] : []),
        ...['Nothing is open before its start at ', ...startText(event.start), '.'],
      ];
    case 'cancelled':
      return cancelledLine(event.cause, texts);
    case 'escalated':
    case 'reminded':
    case 'ladder-held':
    case 'ladder-skipped':
      return ladderText(event);
    case 'glass-broken':
      return [
        ...['Nobody is asked for approval. Told by direct message: ', ...groupNames(event.told)],
        ...['. Its review: ', ...termsOfReview(request), '.'],
      ];
    case 'activation-started':
      return [
        ...(event.automatic ? ['Automatic: the rule asks for nobody. '] : []),
        ...['Activation started; the access ends at ', instant(event.endsAt), '.'],
      ];
    case 'grant-confirmed':
      return ['Read back as open: ', code(summaryOf(request, event.accessId)), ...untilOf(event)];
    case 'grant-unsure':
      return [
        'Written, and not read back: ',
        code(summaryOf(request, event.accessId)),
        ' may be open.',
      ];
    case 'activated':
      return ['Active: every part is confirmed by its provider.'];
    case 'warned':
      return ['The requester was warned of the end at ', instant(event.endsAt), '.'];
    case 'extension-asked':
      return [
        ...['An extension until ', instant(event.until), ' is asked for: request '],
        ...[requestRef(event.extension), '.'],
      ];
    case 'extension-closed':
      return ['The extension ', requestRef(event.extension), ` ${STATUS_WORDS[event.status]}.`];
    case 'drift-seen':
      return ['Drift at ', code(summaryOf(request, event.accessId)), `: ${event.what}.`];
    case 'revoking-started':
      return causeText(event.cause, texts);
    case 'grant-gone':
      return [
        ...[code(summaryOf(request, event.accessId)), ': ', ...proofText(event.proof, request)],
        ...residueText(request, event),
      ];
    case 'attested':
      return [person(event.by), ' attests that it is gone: ', textOf(event.why.digest, texts)];
    case 'finished':
      return ['Finished: ', bold(event.status), event.proof === 'attested' ? ' (attested).' : '.'];
    case 'alarm-raised':
      return [`Alarm ${event.nth}: the access is not confirmed gone.`];
    case 'use-seen':
      return useText(request, event);
    case 'review-overdue':
      return [`Reminder ${event.nth}: the review is overdue.`];
    case 'reviewed':
      return [
        ...['Reviewed by ', person(event.by), ': ', bold(JUDGEMENT_WORDS[event.judgement]), '. '],
        textOf(event.why.digest, texts),
      ];
  }
}

function askedFrom(toldFrom: EventOf<'approved'>['toldFrom']): Rich {
  if (toldFrom === undefined) return [' is asked by direct message.'];
  return toldFrom === null
    ? [' is not told: quiet hours.']
    : [' is asked by direct message at ', instant(toldFrom), ': quiet hours.'];
}

function forLess({ duration }: EventOf<'approved'>, request: AccessRequest): Rich {
  if (duration === undefined) return [];
  const asked = request.extends === undefined ? span(request.duration) : span(added(request));
  return [' for ', ...lengthOf({ ...request, duration }), ', where ', asked, ' was asked for'];
}

function forLater({ start }: EventOf<'approved'>): Rich {
  return start === undefined ? [] : [' to start at ', ...startText(start), ', later than asked'];
}

function expired(request: AccessRequest): string {
  return request.status === 'expired' ? whyExpired(request) : 'nobody decided in time';
}

function appliedText(applied: readonly string[]): Rich {
  return applied.length === 0
    ? []
    : [', under the conditions ', ...separated(applied.map((name) => [bold(name)]))];
}

function summaryOf(request: AccessRequest, accessId: string): string {
  return request.rights.find((right) => right.accessId === accessId)?.summary ?? accessId;
}

function residueText(
  { rights }: AccessRequest,
  { accessId, proof }: Extract<RequestEvent, { type: 'grant-gone' }>,
): Rich {
  const residue = rights.find((right) => right.accessId === accessId)?.residue ?? null;
  const text = residue === null ? [] : remains(residue, proof);
  return text.length === 0 ? [] : [' ', ...text];
}

function untilOf({ until }: Extract<RequestEvent, { type: 'grant-confirmed' }>): Rich {
  return until === null ? ['.'] : [' until ', instant(until), ' by the target itself.'];
}

function causeText(cause: EndCause, texts: Texts): Rich {
  switch (cause.kind) {
    case 'end':
      return ['The time is over; the access is being taken away.'];
    case 'return':
      return ['The requester returns it early; the access is being taken away.'];
    case 'unused':
      return ['Not used since ', instant(cause.since), '; the access is being taken away.'];
    case 'revoke':
      return [person(cause.by), ' revokes it: ', textOf(cause.reason.digest, texts)];
    case 'extended':
      return ['Extended: request ', requestRef(cause.extension), ' goes on with the access.'];
    case 'freeze':
      return [
        ...['Everything is frozen by ', person(cause.by), ', and this is being taken away: '],
        textOf(cause.reason.digest, texts),
      ];
    case 'activation-failed':
      return [`Activation failed: ${cause.why}. What it may have left is being taken away.`];
  }
}

function proofText(proof: EndProof, request: AccessRequest): Rich {
  switch (proof.kind) {
    case 'proven':
      return [
        ...['read back as gone at ', instant(proof.firstReadAt), ' and again at '],
        ...[instant(proof.secondReadAt), ...lateness(proof, request)],
        '.',
      ];
    case 'shared':
      return ['stays open for another grant until ', instant(proof.until), '.'];
    case 'attested':
      return ['attested by ', person(proof.by), ', not proven.'];
    case 'not-ours':
      return ['nothing of ours is there; what somebody else put there was left alone.'];
  }
}

/** A direct message to the requester, or null when there is nothing to say any more. */
export function noteView(kind: NoteKind, request: AccessRequest, texts: Texts): NoteView | null {
  const what: Rich = [bold(request.role.name), ' (', requestRef(request.id), ')'];
  switch (kind) {
    case 'active':
      return request.status === 'active'
        ? plain(
            [...what, ' is open for you until ', instant(request.endsAt), ...less(request)],
            request,
          )
        : null;
    case 'ending-soon':
      return request.status === 'active'
        ? plain([...what, ' ends at ', instant(request.endsAt), ...orLater(request)], request)
        : null;
    case 'denied':
      return deniedNote(what, request, texts);
    case 'expired':
      return request.status === 'expired'
        ? said([...what, ` expired: ${whyExpired(request)}. You can ask again.`])
        : null;
    case 'scheduled':
    case 'cancelled':
      return startNote(kind, what, request, texts);
    case 'being-revoked':
      return takenNote(what, request);
    case 'finished':
      return 'finishedAt' in request
        ? said([...what, ': ', ...finishedLine(request, texts), ...toBeReviewed(request)])
        : null;
    case 'reviewed':
      return reviewNote(what, request, texts);
  }
}

function reviewNote(what: Rich, { review }: AccessRequest, texts: Texts): NoteView | null {
  return review?.kind === 'closed' ? said(reviewedText(what, review, texts)) : null;
}

/** Of what was to start later. */
function startNote(
  kind: 'scheduled' | 'cancelled',
  what: Rich,
  request: AccessRequest,
  texts: Texts,
): NoteView | null {
  if (request.status !== kind) return null;
  if (request.status === 'cancelled')
    return said([...what, ': ', ...cancelledLine(request.cause, texts)]);
  const begins: Rich = [' is approved, and starts at ', ...startText(beginningOf(request))];
  return {
    text: [...what, ...begins, ...less(request)],
    buttons: buttonsOn(request, ['withdraw']),
  };
}

function takenNote(what: Rich, request: AccessRequest): NoteView | null {
  if (!('grants' in request && 'cause' in request && 'by' in request.cause)) return null;
  const { kind, by } = request.cause;
  return kind === 'freeze'
    ? said([...what, ' is being taken away, as everything is: frozen by ', person(by), '.'])
    : said([...what, ' is being revoked by ', person(by), '.']);
}

function deniedNote(what: Rich, request: AccessRequest, texts: Texts): NoteView | null {
  if (request.status !== 'denied') return null;
  const why = textOf(request.why.digest, texts);
  return said([...what, ' was denied by ', person(request.by), ': ', why]);
}

const said = (text: Rich): NoteView => ({ text, buttons: [] });

function less(request: Active | Scheduled): Rich {
  const shorter = agreed(request) === request.duration ? [] : ['less time'];
  const after = startOf(request)?.at === request.start?.at ? [] : ['a later start'];
  const changes = [...shorter, ...after].join(' and ');
  return changes === ''
    ? ['.']
    : [`. Whoever approved it agreed to ${changes} than you asked for.`];
}

function orLater({ extension }: Active): Rich {
  return extension === undefined
    ? ['. Done already?']
    : ['. An extension is asked for (', requestRef(extension), ').'];
}

/** With what the requester can do about it. */
function plain(text: Rich, request: AccessRequest): NoteView {
  return { text, buttons: sharedButtons(request).filter(({ action }) => action !== 'revoke') };
}

/** The first line of an alarm names what is open, since when, and what a person can do. */
export function alarmText(request: AccessRequest): Rich {
  const since = request.status === 'revoking' ? request.since : request.askedAt;
  return [
    bold('Access may still be open. '),
    ...[bold(request.role.name), ' of ', person(request.requester), ' ('],
    ...[requestRef(request.id), ') has been revoking since ', instant(since)],
    ' and its provider has not confirmed that it is gone. Hallpass keeps trying. ',
    `If you have seen for yourself that it is gone: /jit attest ${request.id} <how you know>`,
  ];
}

/** The private answer after something was asked. */
export function askedText(request: AccessRequest): Rich {
  if (request.breakGlass !== undefined) return brokenText(request);
  const length: Rich = [...lengthOf(request), ...fromStart(request)];
  const what: Rich = [bold(request.role.name), ' for ', ...length];
  const tail: Rich = [' Request ', requestRef(request.id), '.'];
  return request.status === 'pending'
    ? ['Asked for ', ...what, '. Needs ', ...approvalTerms(request), '.', ...tail]
    : ['Granted without approval by its rule: ', ...what, '.', ...tail];
}
