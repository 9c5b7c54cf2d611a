/** The private answer to a command. */
import { seats } from '../core/card.ts';
import { formatCommand } from '../core/command-format.ts';
import { JUDGEMENT_WORDS } from '../core/glass-text.ts';
import type { Refusal } from '../core/refusal.ts';
import { refusalText } from '../core/refusal-text.ts';
import type { AccessRequest } from '../core/request.ts';
import type { PersonCommand, RoleCommand } from '../core/request-command.ts';
import type { Rich } from '../core/rich.ts';
import { bold, instant, requestRef, sentence } from '../core/rich.ts';
import { beginningOf } from '../core/scheduling.ts';
import { formatStart, startText, typedStart } from '../core/start.ts';
import { askedText } from '../core/telling.ts';
import { formatDuration, SECOND } from '../core/time.ts';
import type { AnswerView } from '../core/view.ts';
import type { Outcome } from './dispatch.ts';

export function no(text: string, example: string | null): AnswerView {
  return { tone: 'no', lines: [sentence(text)], example };
}

export function ok(...lines: readonly Rich[]): AnswerView {
  return { tone: 'ok', lines, example: null };
}

export function refusalAnswer(refusal: Refusal): AnswerView {
  return no(refusalText(refusal), null);
}

export function answerTo(outcome: Outcome, command: PersonCommand): AnswerView {
  switch (outcome.kind) {
    case 'refused':
      return no(refusalText(outcome.refusal), correction(outcome.refusal, command));
    case 'superseded':
      return ok(['Done already.']);
    case 'accepted':
      return ok(done(outcome.request, command));
  }
}

function done(request: AccessRequest | null, command: PersonCommand): Rich {
  if (request === null) return ['Done.'];
  const what: Rich = [bold(request.role.name), ' (', requestRef(request.id), ')'];
  switch (command.kind) {
    case 'ask':
    case 'break-glass':
    case 'extend':
      return askedText(request);
    case 'approve':
      return approved(request, what);
    case 'deny':
      return ['Denied ', ...what, '.'];
    case 'withdraw':
      return ['Withdrawn: ', ...what, '.'];
    case 'return':
    case 'revoke':
      if (!('grants' in request)) return ['Cancelled ', ...what, '. Nothing was given.'];
      return ['Taking away ', ...what, '. You will hear when it is proven gone.'];
    case 'review':
      return [`Reviewed as ${JUDGEMENT_WORDS[command.judgement]}: `, ...what, '.'];
    case 'attest':
      return ['Attested: ', ...what, '. It is recorded as your word, not as proof.'];
  }
}

function approved(request: AccessRequest, what: Rich): Rich {
  const counts: Rich = ['Your approval of ', ...what, ' counts; more are needed: '];
  if (request.status === 'pending') return [...counts, ...seats(request.waitsFor), '.'];
  return request.status === 'scheduled'
    ? ['Approved ', ...what, ', which starts at ', ...startText(beginningOf(request)), '.']
    : ['Approved ', ...what, ...until(request), '.'];
}

function until(request: AccessRequest): Rich {
  return 'endsAt' in request ? [', until ', instant(request.endsAt)] : [];
}

/** The same command, put right where that is possible. */
function correction(refusal: Refusal, command: PersonCommand): string | null {
  if (command.kind === 'extend') return shorter(refusal, command);
  if (command.kind !== 'ask' && command.kind !== 'break-glass') return null;
  switch (refusal.code) {
    case 'too-long':
      return line({ ...command, duration: refusal.max });
    case 'reason-missing':
    case 'reason-unfit':
      return refusal.example === '' ? null : line({ ...command, reason: refusal.example });
    case 'unknown-role':
      return refusal.nearest[0] === undefined
        ? null
        : line({ ...command, role: refusal.nearest[0] });
    default:
      return null;
  }
}

function shorter(refusal: Refusal, wish: Extract<PersonCommand, { kind: 'extend' }>) {
  if (refusal.code !== 'too-long-in-all' || refusal.left < SECOND) return null;
  return formatCommand({ ...wish, duration: refusal.left });
}

function line(ask: RoleCommand): string {
  const duration = ask.duration === undefined ? [] : [formatDuration(ask.duration)];
  const begins = ask.kind === 'ask' ? ask.start : undefined;
  const start = begins === undefined ? [] : ['from', formatStart(typedStart(begins))];
  const inputs = Object.entries(ask.inputs).map(([name, value]) => `${name}=${value}`);
  const word = ask.kind === 'ask' ? [] : [ask.kind];
  const words = ['/jit', ...word, ask.role, ...duration, ...start, ...inputs, ask.reason];
  return words.join(' ').trim();
}
