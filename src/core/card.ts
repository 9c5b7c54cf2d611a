/**
 * A request as people see it, platform-neutral. A card never claims what the provider has not
 * confirmed: while that is open it says what is being waited for.
 */

import type { Viewer } from './buttons.ts';
import { buttonsFor, sharedButtons } from './buttons.ts';
import { BROKEN, reviewState } from './glass-text.ts';
import type { PrincipalId } from './ids.ts';
import { lateness } from './lateness.ts';
import { extensionOf, lengthOf, lessThanAsked, startField } from './length-text.ts';
import type { Cap, Role, Separation, Stage } from './policy.ts';
import { stagesOf } from './policy.ts';
import { refusalText } from './refusal-text.ts';
import type {
  AccessRequest,
  Approval,
  Ask,
  CancelCause,
  Expired,
  Finished,
  Grant,
  Live,
} from './request.ts';
import { expiryOf, isWaiting } from './request.ts';
import { mayRemain, remains } from './residue.ts';
import type { Rich } from './rich.ts';
import { bold, code, instant, person, requestRef, separated, span } from './rich.ts';
import { beginningOf } from './scheduling.ts';
import { startText } from './start.ts';
import { toneOf } from './tone.ts';
import type { CardView, Field, Mention } from './view.ts';

/** Personal texts by digest; one that was erased is missing. */
export type Texts = ReadonlyMap<string, string>;

export interface CardInput {
  readonly request: AccessRequest;
  readonly version: number;
  readonly texts: Texts;
  /** null: for a channel, where many see the same card. */
  readonly viewer: Viewer | null;
  readonly mentions: Mention | null;
  readonly viewers?: readonly PrincipalId[];
}

export function cardView(input: CardInput): CardView {
  const { request, version, texts, viewer, mentions, viewers = [] } = input;
  return {
    request: request.id,
    version,
    status: request.status,
    tone: toneOf(request),
    title: [person(request.requester), ` ${wish(request)} `, bold(request.role.name)],
    headline: headline(request, texts),
    fields: fields(request, texts),
    footer: [
      ...['Request ', requestRef(request.id), ' · rule '],
      code(`roles.${request.role.name}${request.breakGlass === undefined ? '' : '.breakGlass'}`),
      ' of policy ',
      code(request.policyHash.slice(0, 8)),
    ],
    buttons: viewer === null ? sharedButtons(request) : buttonsFor(request, viewer),
    mentions: request.status === 'pending' ? mentions : null,
    viewers,
  };
}

function wish({ extends: extended, breakGlass }: Ask): string {
  if (breakGlass !== undefined) return 'breaks the glass for';
  return extended === undefined ? 'asks for' : 'asks to extend';
}

function headline(request: AccessRequest, texts: Texts): Rich {
  switch (request.status) {
    case 'pending':
      return ['Waiting for approval until ', instant(expiryOf(request)), '.'];
    case 'scheduled':
      return [
        `${howGiven(request)} Nothing is open before its start at `,
        ...[...startText(beginningOf(request)), '.'],
      ];
    case 'activating':
      return [`${howGiven(request)} The provider has not confirmed the access yet.`];
    case 'active':
      return [
        ...['Open until ', instant(request.endsAt), ', confirmed by the provider at '],
        ...[instant(request.activeAt), `.${howOpened(request)}`],
      ];
    case 'revoking':
      return request.alarms > 0
        ? ['The access is not confirmed gone since ', instant(request.since), '. Still trying.']
        : ['Being taken away. Not confirmed gone yet.'];
    case 'denied':
      return ['Denied by ', person(request.by), ': ', textOf(request.why.digest, texts)];
    case 'withdrawn':
      return ['Withdrawn by the requester.'];
    case 'expired':
      return [`Expired: ${whyExpired(request)}.`];
    case 'cancelled':
      return cancelledLine(request.cause, texts);
    case 'ended':
    case 'returned':
    case 'revoked':
    case 'activation-failed':
      return finishedLine(request, texts);
  }
}

export function whyExpired({ closedAt, askedAt, role, extends: extended }: Expired): string {
  return extended !== undefined && closedAt < askedAt + role.expireAfter
    ? 'what it would extend is over'
    : 'nobody decided in time';
}

