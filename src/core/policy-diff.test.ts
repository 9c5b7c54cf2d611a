import { describe, expect, it } from 'vitest';
import { policyOf, quorumOf, roleWith, TEAMS } from './fixtures/policies.ts';
import type { Policy } from './policy.ts';
import { policyDiff } from './policy-diff.ts';

const before = policyOf(roleWith());
const withGroup = (emails: readonly string[]): Policy => {
  const payments = { ...TEAMS.payments, sources: [{ kind: 'emails', emails } as const] };
  return { ...before, groups: { payments } as Policy['groups'] };
};

describe('the difference of two policies', () => {
  it('is nothing where they say the same', () => {
    expect(policyDiff(before, policyOf(roleWith()))).toEqual([]);
  });

  it('names each key of a role that is another, with what it was', () => {
    expect(
      policyDiff(before, policyOf(roleWith({ approval: quorumOf(2), who: ['leads'] }))),
    ).toEqual([
      '~ roles.lb-admin.who: ["engineers"] → ["leads"]',
      '~ roles.lb-admin.approval: {"kind":"stages","stages":[[{"count":1,"of":"sre"}]]} → {"kind":"stages","stages":[[{"count":2,"of":"sre"}]]}',
    ]);
  });

  it('names a key that a role had not, and one that it has no more', () => {
    const reminding = policyOf(roleWith({ remindAfter: 60_000 }));
    expect(policyDiff(before, reminding)).toEqual(['~ roles.lb-admin.remindAfter: null → 60000']);
    expect(policyDiff(reminding, before)).toEqual(['~ roles.lb-admin.remindAfter: 60000 → null']);
  });

  it('names roles and groups that came and went, and what holds for all', () => {
    const after = { ...policyOf(roleWith({ name: 'lb-new' })), groups: TEAMS, zone: 'Asia/Tokyo' };
    expect(policyDiff(before, after)).toEqual([
      '~ zone: "UTC" → "Asia/Tokyo"',
      ...['+ groups.crew', '+ groups.payments', '- roles.lb-admin', '+ roles.lb-new'],
    ]);
  });

  it('says of a group that it changed, and never who is in it', () => {
    const lines = policyDiff(
      withGroup(['ada@example.com']),
      withGroup(['grace@example.com', 'x@y.z']),
    );
    expect(lines).toEqual(['~ groups.payments: 1 listed → 2 listed']);
  });

  it('says of people that they have other names at a provider, and never who or which', () => {
    const withPeople = (people: Readonly<Record<string, string>>): Policy => {
      const [target] = roleWith().targets;
      const targets = target === undefined ? [] : [{ ...target, people }];
      return { ...policyOf(roleWith({ targets })), people: { edge: people } };
    };
    const some = withPeople({ 'ada@example.com': 'ada', 'grace@example.com': 'grace' });
    const others = withPeople({ 'ada@example.com': 'ada.l', 'linus@example.com': 'linus' });
    expect(policyDiff(some, others)).toEqual([
      '~ people.edge: 2 named → 2 named (1 came, 1 went, 1 renamed)',
    ]);
    expect(policyDiff(before, some)).toEqual(['+ people.edge']);
    expect(policyDiff(some, before)).toEqual(['- people.edge']);
    expect(policyDiff(some, some)).toEqual([]);
  });

  it('is bounded, however much changes', () => {
    const roles = Array.from({ length: 300 }, (_, nth) => roleWith({ name: `role-${nth}` }));
    const lines = policyDiff(before, policyOf(...roles));
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('… and 201 more');
    const long = roleWith({ description: 'x'.repeat(5_000) });
    expect(policyDiff(before, policyOf(long))[0]?.length).toBeLessThan(500);
  });
});
