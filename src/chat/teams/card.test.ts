import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CardView } from '../../core/view.ts';
import { cardContent, type Face } from './card.ts';
import type { AdaptiveCard } from './elements.ts';
import { cardFaults, textsOf } from './fixtures/card-check.ts';
import * as views from './fixtures/views.ts';
import { homeContent } from './home.ts';
import { weightOf } from './limits.ts';

const { people } = views;
const personal: Face = { kind: 'personal' };
const shared: Face = { kind: 'shared', viewers: ['29:ada', '29:grace'] };
const many = views.viewers.map((mri, index) => ({ mri, name: views.EVIL.slice(index) }));
const everyFace: readonly Face[] = [
  personal,
  shared,
  { kind: 'shared', viewers: views.viewers },
  { kind: 'personal', viewers: views.viewers },
  { kind: 'shared', viewers: views.viewers, called: many },
];

const titles = ({ actions }: AdaptiveCard) => actions.map(({ title }) => title);
const withReason = (reason: string): CardView => ({
  ...views.waiting,
  fields: [{ label: 'Reason', value: [reason] }],
});

describe('a card', () => {
  const all = [views.waiting, views.open, views.alarm, views.ended, views.longCard];
  const faces = all.flatMap((card) => everyFace.map((face) => [card.tone, card, face] as const));

  test.each(faces)('is one that Teams takes: %s', (_tone, card, face) => {
    expect(cardFaults(cardContent(card, people, face))).toEqual([]);
  });

  test('says everything that its view holds, each field on a line of its own', () => {
    expect(textsOf(cardContent(views.waiting, people, personal))).toEqual([
      '⏳ Ada asks for lb-admin',
      'Waiting for approval until 2026-11-21 12:00:00 UTC.',
      'Role: lb-admin The load balancer, all of it',
      'For: Ada, 1h',
      'Reason: rotate the edge certificate',
      'Gives: edge-admin from 192.0.2.7',
      'Approval: 1 of sre, not the requester',
      'Request #r123456789 · rule roles.lb-admin',
      ...['Approve', 'Deny', 'Reason, shown to the requester', 'Deny'],
    ]);
  });

  test('calls those who are to hear of it, below all that it says', () => {
    const called = [
      { mri: '29:grace', name: 'Grace' },
      { mri: '29:linus', name: '**L** </at> [x](https://evil.example)' },
    ];
    const card = cardContent(views.waiting, people, { ...shared, called });
    expect(cardFaults(card)).toEqual([]);
    expect(textsOf(card).at(-3)).toBe('For Grace L at x https evil.example');
    expect(card.msteams.entities).toEqual([
      { type: 'mention', text: '<at>Grace</at>', mentioned: { id: '29:grace', name: 'Grace' } },
      {
        ...{ type: 'mention', text: '<at>L at x https evil.example</at>' },
        mentioned: { id: '29:linus', name: 'L at x https evil.example' },
      },
    ]);
  });

  test('has a sign and a colour for each tone', () => {
    const heads = [views.waiting, views.open, views.ended, views.alarm].map((card) => {
      const [head] = cardContent(card, people, personal).body;
      return head?.type === 'Container' ? head.style : head?.type;
    });
    expect(heads).toEqual(['accent', 'good', 'emphasis', 'attention']);
  });

  test('with nothing in it can still be posted', () => {
    const empty = { ...views.waiting, title: [], headline: [], fields: [], footer: [] };
    expect(cardFaults(cardContent({ ...empty, buttons: [] }, people, shared))).toEqual([]);
  });
});

describe('for everybody', () => {
  const card = cardContent(views.waiting, people, shared);

  test('a card has no button but the one that asks for a face of its own', () => {
    expect(titles(card)).toEqual(['What can I do?']);
    expect(JSON.stringify(card)).not.toMatch(/approve|deny/i);
  });

  test('a card is drawn anew for each who may act, as soon as they see it', () => {
    expect(card.refresh).toMatchObject({
      action: { type: 'Action.Execute', verb: 'refresh', data: { request: views.REQUEST } },
      userIds: ['29:ada', '29:grace'],
    });
  });

  test('a card names nobody twice, and at most sixty', () => {
    const doubled = [...views.viewers, ...views.viewers];
    const { refresh } = cardContent(views.waiting, people, { kind: 'shared', viewers: doubled });
    expect(refresh?.userIds).toEqual(views.viewers.slice(0, 60));
  });

  test('a card names no id that could crowd out the rest', () => {
    const face: Face = { kind: 'shared', viewers: ['', 'x'.repeat(30_000), '29:ada'] };
    expect(cardContent(views.waiting, people, face).refresh?.userIds).toEqual(['29:ada']);
  });

  test.each([views.alarm, views.ended])(
    'a card on which nothing can be pressed is left alone (%#)',
    (over) => {
      const drawn = cardContent(over, people, shared);
      expect(drawn.refresh).toBeUndefined();
      expect(drawn.actions).toEqual([]);
    },
  );

  test('a card without viewers asks for no refresh, which would be everybody', () => {
    const drawn = cardContent(views.waiting, people, { kind: 'shared', viewers: [] });
    expect(drawn.refresh).toBeUndefined();
    expect(titles(drawn)).toEqual(['What can I do?']);
  });
});

