import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestId } from './ids.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import { refusalText, STATUS_WORDS } from './refusal-text.ts';
import { STATUSES } from './request.ts';
import { DAY, HOUR } from './time.ts';

type Examples = {
  readonly [Code in RefusalCode]: readonly Extract<Refusal, { code: Code }>[];
};

/** One for each shape of the sentence. A new code does not compile until it is here. */
const EXAMPLES: Examples = {
  'not-a-member': (['guest', 'bot', 'deactivated', 'stranger'] as const).map((standing) => ({
    ...{ code: 'not-a-member', standing },
  })),
  'account-suspended': [{ code: 'account-suspended' }],
  'too-many': [{ code: 'too-many', retryAfter: 2_000 }],
  'clock-wrong': [{ code: 'clock-wrong' }],
  'policy-differs': [{ code: 'policy-differs' }],
  'directory-unreachable': [{ code: 'directory-unreachable', what: 'the group sre' }],
  'unknown-role': [
    { code: 'unknown-role', role: 'lb', nearest: [] },
    { code: 'unknown-role', role: 'lb', nearest: ['lb-admin', 'lb-view'] },
  ],
  'no-break-glass': [{ code: 'no-break-glass', role: 'lb-admin' }],
  'review-open': [{ code: 'review-open', request: 'k3v9w2x7m4' as RequestId }],
  'break-glass-used-up': [
    { code: 'break-glass-used-up', role: 'lb-admin', most: 2, within: 7 * DAY },
  ],
  'nobody-can-review': [{ code: 'nobody-can-review', groups: ['security', 'leads'] }],
  'break-glass-not-extended': [{ code: 'break-glass-not-extended' }],
  'nothing-to-review': [{ code: 'nothing-to-review' }],
  'not-a-reviewer': [{ code: 'not-a-reviewer', groups: ['security'] }],
  'self-review': [{ code: 'self-review' }],
  'already-reviewed': [{ code: 'already-reviewed' }],
  'review-too-early': [{ code: 'review-too-early', status: 'active' }],
  'not-eligible': [{ code: 'not-eligible', role: 'lb-admin' }],
  'too-long': [{ code: 'too-long', max: HOUR }],
  'reason-missing': [
    { code: 'reason-missing', example: '' },
    { code: 'reason-missing', example: 'OPS-1 rotate the certificate' },
  ],
  'reason-unfit': [
    { code: 'reason-unfit', example: '' },
    { code: 'reason-unfit', example: 'OPS-1' },
  ],
  'reason-too-long': [{ code: 'reason-too-long', max: 500 }],
  'input-missing': [{ code: 'input-missing', name: 'ip', label: 'your address' }],
  'input-unfit': [{ code: 'input-unfit', name: 'ip', why: 'ip= is no address.' }],
  'input-unknown': [
    { code: 'input-unknown', name: 'port', known: [] },
    { code: 'input-unknown', name: 'port', known: ['ip'] },
  ],
  'cannot-be-given': [{ code: 'cannot-be-given', why: 'The gate has no such key.' }],
  'provider-unreachable': [{ code: 'provider-unreachable', why: 'timeout' }],
  'nobody-can-approve': [
    {
      code: 'nobody-can-approve',
      missing: [{ group: 'sre', need: 1, have: 0 }],
      separation: [],
    },
    {
      code: 'nobody-can-approve',
      missing: [
        { group: 'sre', need: 2, have: 1 },
        { group: 'leads', need: 1, have: 0 },
      ],
      separation: ['own-team', 'direct-reports'],
    },
  ],
  'already-asked': [{ code: 'already-asked', request: 'req0000001' as RequestId }],
  'too-long-in-all': [
    { code: 'too-long-in-all', max: 4 * HOUR, left: HOUR },
    { code: 'too-long-in-all', max: 4 * HOUR, left: 0 },
  ],
  'too-many-open': [{ code: 'too-many-open', role: 'lb-admin', max: 20 }],
  forbidden: [
    { code: 'forbidden', condition: 'holidays', why: 'nobody is here to help', unknown: false },
    { code: 'forbidden', condition: 'holidays', why: 'nobody is here to help.', unknown: false },
    { code: 'forbidden', condition: 'holidays', why: 'nobody is here to help', unknown: true },
  ],
  'automatic-used-up': [
    { code: 'automatic-used-up', role: 'lb-admin', most: 3, within: 24 * HOUR },
  ],
  'too-many-live': [{ code: 'too-many-live', max: 3 }],
  'too-much-today': [
    { code: 'too-much-today', role: 'lb-admin', max: 4 * HOUR, left: 0 },
    { code: 'too-much-today', role: 'lb-admin', max: 4 * HOUR, left: HOUR },
  ],
  'cooling-down': [
    { code: 'cooling-down', role: 'lb-admin', cooldown: HOUR, until: null },
    { code: 'cooling-down', role: 'lb-admin', cooldown: HOUR, until: 1_795_176_000_000 },
  ],
  'start-past': [
    { code: 'start-past', start: { at: 0, zone: 'Europe/Berlin' } },
    { code: 'start-past', start: { at: 0, zone: 'UTC', odd: 'skipped' } },
    { code: 'start-past', start: { at: 0, zone: 'UTC', odd: 'repeated' } },
  ],
  'start-too-far': [{ code: 'start-too-far', max: 24 * HOUR }],
  'start-too-early': [{ code: 'start-too-early', start: { at: 0, zone: 'UTC' } }],
  'extension-without-start': [{ code: 'extension-without-start' }],
  'start-missed': [{ code: 'start-missed', start: { at: 0, zone: 'UTC' } }],
  'no-longer-approved': [
    { code: 'no-longer-approved', missing: [{ count: 1, of: 'leads' }] },
    {
      code: 'no-longer-approved',
      missing: [
        { count: 1, of: 'leads' },
        { count: 2, of: 'sre' },
      ],
    },
  ],
  'unknown-request': [{ code: 'unknown-request' }],
  'self-approval': [{ code: 'self-approval' }],
  'not-an-approver': [
    { code: 'not-an-approver', groups: ['sre'] },
    { code: 'not-an-approver', groups: ['sre', 'leads', 'security'] },
  ],
  'not-yet': [{ code: 'not-yet', groups: ['sre', 'leads'] }],
  'own-team': [{ code: 'own-team', team: 'payments' }],
  'own-manager': [{ code: 'own-manager', team: 'payments' }],
  'already-approved': [{ code: 'already-approved' }],
  'already-decided': STATUSES.map((status) => ({ code: 'already-decided', status })),
  'role-gone': [{ code: 'role-gone', role: 'lb-admin' }],
  'targets-changed': [{ code: 'targets-changed', role: 'lb-admin' }],
  'no-longer-eligible': [{ code: 'no-longer-eligible', role: 'lb-admin' }],
  'not-the-requester': [{ code: 'not-the-requester' }],
  'not-a-revoker': [{ code: 'not-a-revoker' }],
  'not-an-attester': [{ code: 'not-an-attester' }],
  frozen: [{ code: 'frozen', since: 0 }],
  'not-at-the-switch': [{ code: 'not-at-the-switch' }],
  'not-frozen': [{ code: 'not-frozen' }],
  'preview-over': [{ code: 'preview-over' }],
  'still-freezing': [{ code: 'still-freezing', left: 3 }],
  'not-a-restorer': [{ code: 'not-a-restorer' }],
  'self-attestation': [{ code: 'self-attestation' }],
  'self-restoration': [{ code: 'self-restoration' }],
  'nothing-to-restore': [{ code: 'nothing-to-restore' }],
  'not-active': STATUSES.map((status) => ({ code: 'not-active', status })),
  'not-extendable': STATUSES.map((status) => ({ code: 'not-extendable', status })),
  'not-revoking': STATUSES.map((status) => ({ code: 'not-revoking', status })),
};

const every: readonly Refusal[] = Object.values(EXAMPLES).flat();

describe('a refusal', () => {
  it.each(every.map((refusal) => [refusal.code, refusal] as const))(
    'is a whole sentence: %s',
    (_, refusal) => {
      const text = refusalText(refusal);
      expect(text).toMatch(/^\S.*[.!?]$/);
      expect(text).not.toMatch(/undefined|null|NaN|\[object|\.\.|\s\s/);
    },
  );

  it('says what was typed as it was typed', () => {
    fc.assert(
      fc.property(fc.string(), (role) => {
        expect(refusalText({ code: 'unknown-role', role, nearest: [] })).toContain(role);
      }),
    );
  });

  it('has words for each status', () => {
    expect(Object.keys(STATUS_WORDS).toSorted()).toEqual([...STATUSES].toSorted());
  });
});