/** Why nothing came of what was approved. */
export function cancelledLine(cause: CancelCause, texts: Texts): Rich {
  switch (cause.kind) {
    case 'revoke':
      return [
        ...['Cancelled before its start by ', person(cause.by), ': '],
        textOf(cause.reason.digest, texts),
      ];
    case 'freeze':
      return [
        ...['Cancelled: at its start everything was frozen by ', person(cause.by), ': '],
        textOf(cause.reason.digest, texts),
      ];
    case 'refused':
      return [`Cancelled at its start. ${refusalText(cause.refusal)}`];
  }
}

function howGiven(request: AccessRequest): string {
  if (request.breakGlass !== undefined) return BROKEN;
  return isAutomatic(request) ? 'Automatic, by its rule: nobody approved it.' : 'Approved.';
}

function howOpened(request: AccessRequest): string {
  if (request.breakGlass !== undefined) return ` ${BROKEN}`;
  return isAutomatic(request) ? ' Automatic: nobody approved it.' : '';
}

function isAutomatic({ role }: AccessRequest): boolean {
  return role.approval.kind === 'automatic';
}

/** How it ended, and how that is known. */
export function finishedLine(request: Finished, texts: Texts): Rich {
  return [...endOf(request, texts), ' ', ...proofOf(request)];
}

function endOf(request: Finished, texts: Texts): Rich {
  const { cause } = request;
  switch (cause.kind) {
    case 'end':
      return ['Ended: the time was over.'];
    case 'return':
      return ['Returned by the requester.'];
    case 'unused':
      return ['Returned: not used since ', instant(cause.since), '.'];
    case 'revoke':
      return ['Revoked by ', person(cause.by), ': ', textOf(cause.reason.digest, texts), '.'];
    case 'extended':
      return ['Extended: request ', requestRef(cause.extension), ' goes on with it.'];
    case 'freeze':
      return ['Frozen by ', person(cause.by), ': ', textOf(cause.reason.digest, texts), '.'];
    case 'activation-failed':
      return [`The access could not be given: ${cause.why}.`];
  }
}

function proofOf(request: Finished): Rich {
  const proofs = request.grants.flatMap((grant) =>
    grant.state.kind === 'gone' ? [grant.state.proof] : [],
  );
  const attested = proofs.find((proof) => proof.kind === 'attested');
  if (attested !== undefined)
    return ['Attested by ', person(attested.by), ', not proven: the provider could not be read.'];
  const shared = proofs.find((proof) => proof.kind === 'shared');
  if (shared !== undefined)
    return ['The access itself stays open for another grant until ', instant(shared.until), '.'];
  if (proofs.some((proof) => proof.kind === 'not-ours'))
    return ['Nothing of ours is there; what somebody else put there was left alone.'];
  return ['Proven gone: read back twice as absent.'];
}

function fields(request: AccessRequest, texts: Texts): readonly Field[] {
  const reason = request.reason === null ? '(none given)' : textOf(request.reason.digest, texts);
  return [
    { label: 'Role', value: [bold(request.role.name), ` ${request.role.description}`] },
    { label: 'For', value: [person(request.requester), ', ', ...lengthOf(request)] },
    ...lessThanAsked(request),
    ...startField(request),
    ...(isStarted(request) ? [{ label: 'Until', value: [instant(request.endsAt)] }] : []),
    ...extensionOf(request),
    { label: 'Reason', value: [reason] },
    { label: 'Gives', value: separated(request.rights.map((right) => [code(right.summary)])) },
    { label: 'Approval', value: approvalOf(request) },
    ...reviewOf(request, texts),
    ...conditionsOf(request),
    ...(request.approvals.length === 0
      ? []
      : [{ label: 'Approved by', value: separated(request.approvals.map(approvedBy)) }]),
    ...stillNeeded(request),
    ...(isStarted(request) ? [{ label: 'Provider', value: providerSays(request) }] : []),
    ...residue(request),
  ];
}

function approvedBy({ by, duration, start }: Approval): Rich {
  const less = duration === undefined ? [] : ['for less'];
  const after = start === undefined ? [] : ['for later'];
  const terms = [...less, ...after].join(' and ');
  return terms === '' ? [person(by)] : [person(by), ` (${terms})`];
}

function approvalOf(request: AccessRequest): Rich {
  if (request.breakGlass === undefined) return approvalTerms(request);
  return ['none, by ', bold('break-glass'), '; otherwise ', ...approvalTerms(request)];
}

