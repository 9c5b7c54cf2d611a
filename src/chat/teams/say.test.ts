import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThreadLine } from '../../core/view.ts';
import { cardFaults, textsOf } from './fixtures/card-check.ts';
import * as views from './fixtures/views.ts';
import { answerContent, linesContent, noteContent } from './say.ts';
import { plainSummary } from './text.ts';

const { people } = views;
const note = { text: ['Your access ends soon. ', views.EVIL], buttons: [views.button('return')] };
const line = (seq: number, text: string): ThreadLine => ({ seq, hash: '1f0c2d3e', text: [text] });

describe('a note', () => {
  test('says its text and has its buttons', () => {
    const drawn = noteContent(note, people);
    expect(textsOf(drawn)).toEqual([`Your access ends soon. ${views.EVIL}`, 'Return']);
    expect(cardFaults(drawn)).toEqual([]);
  });

  test.each([
    { text: views.longRich, buttons: views.longCard.buttons },
    { text: [], buttons: [] },
  ])('of any length can be posted (%#)', (one) => {
    expect(cardFaults(noteContent(one, views.longPeople))).toEqual([]);
  });
});

describe('an answer', () => {
  test('sets each line apart, and below them what to copy', () => {
    const answer = {
      tone: 'no',
      lines: [['No.'], [views.EVIL]],
      example: '/jit lb-admin 1h',
    } as const;
    const drawn = answerContent(answer, people);
    expect(textsOf(drawn)).toEqual(['No.', views.EVIL, '/jit lb-admin 1h']);
    expect(cardFaults(drawn)).toEqual([]);
  });

  test('that can be confirmed has a button below what to copy', () => {
    const { confirmation } = views;
    const answer = { tone: 'ok', lines: [['So?']], example: '/jit thaw', confirmation } as const;
    const drawn = answerContent(answer, people);
    expect(textsOf(drawn)).toEqual(['So?', '/jit thaw', 'Freeze 2 grants']);
    expect(cardFaults(drawn)).toEqual([]);
  });

  test.each([
    {
      tone: 'no',
      confirmation: { ...views.confirmation, label: views.long(200) },
      lines: Array.from({ length: 200 }, () => views.longRich),
      example: views.long(5_000),
    },
    { tone: 'ok', lines: [], example: null },
  ] as const)('of any length can be given (%#)', (answer) => {
    expect(cardFaults(answerContent(answer, views.longPeople))).toEqual([]);
  });
});

describe('lines', () => {
  const NUMBERED = /^#\d+ [0-9a-f]{8} /;

  test('have number and hash before their text', () => {
    const drawn = linesContent([line(1, 'Ada asked'), line(2, views.EVIL)], people);
    expect(textsOf(drawn)).toEqual(['#1 1f0c2d3e Ada asked', `#2 1f0c2d3e ${views.EVIL}`]);
    expect(cardFaults(drawn)).toEqual([]);
  });

  test.each([1, 20, 60, 120])('are all there, however long: %i of them', (count) => {
    const drawn = linesContent(views.longLines(count), views.longPeople);
    expect(textsOf(drawn).filter((text) => NUMBERED.test(text))).toHaveLength(count);
    expect(cardFaults(drawn)).toEqual([]);
  });

  test('of a thread told at once keep their words', () => {
    const many = Array.from({ length: 60 }, (_, index) => line(index, 'x'.repeat(500)));
    const texts = textsOf(linesContent(many, people));
    expect(texts.every((text) => text.includes('xxxxxxxxxx'))).toBe(true);
  });

  test('cannot be forged by what somebody wrote', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\n', '\r', '\u2028', '#9 deadbeef ', 'x')),
        (pieces) => {
          const text = textsOf(linesContent([line(1, pieces.join(''))], people)).join('\n');
          expect(text.split(/[\n\r\u2028]/)).toHaveLength(1);
        },
      ),
    );
  });
});

describe('the summary in a notification', () => {
  test('is plain, short and in one line', () => {
    expect(plainSummary(views.waiting.title, people)).toBe('Ada asks for lb-admin');
    expect(plainSummary(['a\nb'], people)).toBe('a ⏎ b');
    expect(plainSummary(views.longRich, people)).toHaveLength(300 - 1);
  });
});
