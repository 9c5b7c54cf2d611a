/** What people wrote is shown as they wrote it, on every platform: it names nobody, links nowhere, draws nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantHtml, richHtml } from '../../src/chat/local/page/rich.ts';
import { answerText, cardText, noteText } from '../../src/chat/local/render.ts';
import type { People } from '../../src/chat/platform.ts';
import {
  answerMessage,
  cardMessage,
  linesMessage,
  noteMessage,
} from '../../src/chat/slack/blocks.ts';
import { faultsOf, markupOf, textsOf } from '../../src/chat/slack/fixtures/validate.ts';
import { answerModal, askView, reasonView } from '../../src/chat/slack/forms.ts';
import { homeView } from '../../src/chat/slack/home.ts';
import type { PrincipalId, RequestId } from '../../src/core/ids.ts';
import type { Rich, Segment } from '../../src/core/rich.ts';
import { plainSentence, sentence } from '../../src/core/rich.ts';
import { plainText } from '../../src/core/typed.ts';
import type { AskForm, Button, CardView, HomeView } from '../../src/core/view.ts';
import { HANG, MEDDLING, nasty, runs } from './nasty.ts';

const ADA = 'p_ada' as PrincipalId;
const REQUEST = '0123456789' as RequestId;

const segment: fc.Arbitrary<Segment> = fc.oneof(
  { weight: 3, arbitrary: nasty(4_000) },
  { weight: 1, arbitrary: nasty().map((text) => ({ kind: 'bold', text }) as const) },
  { weight: 1, arbitrary: nasty().map((text) => ({ kind: 'code', text }) as const) },
  fc.constant({ kind: 'person', id: ADA } as const),
  fc.nat(4_000_000_000_000).map((at) => ({ kind: 'instant', at }) as const),
  fc.nat(31_536_000_000).map((length) => ({ kind: 'duration', length }) as const),
  fc.constant({ kind: 'request', id: REQUEST } as const),
);
const rich: fc.Arbitrary<Rich> = fc.array(segment, { maxLength: 6 });
const people: fc.Arbitrary<People> = nasty(600).map(
  (name) => new Map([[ADA, { id: ADA, name, email: '', accounts: [] }]]),
);

/** Of the policy, or of a command that was read. */
const plain = (longest: number) => nasty(longest).map(plainText);

const actions = ['approve', 'deny', 'withdraw', 'return', 'extend', 'revoke', 'justified'] as const;
const buttons: fc.Arbitrary<readonly Button[]> = fc
  .subarray([...actions])
  .chain((some) =>
    fc.tuple(
      ...some.map((action) =>
        fc.constant({ action, label: action, tone: 'plain', request: REQUEST } as const),
      ),
    ),
  );

const card: fc.Arbitrary<CardView> = fc.record({
  request: fc.constant(REQUEST),
  version: fc.nat(),
  status: fc.constant('pending' as const),
  tone: fc.constantFrom('waiting', 'open', 'alarm' as const),
  title: rich,
  headline: rich,
  fields: fc.array(fc.record({ label: plain(200), value: rich }), { maxLength: 10 }),
  footer: rich,
  buttons,
  mentions: fc.constant(null),
  viewers: fc.constant([]),
});
const line = fc.record({ seq: fc.nat(), hash: fc.constant('1f0c2d3e'), text: rich });
const answer = fc.record({
  tone: fc.constantFrom('ok', 'no' as const),
  lines: fc.array(rich, { maxLength: 20 }),
  example: fc.option(plain(5_000).map((text) => `/jit ${text}`)),
});
const role = fc.record({ name: fc.stringMatching(/^[a-z]{1,40}$/), description: nasty(4_000) });
const distinct = fc.uniqueArray(role, { maxLength: 120, selector: ({ name }) => name });
const home: fc.Arbitrary<HomeView> = fc.record({
  mine: fc.array(card, { maxLength: 1 }),
  waitingForMe: fc.constant([]),
  more: fc.record({ mine: fc.nat(), waitingForMe: fc.nat() }),
  roles: distinct,
});
const form: fc.Arbitrary<AskForm> = fc.record({
  roles: distinct,
  chosen: fc.option(
    fc.record({
      name: nasty(200),
      description: nasty(),
      maxDuration: fc.nat(1_000_000_000),
      defaultDuration: fc.nat(1_000_000_000),
      inputs: fc.constant({}),
      reasonRequired: fc.boolean(),
      reasonExample: nasty(),
      terms: rich,
    }),
  ),
});

