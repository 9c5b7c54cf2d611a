/**
 * Which buttons a card has. A button exists if and only if `decide` would accept it: for one viewer by
 * asking `decide` itself; for a card that many see, if it would for the right person.
 */

import { decide } from './decide.ts';
import { checkExtendable, timeLeft } from './extending.ts';
import type { Facts } from './facts.ts';
import { provedSameHuman } from './facts.ts';
import type { Accesses } from './giving.ts';
import type { PrincipalId } from './ids.ts';
import type { AccessRequest, Status } from './request.ts';
import { JUDGEMENTS } from './request.ts';
import type { PersonChange } from './request-command.ts';
import { isReviewable } from './review.ts';
import type { Button, ButtonAction } from './view.ts';

export interface Viewer {
  readonly id: PrincipalId;
  /** May be cached: what is drawn is no permission. */
  readonly facts: Facts;
}

type CardAction = Exclude<ButtonAction, 'ask'>;

const LABELS: Readonly<Record<CardAction, Pick<Button, 'label' | 'tone'>>> = {
  approve: { label: 'Approve', tone: 'primary' },
  deny: { label: 'Deny', tone: 'danger' },
  withdraw: { label: 'Withdraw', tone: 'plain' },
  return: { label: 'Return', tone: 'plain' },
  extend: { label: 'Extend', tone: 'plain' },
  revoke: { label: 'Revoke', tone: 'danger' },
  justified: { label: 'Justified', tone: 'primary' },
  unjustified: { label: 'Not justified', tone: 'danger' },
};

const IN_STATUS: Readonly<Partial<Record<Status, readonly CardAction[]>>> = {
  pending: ['approve', 'deny', 'withdraw'],
  scheduled: ['withdraw', 'revoke'],
  activating: ['return', 'revoke'],
  active: ['return', 'extend', 'revoke'],
};

/** What may be pressed at all as it stands, by the right person. */
export function actionsOn(request: AccessRequest): readonly CardAction[] {
  return isReviewable(request) ? JUDGEMENTS : (IN_STATUS[request.status] ?? []);
}

/** For a card in a channel: what the right person could press. */
export function sharedButtons(request: AccessRequest): readonly Button[] {
  return actionsOn(request)
    .filter((action) => action !== 'withdraw')
    .filter((action) => action !== 'revoke' || request.role.revokers.length > 0)
    .filter((action) => action !== 'extend' || canBeLonger(request))
    .map((action) => buttonFor(request, action));
}

/** For whoever is known to be the right person. */
export function buttonsOn(
  request: AccessRequest,
  actions: readonly CardAction[],
): readonly Button[] {
  return actions.map((action) => buttonFor(request, action));
}

function canBeLonger(request: AccessRequest): boolean {
  if (request.status !== 'active' || request.extension !== undefined) return false;
  if (request.breakGlass !== undefined) return false;
  return timeLeft(request, request.role.maxDuration) > 0;
}

/** For a page or message that one person sees. */
export function buttonsFor(request: AccessRequest, viewer: Viewer): readonly Button[] {
  return actionsOn(request)
    .filter((action) => action !== 'revoke' || !isRequester(request, viewer))
    .filter((action) => wouldAccept(request, action, viewer))
    .map((action) => buttonFor(request, action));
}

/** Under any of their accounts: what they would press as `revoke` is their own return. */
function isRequester(request: AccessRequest, { id, facts }: Viewer): boolean {
  return provedSameHuman(facts, id, request.requester);
}

const noAccesses: Accesses = new Map();
/** Stands for the reason that the form behind the button will ask for. */
const later = { why: { digest: '' } };

function wouldAccept(request: AccessRequest, action: CardAction, viewer: Viewer): boolean {
  // For how long, its form will ask.
  if (action === 'extend') return checkExtendable(request, viewer.id, viewer.facts).kind === 'fine';
  const base = { by: viewer.id, request: request.id };
  const command = commandFor(action, base);
  const decision = decide(request, noAccesses, command, viewer.facts, later);
  return decision.kind === 'accepted';
}

type Pressed = Exclude<CardAction, 'extend'>;

function commandFor(action: Pressed, base: Pick<PersonChange, 'by' | 'request'>): PersonChange {
  switch (action) {
    case 'justified':
    case 'unjustified':
      return { kind: 'review', ...base, judgement: action, reason: '' };
    case 'deny':
    case 'revoke':
      return { kind: action, ...base, reason: '' };
    case 'approve':
    case 'withdraw':
    case 'return':
      return { kind: action, ...base };
  }
}

function buttonFor(request: Pick<AccessRequest, 'id'>, action: CardAction): Button {
  return { action, ...LABELS[action], request: request.id };
}
