import { describe, expect, test } from 'vitest';
import type { Rich } from '../../core/rich.ts';
import { answerMessage, cardMessage, linesMessage, mentionBlock, noteMessage } from './blocks.ts';
import { faultsOf, markupOf, textsOf } from './fixtures/validate.ts';
import * as views from './fixtures/views.ts';
import { answerModal, askView, reasonView } from './forms.ts';
import { homeView } from './home.ts';
import { textOf } from './thread.ts';

const { longPeople: people, longCard, EVIL } = views;

describe('with the longest input', () => {
  test.each([
    ['a card', cardMessage(longCard, people)],
    ['lines', linesMessage(views.longLines, people)],
    ['a note', noteMessage(views.longNote, people)],
    ['an answer', answerMessage(views.longAnswer, people)],
  ])("%s keeps Slack's limits for messages", (_name, message) => {
    expect(faultsOf('message', { ...message })).toEqual([]);
  });

  test.each([
    ['the home page', homeView(views.longHome, people)],
    ['the form', askView(views.longForm)],
    ['the form before a role is chosen', askView({ ...views.longForm, chosen: null })],
    ['the form for a denial', reasonView('deny', views.REQUEST)],
    ['the form for a made-up request', reasonView('revoke', views.long(5_000))],
    ['an answer', answerModal(views.longAnswer, people)],
  ])("%s keeps Slack's limits for views", (_name, view) => {
    expect(faultsOf('view', { ...view })).toEqual([]);
  });

  test('every line still has its number and hash', () => {
    const text = textOf({ ts: '1', blocks: asBlocks(linesMessage(views.longLines, people)) });
    expect(text.match(/^#\d+ [0-9a-f]{8} /gm)).toHaveLength(views.longLines.length);
  });
});

describe('with no input at all', () => {
  const empty: Rich = [];

  test.each([
    [
      'a card',
      cardMessage(
        { ...longCard, title: empty, headline: empty, fields: [], footer: empty, buttons: [] },
        people,
      ),
    ],
    ['a note', noteMessage({ text: empty, buttons: [] }, people)],
    ['an answer', answerMessage({ tone: 'ok', lines: [], example: null }, people)],
  ])('%s can still be posted', (_name, message) => {
    expect(faultsOf('message', { ...message })).toEqual([]);
  });

  test('the home page and the form of somebody without roles can still be shown', () => {
    const nothing = { mine: [], waitingForMe: [], more: { mine: 0, waitingForMe: 0 }, roles: [] };
    expect(faultsOf('view', { ...homeView(nothing, people) })).toEqual([]);
    expect(faultsOf('view', { ...askView(views.emptyForm) })).toEqual([]);
  });
});

describe('what somebody wrote', () => {
  const evil: Rich = [EVIL];
  const everywhere = [
    cardMessage(
      { ...longCard, title: evil, headline: evil, fields: [{ label: 'Reason', value: evil }] },
      people,
    ),
    linesMessage([{ seq: 1, hash: '1f0c2d3e', text: evil }], people),
    noteMessage({ text: evil, buttons: [] }, people),
    answerMessage({ tone: 'no', lines: [evil], example: EVIL }, people),
  ];

  test.each(everywhere)('is shown as typed and read as no markup (%#)', (message) => {
    expect(textsOf(message.blocks).join('')).toContain(EVIL);
    expect(markupOf(message.blocks)).toEqual([]);
  });

  test.each(everywhere)('is escaped where Slack reads markup (%#)', ({ text }) => {
    expect(text).not.toMatch(/[<>]/);
    expect(text).toContain('&lt;!channel&gt;');
  });

  test('turns no writing around and moves no cursor', () => {
    const text = textsOf(noteMessage({ text: ['a\u202eb\u0007c\td'], buttons: [] }, people));
    expect(text[0]).toBe('a\ufffdb\ufffdc d');
  });
});

describe('who is mentioned', () => {
  test('is each person who can act, while they are few', () => {
    expect(markupOf(mentionBlock(['U01', 'U02'], ['S01']))).toEqual(['For <@U01> <@U02>']);
  });

  test('is their group when they are many', () => {
    const many = Array.from({ length: 30 }, (_, index) => `U${index}`);
    expect(markupOf(mentionBlock(many, ['S01']))).toEqual(['For <!subteam^S01>']);
  });

  test('is nobody when nobody can act', () => {
    expect(mentionBlock([], ['S01'])).toEqual([]);
  });
});

test('a moment is shown in the zone of whoever reads it', () => {
  const at = Date.UTC(2026, 10, 21, 12);
  const note = noteMessage({ text: ['until ', { kind: 'instant', at }], buttons: [] }, people);
  expect(JSON.stringify(note.blocks)).toContain(`"type":"date","timestamp":${at / 1_000}`);
  expect(note.text).toBe('until 2026-11-21T12:00:00Z');
});

function asBlocks(message: { readonly blocks: readonly object[] }) {
  return message.blocks.map((block) => ({ ...block }));
}
