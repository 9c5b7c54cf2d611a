/** Refusal → one sentence that a person can act on. */
import type { Quorum, Separation } from './policy.ts';
import type { Missing, Refusal, RefusalCode } from './refusal.ts';
import type { Status } from './request.ts';
import { PREVIEW_HOLDS } from './standstill.ts';
import { plainStart } from './start.ts';
import { formatDuration, formatInstant, SECOND } from './time.ts';

type Sentences = {
  readonly [Code in RefusalCode]: (refusal: Extract<Refusal, { code: Code }>) => string;
};

/** Names that a form brought along may be of any length. */
const brief = (name: string): string =>
  name.length > 60 ? `${name.slice(0, 57).replace(/\p{Cs}$/u, '')}…` : name;

const STANDING = {
  guest: 'Guests of this workspace cannot use Hallpass.',
  bot: 'Bots cannot use Hallpass.',
  deactivated: 'This account is deactivated.',
  stranger: 'Only members of this workspace can use Hallpass.',
} as const;

const APART: Readonly<Record<Separation, string>> = {
  'own-team': ' Nobody of your own team counts.',
  'direct-reports': ' Nobody who reports to you counts.',
};

const SENTENCES: Sentences = {
  'not-a-member': ({ standing }) => STANDING[standing],
  'account-suspended': () =>
    'The e-mail of your chat account has changed since Hallpass first met you, so the account is ' +
    'suspended here. Ask one of the people whom policy names under restore: to restore it.',
  'directory-unreachable': ({ what }) =>
    `Hallpass cannot read ${what} at the moment, so it cannot tell who may do this. Try again soon.`,
  'too-many': ({ retryAfter }) =>
    `That is more at once than Hallpass takes from one person. Try again in ${formatDuration(retryAfter)}.`,
  'clock-wrong': () =>
    'The clock of the machine that Hallpass runs on was set back, so no end could be trusted. Nothing ' +
    'is opened until it is right; everything that is open still ends. Tell whoever runs Hallpass.',
  'policy-differs': () =>
    'The policy is being changed at this moment, or another Hallpass on this database has another one. ' +
    'Try again soon.',
  frozen: ({ since }) =>
    `Everything is frozen since ${formatInstant(since)}: nothing is asked, approved or given until it is ` +
    'thawed. What waits for approval stays.',
  'unknown-role': ({ role, nearest }) =>
    `There is no role ${brief(role)}${nearest.length === 0 ? '' : `; did you mean ${nearest.join(' or ')}`}.`,
  'not-eligible': ({ role }) => `Policy does not let you ask for ${role}.`,
  'too-long': ({ max }) => `That is too long: at most ${formatDuration(max)}.`,
  'too-long-in-all': ({ max, left }) =>
    `Policy gives this for at most ${formatDuration(max)} in all, ` +
    `${left < SECOND ? 'and all of it is given.' : `and ${formatDuration(left)} of it are left.`}`,
  'reason-missing': ({ example }) => `A reason is needed${forExample(example)}`,
  'reason-unfit': ({ example }) =>
    `The reason is not of the form that this role asks for${forExample(example)}`,
  'reason-too-long': ({ max }) => `That reason is too long: at most ${max} characters.`,
  'input-missing': ({ name, label }) => `${name}= is missing: ${label}.`,
  'input-unfit': ({ why }) => why,
  'input-unknown': ({ name, known }) =>
    `This role takes no ${brief(name)}=${known.length === 0 ? '.' : `; it takes ${known.join(', ')}.`}`,
  'cannot-be-given': ({ why }) => why,
  'provider-unreachable': ({ why }) =>
    `The provider cannot be reached to check this (${why}). Nothing was asked. Try again soon.`,
  'nobody-can-approve': ({ missing, separation }) =>
    `Nobody could approve this: it needs ${missing.map(missingText).join(', and ')}.${separation.map((kind) => APART[kind]).join('')}`,
  'already-asked': ({ request }) => `You have asked for just this already: request ${request}.`,
  'too-many-open': ({ role, max }) =>
    `You have ${max} requests for ${role} that are not over; return or withdraw one first.`,
  forbidden: ({ condition, why, unknown }) =>
    unknown
      ? `Policy may forbid this (${condition}), and whether it does cannot be told at the moment. Try again soon.`
      : `Policy forbids this (${condition}): ${ended(why)}`,
  'automatic-used-up': ({ role, most, within }) =>
    `Policy gives ${role} to one person without approval ${most} times within ${formatDuration(within)}, and they are used up.`,
  'no-break-glass': ({ role }) =>
    `Policy lets nobody break the glass for ${role}. Ask for it: /jit ${role} <duration> <reason>.`,
  'review-open': ({ request }) =>
    `The review of your last break-glass, request ${request}, is open. Until somebody else closes it, you can break no other.`,
  'break-glass-used-up': ({ role, most, within }) =>
    `Policy lets one person break the glass for ${role} ${most} times within ${formatDuration(within)}, and they are used up.`,
  'nobody-can-review': ({ groups }) =>
    `Nobody could review this: it needs somebody of ${either(groups)} other than you.`,
  'break-glass-not-extended': () =>
    'Access by break-glass is not extended. Who needs longer asks for it, and has it approved.',
  'nothing-to-review': () => 'There is nothing to review: it was not given by break-glass.',
  'not-a-reviewer': ({ groups }) => `Only members of ${either(groups)} review this.`,
  'self-review': () => 'You cannot review your own break-glass, under any of your accounts.',
  'already-reviewed': () => 'Too late: it was reviewed already.',
  'review-too-early': ({ status }) =>
    `It is reviewed once the access is over: it ${STATUS_WORDS[status]}.`,
  'too-many-live': ({ max }) =>
    `Policy lets one person hold ${max} at once, of all roles together: one must end or be returned first.`,
  'too-much-today': ({ role, max, left }) =>
    `Policy gives ${role} to one person for ${formatDuration(max)} within 24 hours, and ` +
    `${left === 0 ? 'all of it is used' : `${formatDuration(left)} of it are left`}.`,
  'cooling-down': ({ role, cooldown, until }) =>
    until === null
      ? `Policy wants a pause of ${formatDuration(cooldown)} after each ${role}, and one is not over yet.`
      : `Policy wants a pause of ${formatDuration(cooldown)} after each ${role}: it may be had again at ${formatInstant(until)}.`,
  'start-past': ({ start }) => `That start is past: ${plainStart(start)}.`,
  'start-too-far': ({ max }) =>
    `That start is too far ahead: policy takes none more than ${formatDuration(max)} from now.`,
  'start-too-early': ({ start }) =>
    `It was asked for from ${plainStart(start)}, and can be approved for that or for later.`,
  'extension-without-start': () =>
    'An extension goes on from what is open, so it cannot be given a start.',
  'start-missed': ({ start }) =>
    `It was to start at ${plainStart(start)}, and could not be started before all of its time was over.`,
  'no-longer-approved': ({ missing }) =>
    `Its rule is another one by now, and under that it still needs ${missing.map(seatText).join(', and ')}.`,
  'unknown-request': () => 'There is no such request. /jit mine lists yours.',
  'self-approval': () => 'You cannot decide on your own request, under any of your accounts.',
  'not-an-approver': ({ groups }) => `Only members of ${either(groups)} decide on this.`,
  'not-yet': ({ groups }) =>
    `It is not your turn yet: members of ${groups.join(' and ')} decide first.`,
  'own-team': ({ team }) =>
    `You and the requester are both in ${team}, and policy wants somebody of another team to decide.`,
  'own-manager': ({ team }) =>
    `The requester leads ${team}, which you are in, and policy wants somebody else to decide.`,
  'already-approved': () => 'You have approved this already; somebody else must be next.',
  'already-decided': ({ status }) => `Too late: it ${STATUS_WORDS[status]}.`,
  'role-gone': ({ role }) =>
    `The policy in force has no role ${role} any more, so nothing can be given.`,
  'targets-changed': ({ role }) =>
    `What ${role} gives was changed in policy since this was asked. It must be asked again.`,
  'no-longer-eligible': ({ role }) => `Policy does not let the requester have ${role} any more.`,
  'not-the-requester': () => 'Only the requester can do this.',
  'not-a-revoker': () => 'Policy does not let you revoke this.',
  'not-an-attester': () => 'Policy does not let you attest this.',
  'not-a-restorer': () => 'Policy does not let you restore accounts.',
  'self-attestation': () => 'The requester cannot attest the end of their own access.',
  'self-restoration': () => 'Somebody else must restore your account.',
  'nothing-to-restore': () => 'No account of that person is suspended.',
  'not-at-the-switch': () => 'Policy does not let you freeze or thaw.',
  'not-frozen': () => 'Nothing is frozen.',
  'preview-over': () =>
    `Nothing was done: this button holds for ${formatDuration(PREVIEW_HOLDS)}, for whoever was told what it does, and until ` +
    'something is frozen, thawed or another policy is in force. ' +
    'Type `/jit freeze <reason>` or `/jit thaw <reason>` to be told again.',
  'still-freezing': ({ left }) =>
    `The freeze has not reached everything yet: ${left} still to be taken away. Try again in a moment.`,
  'not-active': ({ status }) => `There is nothing to take back: it ${STATUS_WORDS[status]}.`,
  'not-extendable': ({ status }) =>
    `Only access that is open can be extended: it ${STATUS_WORDS[status]}.`,
  'not-revoking': ({ status }) =>
    `Only an access that is being taken away can be attested: it ${STATUS_WORDS[status]}.`,
};

function seatText({ count, of }: Quorum): string {
  return `${count} of ${of}`;
}

function missingText({ group, need, have }: Missing): string {
  return `${need} of ${group} other than you, and there ${have === 1 ? 'is' : 'are'} ${have}`;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function either(names: readonly string[]): string {
  const last = names.at(-1) ?? 'nobody';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

function forExample(example: string): string {
  return example === '' ? '.' : `, for example “${example}”.`;
}

/** Completes a sentence that begins with `it`. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  pending: 'waits for approval',
  scheduled: 'is approved and waits for its start',
  activating: 'is being given',
  active: 'is active',
  revoking: 'is being taken away already',
  ended: 'has ended',
  returned: 'was returned',
  revoked: 'was revoked',
  'activation-failed': 'could not be given',
  denied: 'was denied',
  withdrawn: 'was withdrawn',
  expired: 'has expired',
  cancelled: 'was cancelled before its start',
};

export function refusalText(refusal: Refusal): string {
  const sentence = SENTENCES[refusal.code] as (refusal: Refusal) => string;
  return sentence(refusal);
}
