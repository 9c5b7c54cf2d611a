/** What people read of a request: on its card, in the thread, in notes and alarms. */
import { describe, expect, it } from 'vitest';
import { buttonsFor, sharedButtons } from './buttons.ts';
import { cardView } from './card.ts';
import type { NoteKind } from './effect.ts';
import { ada, adaAgain, ghost, grace, ken, margaret } from './fixtures/cast.ts';
import { factsFrom, NOON, rightAt } from './fixtures/facts.ts';
import { glassLife } from './fixtures/glass.ts';
import { lives } from './fixtures/lives.ts';
import { GLASS, policyOf, quorumOf, roleWith } from './fixtures/policies.ts';
import { given, World } from './fixtures/world.ts';
import type { Principal } from './principal.ts';
import type { AccessRequest, Status } from './request.ts';
import { STATUSES } from './request.ts';
import type { Rich } from './rich.ts';
import { alarmText, askedText, noteView } from './telling.ts';

const policy = policyOf(roleWith({ approval: quorumOf(2) }));
const requests = lives(policy);
const texts = new Map([['why', 'because']]);

function words(text: Rich): string {
  const word = (part: Rich[number]) => {
    if (typeof part === 'string') return part;
    if (part.kind === 'instant') return `+${Math.round((part.at - NOON) / 1_000)}s`;
    if (part.kind === 'person' || part.kind === 'request') return part.id;
    return part.kind === 'duration' ? `${part.length / 1_000}s` : part.text;
  };
  return text.map(word).join('');
}

const broken = glassLife(policyOf(roleWith({ approval: quorumOf(2), breakGlass: GLASS })));

const cardOf = (request: AccessRequest, mentions: { group: string; people: [] } | null = null) =>
  cardView({ request, version: 3, texts, viewer: null, mentions });

const buttons = (request: AccessRequest, { id }: Principal) =>
  buttonsFor(request, { id, facts: factsFrom({ policy }) }).map(({ action }) => action);

describe('a card', () => {
  it('says of each status what is known, and no more', () => {
    const lines = STATUSES.map((status) => [status, words(cardOf(requests[status]).headline)]);
    expect(Object.fromEntries(lines)).toMatchInlineSnapshot(`
      {
        "activating": "Approved. The provider has not confirmed the access yet.",
        "activation-failed": "The access could not be given: the provider did not confirm it in time. Proven gone: read back twice as absent.",
        "active": "Open until +3600s, confirmed by the provider at +0s.",
        "cancelled": "Cancelled before its start by p_ken: because",
        "denied": "Denied by p_grace: because",
        "ended": "Ended: the time was over. Proven gone: read back twice as absent.",
        "expired": "Expired: nobody decided in time.",
        "pending": "Waiting for approval until +3600s.",
        "returned": "Returned by the requester. Proven gone: read back twice as absent.",
        "revoked": "Revoked by p_ken: because. Proven gone: read back twice as absent.",
        "revoking": "Being taken away. Not confirmed gone yet.",
        "scheduled": "Approved. Nothing is open before its start at 2026-11-20 13:00 UTC (+3600s).",
        "withdrawn": "Withdrawn by the requester.",
      }
    `);
  });

  it('of a break-glass says so in its title, its headline and its rule, and looks like nothing else', () => {
    const { title, headline, footer, tone } = cardOf(broken.active);
    expect(words(title)).toBe('p_ada breaks the glass for lb-admin');
    expect(words(headline)).toMatch(/^Open until .*Break-glass: nobody approved it\.$/);
    expect(words(footer)).toContain('roles.lb-admin.breakGlass');
    expect(tone).toBe('broken');
    expect([broken.over, broken.overdue, broken.reviewed].map((one) => cardOf(one).tone)).toEqual([
      ...['broken', 'alarm', 'closed'],
    ]);
  });

  it('of a break-glass says until when somebody reviews it, and what they made of it', () => {
    const review = (request: AccessRequest) =>
      words(cardOf(request).fields.find(({ label }) => label === 'Review')?.value ?? []);
    expect(review(broken.active)).toBe('open; by security, leads, within 86400s after its end');
    expect(review(broken.over)).toMatch(
      /^open until \+86410s; by security, leads, not the requester$/,
    );
    expect(review(broken.overdue)).toMatch(/^overdue since /);
    expect(review(broken.reviewed)).toBe('not justified, says p_ken: because');
    expect(review(requests.ended)).toBe('');
  });

  it('says what the provider said, in its own field', () => {
    const provider = (status: Status) =>
      cardOf(requests[status]).fields.find(({ label }) => label === 'Provider')?.value ?? [];
    expect(words(provider('activating'))).toBe('memory: not confirmed yet');
    expect(words(provider('active'))).toBe('memory: read back as open at +0s');
    expect(words(provider('revoking'))).toBe('memory: not confirmed gone yet');
    expect(words(provider('returned'))).toBe('memory: read back twice as gone at +10s');
    expect(provider('pending')).toEqual([]);
  });

  it('says attested, and never proven, of what a person vouched for', () => {
    const world = new World(policyOf(roleWith({ approval: { kind: 'automatic' } })));
    const id = given(world.ask(ada));
    world.does(ada, 'return', id);
    world.does(margaret, 'attest', id);
    const said = words(cardOf(world.request(id)).headline);
    expect(said).toContain('Attested by p_margaret, not proven');
    expect(said).not.toContain('Proven');
  });

  it('says once more than once, when it has alarmed, that access may still be there', () => {
    const alarmed = { ...requests.revoking, alarms: 1 } as AccessRequest;
    expect(cardOf(alarmed)).toMatchObject({ tone: 'alarm' });
    expect(words(cardOf(alarmed).headline)).toContain('not confirmed gone');
  });

  it('calls people only while they can decide', () => {
    const mentions = { group: 'sre', people: [] } as const satisfies { group: string; people: [] };
    expect(cardOf(requests.pending, { ...mentions }).mentions).toEqual(mentions);
    expect(cardOf(requests.active, { ...mentions }).mentions).toBeNull();
  });

  it('shows an erased reason as erased', () => {
    const request = requests.denied;
    const bare = cardView({ request, version: 1, texts: new Map(), viewer: null, mentions: null });
    expect(words(bare.headline)).toContain('(erased)');
  });
});

