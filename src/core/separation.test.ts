import { expect, test } from 'vitest';
import { ada, grace, ken, linus } from './fixtures/cast.ts';
import { factsFrom } from './fixtures/facts.ts';
import { policyOf, roleWith, TEAMS } from './fixtures/policies.ts';
import { type Present, seenWith } from './principal.ts';
import { whySeparated } from './separation.ts';

/** The team as a list of addresses. */
function refusalFor(approver: Present): string | undefined {
  const facts = factsFrom({ policy: { ...policyOf(roleWith()), groups: TEAMS } });
  const listed = { accounts: new Set<string>(), emails: new Set([ada.email, grace.email]) };
  const groups = new Map([...facts.groups, ['payments', { kind: 'known', ...listed } as const]]);
  const people = new Map([...facts.people, [approver.id, approver]]);
  return whySeparated(['own-team'], approver.id, ada.id, { ...facts, groups, people })?.code;
}

test('whoever is listed in the requester’s own team is a colleague, and nobody else', () => {
  expect(refusalFor(grace)).toBe('own-team');
  expect(refusalFor(linus)).toBeUndefined();
});

test('whoever ever had a colleague’s address counts as one, whichever account vouches now', () => {
  expect(refusalFor(seenWith(linus, [grace.email]))).toBe('own-team');
  expect(refusalFor(seenWith({ ...grace, email: 'g@example.com' }, [grace.email]))).toBe(
    'own-team',
  );
});

const unread = 'people of teams';

test('whoever has an account that cannot be read may be anybody’s colleague', () => {
  expect(refusalFor({ ...linus, unread })).toBe('directory-unreachable');
  expect(refusalFor({ ...grace, unread })).toBe('own-team');
});

test('a requester with an account that cannot be read may lead whoever has a manager', () => {
  const facts = factsFrom({ policy: { ...policyOf(roleWith()), groups: TEAMS } });
  const people = new Map([...facts.people, [grace.id, { ...grace, unread }]]);
  const refusalOf = (approver: Present) =>
    whySeparated(['direct-reports'], approver.id, grace.id, { ...facts, people })?.code;
  expect(refusalOf(linus)).toBe('directory-unreachable');
  expect(refusalOf(ken)).toBeUndefined();
});
