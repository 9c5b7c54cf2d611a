import { describe, expect, it } from 'vitest';
import { decideAsk } from './decide.ts';
import { checkTerms, rolesFor } from './eligibility.ts';
import type { AskFacts } from './facts.ts';
import { ada, dennis, grace, ken, linus, mallory, margaret } from './fixtures/cast.ts';
import type { Setting } from './fixtures/facts.ts';
import { askFactsFrom, factsFrom, GROUPS } from './fixtures/facts.ts';
import { policyOf, quorumOf, roleWith, stagesOf, TEAMS } from './fixtures/policies.ts';
import type { RequestId } from './ids.ts';
import type { Role } from './policy.ts';
import { HOUR } from './time.ts';

const id = 'req0000001' as RequestId;
type Asking = Parameters<typeof decideAsk>[0];

const ask: Asking = {
  ...{ kind: 'ask', by: ada.id, role: 'lb-admin' },
  ...{ duration: undefined, inputs: {}, reason: 'OPS-1' },
};

function answer(
  role: Partial<Role> = {},
  changes: Partial<Asking> = {},
  facts: Partial<AskFacts> = {},
  setting: Partial<Setting> = {},
) {
  const asked = roleWith(role);
  const given = askFactsFrom(id, asked, { policy: policyOf(asked), ...setting });
  const decision = decideAsk({ ...ask, ...changes }, { ...given, ...facts });
  return decision.kind === 'refused' ? decision.refusal : decision.happenings.map(typeOf);
}

const typeOf = ({ event }: { event: { type: string } }) => event.type;