/** Within Slack's limits, without markup but the names of who is called, legible. */
function postable(surface: 'message' | 'view', shown: object): void {
  const view = { ...shown } as Readonly<Record<string, unknown>>;
  expect(faultsOf(surface, view)).toEqual([]);
  expect(markupOf(view)).toEqual([]);
  for (const text of textsOf(view)) {
    expect(text).not.toMatch(MEDDLING);
    expect(text).not.toMatch(/\p{Cs}/u);
  }
  if (surface === 'message') expect(view.text).not.toMatch(/[<>]/);
}

describe('at Slack', () => {
  test('any card, line, note and answer can be posted', { timeout: HANG }, () => {
    fc.assert(
      fc.property(
        card,
        fc.array(line, { maxLength: 40 }),
        answer,
        people,
        (one, lines, said, who) => {
          postable('message', cardMessage(one, who));
          postable('message', linesMessage(lines, who));
          postable('message', noteMessage({ text: one.title, buttons: one.buttons }, who));
          postable('message', answerMessage(said, who));
        },
      ),
      runs(120),
    );
  });

  test('any form, answer and home page can be opened', { timeout: HANG }, () => {
    fc.assert(
      fc.property(home, form, answer, nasty(5_000), people, (page, asked, said, request, who) => {
        postable('view', homeView(page, who));
        postable('view', askView(asked));
        postable('view', answerModal(said, who));
        postable('view', reasonView('deny', request));
      }),
      runs(60),
    );
  });

  test('a line of the thread is one line, whatever somebody is called', { timeout: HANG }, () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), people, (lines, who) => {
        const [block] = linesMessage(lines, who).blocks;
        const shown = textsOf(block).join('').split('\n');
        expect(shown).toHaveLength(lines.length);
      }),
      runs(80),
    );
  });
});

describe('in the local workspace', () => {
  test('text is on its line and moves no cursor', { timeout: HANG }, () => {
    fc.assert(
      fc.property(card, answer, people, (one, said, who) => {
        const texts = [
          cardText(one, who),
          answerText(said, who),
          noteText({ text: one.title, buttons: [] }, who),
        ];
        for (const text of texts) expect(text).not.toMatch(MEDDLING);
        expect(noteText({ text: one.title, buttons: [] }, who).split('\n')).toHaveLength(1);
      }),
      runs(100),
    );
  });

  test('HTML has no element and no attribute that is not ours', { timeout: HANG }, () => {
    const OURS =
      /<\/?(?:strong|code|span|time)(?: class="[a-z]+"| datetime="[\dTZ:+-]+"| data-at="\d+")*>/g;
    fc.assert(
      fc.property(rich, nasty(300), (text, name) => {
        const { markup } = richHtml(text, { [ADA]: name });
        expect(markup.replaceAll(OURS, '')).not.toMatch(/[<>"']/);
        expect(markup.replaceAll(/[\r\t]/g, '')).not.toMatch(MEDDLING);
      }),
      runs(150),
    );
    expect(instantHtml(0).markup).toMatch(OURS);
  });
});

describe('a sentence', () => {
  test('says the same in code, in quotes and as it was written', { timeout: HANG }, () => {
    fc.assert(
      fc.property(nasty(), (text) => {
        const said = sentence(text)
          .map((piece) =>
            typeof piece === 'string' ? piece : `\`${'text' in piece ? piece.text : ''}\``,
          )
          .join('');
        expect(said).toBe(text);
        expect(plainSentence(text).replaceAll(/[“”`]/g, '')).toBe(text.replaceAll(/[“”`]/g, ''));
      }),
      runs(200),
    );
  });
});