describe('for one person', () => {
  test('a card has the buttons of its view, each with a way for old clients', () => {
    const { actions } = cardContent(views.waiting, people, personal);
    expect(actions[0]).toMatchObject({
      type: 'Action.Execute',
      verb: 'approve',
      data: { hallpass: 1, request: views.REQUEST },
      fallback: { type: 'Action.Submit', data: { verb: 'approve', request: views.REQUEST } },
    });
    expect(actions[1]).toMatchObject({
      type: 'Action.ShowCard',
      title: 'Deny',
      card: {
        body: [{ type: 'Input.Text', isRequired: true, maxLength: 2_000 }],
        actions: [{ verb: 'deny', fallback: { data: { verb: 'deny' } } }],
      },
    });
  });

  test('a card waits for no reason where none is needed', () => {
    const [approve] = cardContent(views.waiting, people, personal).actions;
    expect(approve).toMatchObject({ associatedInputs: 'none' });
  });

  test('a face shown in answer to a refresh is refreshed again when the card changes', () => {
    const face: Face = { kind: 'personal', viewers: ['29:grace'] };
    expect(cardContent(views.waiting, people, face).refresh?.userIds).toEqual(['29:grace']);
    expect(cardContent(views.waiting, people, personal).refresh).toBeUndefined();
  });
});

describe('the longest input', () => {
  test.each(everyFace)('leaves a card within the limit (%#)', (face) => {
    const card = cardContent(views.longCard, views.longPeople, face);
    expect(cardFaults(card)).toEqual([]);
    expect(weightOf(card)).toBeLessThanOrEqual(24 * 1_024);
  });

  test.each(['x', '扉', '😀', '"', '{'])('a whole reason made of %s is shown', (sign) => {
    const reason = sign.repeat(2_000 / sign.length);
    const card = cardContent(withReason(reason), people, {
      kind: 'shared',
      viewers: views.viewers,
    });
    expect(textsOf(card)).toContain(`Reason: ${reason}`);
    expect(cardFaults(card)).toEqual([]);
  });

  test('says how many fields found no room', () => {
    const text = textsOf(cardContent(views.longCard, views.longPeople, everyFace[2] ?? personal));
    expect(text.join('\n')).toMatch(/And \d+ more, for which there is no room here\./);
  });

  test('leaves the home page within the limit', () => {
    expect(cardFaults(homeContent(views.longHome, views.longPeople))).toEqual([]);
  });
});

describe('what somebody wrote', () => {
  test('is shown as typed, and is nothing but text', () => {
    const evil = [views.EVIL];
    const fields = [{ label: views.EVIL.slice(0, 30), value: evil }];
    const card = { ...views.waiting, title: evil, headline: evil, fields, footer: evil };
    const drawn = cardContent(card, people, personal);
    expect(textsOf(drawn).filter((text) => text.includes(views.EVIL))).toHaveLength(4);
    expect(cardFaults(drawn)).toEqual([]);
  });

  test('makes no macro together with what stands before it', () => {
    const pieces = ['{', '{DATE(2026-11-21T12:00:00Z)}', '}'];
    const card = { ...views.waiting, headline: pieces };
    expect(cardFaults(cardContent(card, people, personal))).toEqual([]);
  });

  test('forges no line', () => {
    const reason = 'because\nApproval: automatic\r\nRole\u2028x\u2029y';
    const card = cardContent(withReason(reason), people, personal);
    expect(textsOf(card)).toContain('Reason: because ⏎ Approval: automatic ⏎ Role ⏎ x ⏎ y');
  });

  test('turns no writing around and moves no cursor', () => {
    const card = cardContent(withReason('a\u202eb\u0007c\td\ud800e'), people, personal);
    expect(textsOf(card)).toContain('Reason: a\ufffdb\ufffdc d\ufffde');
  });

  test('whatever it is, makes no card that Teams would refuse or read', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc
        .array(fc.constantFrom('{', '}', '$', 'DATE(', '2026-11-21T12:00:00Z', ')', '\n', '\ud83d'))
        .map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(...everyFace), (text, face) => {
        const card = { ...withReason(text), title: [text], headline: ['$', text], footer: [text] };
        const drawn = cardContent(card, people, face);
        expect(cardFaults(drawn)).toEqual([]);
        expect(textsOf(drawn).join('')).not.toMatch(/[\n\r\u2028\u2029\u202e]/);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the home page', () => {
  test('lists what one has, what waits and what may be asked for', () => {
    const home = {
      mine: [views.open],
      waitingForMe: [],
      more: { mine: 3, waitingForMe: 0 },
      roles: [{ name: 'lb-admin', description: views.EVIL }],
    };
    const drawn = homeContent(home, people);
    expect(cardFaults(drawn)).toEqual([]);
    const text = textsOf(drawn).join('\n');
    for (const part of ['🔓 Ada asks for lb-admin', 'And 3 more.', 'Nothing just now.', views.EVIL])
      expect(text).toContain(part);
    expect(titles(drawn)).toEqual(['Ask']);
  });

  test('is not replaced by the answer to a click on it', () => {
    const none = { more: { mine: 0, waitingForMe: 0 }, roles: [], mine: [] };
    const drawn = homeContent({ ...none, waitingForMe: [views.waiting] }, people);
    expect(JSON.stringify(drawn)).not.toContain('Action.Execute');
    expect(JSON.stringify(drawn)).toContain('"verb":"approve"');
  });
});