describe('an ask', () => {
  it('waits where somebody must approve', () => {
    expect(answer()).toEqual(['asked']);
  });

  it('begins at once only under a rule that is marked automatic', () => {
    const approval = { kind: 'automatic' } as const;
    expect(answer({ approval })).toEqual(['asked', 'activation-started', 'lease-added']);
  });

  it('is refused by a rule that no longer knows the role, with names that the person may ask for', () => {
    expect(answer({}, { role: 'lb-admni' })).toEqual({
      code: 'unknown-role',
      role: 'lb-admni',
      nearest: ['lb-admin'],
    });
    expect(answer({}, { role: 'lb-admni', by: ken.id })).toMatchObject({ nearest: [] });
    expect(answer({}, { role: '__proto__' })).toMatchObject({ code: 'unknown-role' });
    expect(answer({}, { role: 'constructor' })).toMatchObject({ code: 'unknown-role' });
  });

  it.each([
    ['longer than the longest', 4 * HOUR + 1],
    ['without end', Number.POSITIVE_INFINITY],
    ['no number', Number.NaN],
    ['nothing', 0],
    ['negative', -HOUR],
  ])('is refused a duration that is %s', (_, duration) => {
    expect(answer({}, { duration })).toEqual({ code: 'too-long', max: 4 * HOUR });
  });

  it('is for the members of its groups, whose accounts are there', () => {
    expect(answer({}, { by: ken.id })).toMatchObject({ code: 'not-eligible' });
    expect(answer({}, { by: dennis.id })).toMatchObject({ code: 'not-eligible' });
    expect(answer({ who: [] })).toMatchObject({ code: 'not-eligible' });
  });

  it('is refused while it cannot be read who may ask, or who could approve', () => {
    const unreadable = (group: string) => ({
      groups: { ...GROUPS, [group]: 'unreachable' } as const,
    });
    const refusal = { code: 'directory-unreachable' };
    expect(answer({}, {}, {}, unreadable('engineers'))).toMatchObject(refusal);
    expect(answer({}, {}, {}, unreadable('sre'))).toMatchObject(refusal);
    expect(answer({ approval: quorumOf(1, 'nobody-knows') })).toMatchObject(refusal);
  });

  it('is refused where nobody else could approve', () => {
    const alone = { groups: { ...GROUPS, sre: [ada, grace] } };
    expect(answer({ approval: quorumOf(2) }, {}, {}, alone)).toEqual({
      code: 'nobody-can-approve',
      missing: [{ group: 'sre', need: 2, have: 1 }],
      separation: [],
    });
  });

  it('names everybody who is missing, one seat for each person over all stages', () => {
    const approval = stagesOf(
      [{ count: 1, of: 'leads' }],
      [
        { count: 1, of: 'leads' },
        { count: 2, of: 'security' },
      ],
    );
    const few = { groups: { ...GROUPS, leads: [ada, margaret], security: [margaret] } };
    expect(answer({ approval }, {}, {}, few)).toMatchObject({
      code: 'nobody-can-approve',
      missing: [
        { group: 'leads', need: 1, have: 0 },
        { group: 'security', need: 2, have: 0 },
      ],
    });
    const more = {
      groups: { ...GROUPS, leads: [linus, margaret], security: [ken, margaret, mallory] },
    };
    expect(answer({ approval }, {}, {}, more)).toEqual(['asked']);
  });

  it('is refused where all who could approve are kept apart from the requester', () => {
    const separation = ['own-team', 'direct-reports'] as const;
    const policy = { ...policyOf(roleWith({ separation })), groups: TEAMS };
    const groups = { ...GROUPS, sre: [grace, linus] };
    expect(answer({ separation }, {}, {}, { policy, groups })).toEqual({
      code: 'nobody-can-approve',
      missing: [{ group: 'sre', need: 1, have: 0 }],
      separation,
    });
  });

  it('needs a reason of the form that the role asks for', () => {
    const reason = { required: true, pattern: 'OPS-[0-9]+', example: 'OPS-7' };
    expect(answer({ reason }, { reason: '' })).toMatchObject({ code: 'reason-missing' });
    expect(answer({ reason }, { reason: 'please' })).toMatchObject({
      code: 'reason-unfit',
    });
    expect(answer({ reason: { ...reason, pattern: '(' } })).toMatchObject({ code: 'reason-unfit' });
    expect(answer({}, { reason: 'x'.repeat(10_000) })).toMatchObject({
      code: 'reason-too-long',
    });
  });

  it('is made once: the open one is named instead', () => {
    const open = [{ id, status: 'pending' as const, inputs: {} }];
    expect(answer({}, {}, { open })).toEqual({ code: 'already-asked', request: id });
    const other = [{ id, status: 'pending' as const, inputs: { ip: '192.0.2.7' } }];
    expect(answer({}, {}, { open: other })).toEqual(['asked']);
  });

  it.each(['active', 'revoking'] as const)('is made again while the first is %s', (status) => {
    expect(answer({}, {}, { open: [{ id, status, inputs: {} }] })).toEqual(['asked']);
  });

  it('is not made when very many are not over yet', () => {
    const open = (count: number) =>
      Array.from({ length: count }, () => ({ id, status: 'active' as const, inputs: {} }));
    expect(answer({}, {}, { open: open(19) })).toEqual(['asked']);
    expect(answer({}, {}, { open: open(20) })).toMatchObject({ code: 'too-many-open', max: 20 });
  });

  it.each([
    [{ kind: 'refused', why: 'No such gate.' }, 'cannot-be-given'],
    [{ kind: 'unreachable', why: 'timeout' }, 'provider-unreachable'],
    [{ kind: 'not-needed' }, 'provider-unreachable'],
    [{ kind: 'planned', rights: [] }, 'cannot-be-given'],
  ] as const)('is refused when its provider says %j', (plan, code) => {
    expect(answer({}, {}, { plan })).toMatchObject({ code });
  });
});

describe('the roles of a person', () => {
  it('are those whose groups name them, and none whose groups cannot be read', () => {
    const names = (setting: Partial<Setting>, by = ada) =>
      rolesFor(by.id, factsFrom(setting)).map(({ name }) => name);
    expect(names({})).toEqual(['lb-admin']);
    expect(names({}, ken)).toEqual([]);
    expect(names({ groups: { ...GROUPS, engineers: 'unreachable' } })).toEqual([]);
  });
});

describe('the terms', () => {
  it('are checked without a provider, and say the default', () => {
    expect(checkTerms({ ...ask, by: mallory.id }, factsFrom())).toMatchObject({
      ...{ kind: 'fine', duration: HOUR, inputs: {} },
    });
  });
});