describe('buttons', () => {
  it('are those that decide would accept from this person', () => {
    expect(buttons(requests.pending, ada)).toEqual(['withdraw']);
    expect(buttons(requests.pending, adaAgain)).toEqual(['withdraw']);
    expect(buttons(requests.pending, grace)).toEqual(['approve', 'deny']);
    expect(buttons(requests.active, ada)).toEqual(['return', 'extend']);
    expect(buttons(requests.active, adaAgain)).toEqual(['return', 'extend']);
    expect(buttons(requests.active, ken)).toEqual(['revoke']);
    expect(buttons(requests.active, ghost)).toEqual([]);
  });

  it('are the two judgements for those who review a break-glass that is over, and nobody else', () => {
    expect(sharedButtons(broken.over).map(({ action }) => action)).toEqual([
      'justified',
      'unjustified',
    ]);
    const own = policyOf(roleWith({ breakGlass: GLASS }));
    const seen = ({ id }: Principal) =>
      buttonsFor(broken.over, { id, facts: factsFrom({ policy: own }) }).length;
    expect([ada, adaAgain, grace, margaret, ken].map(seen)).toEqual([0, 0, 0, 2, 2]);
    for (const request of [broken.active, broken.reviewed])
      expect(sharedButtons(request).map(({ action }) => action)).not.toContain('justified');
  });

  it('are none once nothing can be done', () => {
    for (const status of STATUSES.slice(STATUSES.indexOf('revoking')))
      expect(sharedButtons(requests[status])).toEqual([]);
  });
});

describe('notes', () => {
  const KINDS: Readonly<Record<Exclude<NoteKind, 'reviewed'>, Status>> = {
    active: 'active',
    'ending-soon': 'active',
    denied: 'denied',
    expired: 'expired',
    scheduled: 'scheduled',
    cancelled: 'cancelled',
    'being-revoked': 'revoked',
    finished: 'ended',
  };

  it.each(Object.entries(KINDS) as [NoteKind, Status][])('of %s speak of it', (kind, status) => {
    const note = noteView(kind, requests[status], texts);
    expect(words(note?.text ?? [])).toContain('lb-admin');
  });

  it('of a review say what was made of it, and by whom', () => {
    const said = words(noteView('reviewed', broken.reviewed, texts)?.text ?? []);
    for (const part of ['lb-admin', 'p_ken', 'not justified', 'because'])
      expect(said).toContain(part);
    expect(noteView('reviewed', broken.over, texts)).toBeNull();
    const end = words(noteView('finished', broken.over, texts)?.text ?? []);
    expect(end).toContain('waits for its review: by somebody else of security, leads');
  });

  it('are not sent when they are no longer true', () => {
    for (const kind of Object.keys(KINDS) as NoteKind[])
      expect(noteView(kind, requests.withdrawn, texts)).toBeNull();
    expect(noteView('active', requests.revoking, texts)).toBeNull();
  });
});

describe('an alarm', () => {
  it('names what is open, whose it is, since when, and what can be done', () => {
    const said = words(alarmText(requests.revoking));
    for (const part of ['lb-admin', 'p_ada', '+0s', '/jit attest req0000001'])
      expect(said).toContain(part);
  });
});

describe('the answer to an ask', () => {
  it('says who must approve, or that nobody had to', () => {
    expect(words(askedText(requests.pending))).toContain('Needs 2 of sre, not the requester.');
    expect(words(askedText(requests.activating))).toContain('without approval by its rule');
    expect(words(askedText(broken.active))).toMatch(/^Break-glass: nobody approved it/);
  });

  it('is about rights that the card names', () => {
    expect(words(cardOf(requests.pending).fields.flatMap(({ value }) => value))).toContain(
      rightAt('edge').summary,
    );
  });
});