function reviewOf(request: AccessRequest, texts: Texts): readonly Field[] {
  const value = reviewState(request, texts);
  return value.length === 0 ? [] : [{ label: 'Review', value }];
}

function isStarted(request: AccessRequest): request is Live | Finished {
  return 'grants' in request;
}

/** Who may approve, as the rule says it. */
export function approvalTerms({ role }: Pick<AccessRequest, 'role'>): Rich {
  const rule = role.approval;
  if (rule.kind === 'automatic')
    return ['automatic: the rule asks for nobody', ...capOf(rule.cap), ...maybeOther(role)];
  const stages = rule.stages.map(
    (stage, index): Rich => [...(index === 0 ? [] : [', then ']), ...seats(stage)],
  );
  const apart = role.separation.map((kind) => APART[kind]);
  return [...stages.flat(), ', not the requester', ...apart, ...maybeOther(role)];
}

function capOf(cap: Cap | undefined): Rich {
  return cap === undefined ? [] : [`, at most ${cap.most} times within `, span(cap.within)];
}

/** Of a role that nobody has asked for yet. */
function maybeOther({ conditions }: Role): Rich {
  return conditions.length === 0
    ? []
    : [', or as its conditions say: ', ...separated(conditions.map(({ name }) => [bold(name)]))];
}

const APART: Readonly<Record<Separation, string>> = {
  'own-team': ', nobody of their own team',
  'direct-reports': ', nobody who reports to them',
};

/** `1 of security and 2 of platform` */
export function seats(stage: Stage): Rich {
  return stage.flatMap(
    ({ count, of }, index): Rich => [...[`${index === 0 ? '' : ' and '}${count} of `, bold(of)]],
  );
}

function conditionsOf({ applied }: AccessRequest): readonly Field[] {
  if (applied.length === 0) return [];
  return [{ label: 'Conditions', value: separated(applied.map((name) => [bold(name)])) }];
}

/** What is still needed, once that is not what the rule says anyway. */
function stillNeeded(request: AccessRequest): readonly Field[] {
  const { role, waitsFor, approvals, status } = request;
  if (status !== 'pending' || waitsFor.length === 0) return [];
  const isPlain = approvals.length === 0 && stagesOf(role.approval).length === 1;
  return isPlain ? [] : [{ label: 'Still needed', value: seats(waitsFor) }];
}

function providerSays(request: Live | Finished): Rich {
  return separated(
    request.grants.map((grant) => [`${grantSays(grant)}`, ...readAt(grant, request)]),
  );
}

function grantSays({ right, state }: Grant): string {
  switch (state.kind) {
    case 'waiting':
      return `${right.provider}: not confirmed yet`;
    case 'confirmed':
      return `${right.provider}: read back as open`;
    case 'ending':
      return `${right.provider}: not confirmed gone yet`;
    case 'gone':
      return `${right.provider}: ${GONE[state.proof.kind]}`;
  }
}

const GONE = {
  proven: 'read back twice as gone',
  shared: 'stays open for another grant',
  attested: 'attested as gone',
  'not-ours': 'nothing of ours is there',
} as const;

function readAt({ state }: Grant, request: Live | Finished): Rich {
  if (state.kind === 'confirmed') return [' at ', instant(state.at)];
  if (state.kind !== 'gone') return [];
  return [' at ', instant(state.at), ...lateness(state.proof, request)];
}

/** What may outlive the access is said before it is given, while it is open and after. */
function residue(request: AccessRequest): readonly Field[] {
  const said = isStarted(request)
    ? request.grants.flatMap((grant) => residueOf(grant))
    : request.rights.flatMap((right) => (right.residue === null ? [] : [mayRemain(right.residue)]));
  const once = [...new Map(said.map((text) => [JSON.stringify(text), text])).values()];
  const isShown = isWaiting(request) || isStarted(request);
  if (!isShown || once.length === 0) return [];
  const value = once.flatMap((text, index) => (index === 0 ? text : [' ', ...text]));
  return [{ label: 'May remain', value }];
}

function residueOf({ right, state }: Grant): readonly Rich[] {
  if (right.residue === null) return [];
  const text =
    state.kind === 'gone' ? remains(right.residue, state.proof) : mayRemain(right.residue);
  return text.length === 0 ? [] : [text];
}

export function textOf(digest: string, texts: Texts): string {
  return texts.get(digest) ?? '(erased)';
}
