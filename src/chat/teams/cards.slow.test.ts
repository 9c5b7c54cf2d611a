import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startChromium } from '../../../test/support/chromium.ts';
import { needs } from '../../../test/support/servers.ts';
import type { CardView } from '../../core/view.ts';
import { reasonInput } from './actions.ts';
import { cardContent, type Face } from './card.ts';
import type { AdaptiveCard } from './elements.ts';
import { textsOf } from './fixtures/card-check.ts';
import { draw, markdownIn, openPage, pressedIn } from './fixtures/drawn.ts';
import * as views from './fixtures/views.ts';
import { askContent } from './forms.ts';
import { homeContent } from './home.ts';
import { readAction } from './pressed.ts';
import { answerContent, linesContent, noteContent } from './say.ts';

const { people, REQUEST } = views;
const personal: Face = { kind: 'personal' };
const shared: Face = { kind: 'shared', viewers: ['29:ada'] };

needs('chromium')("a card in Microsoft's renderer", () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    page = await openPage(browser);
  });
  afterEach(async () => {
    await page?.close();
  });

  const press = (title: string, nth = 0) =>
    page.getByRole('button', { name: title, exact: true }).nth(nth).click();

  const lastPressed = async () => {
    const action = (await pressedIn(page)).at(-1);
    const isExecuted = action?.type === 'Action.Execute';
    return readAction(isExecuted ? { action } : { data: action?.data });
  };

  const home = {
    ...{ mine: [views.open], waitingForMe: [views.alarm], more: { mine: 0, waitingForMe: 2 } },
    roles: views.form.roles,
  };

  test.each([
    ['waiting', cardContent(views.waiting, people, shared)],
    ['open', cardContent(views.open, people, shared)],
    ['under an alarm', cardContent(views.alarm, people, personal)],
    ['over', cardContent(views.ended, people, personal)],
    ['home', homeContent(home, people)],
    ['a note', noteContent({ text: ['It ends soon.'], buttons: [views.button('return')] }, people)],
  ])('shows all that it says: %s', async (_what, card) => {
    const read = await draw(page, card);
    const hidden = /^(Reason, shown|How much longer)/;
    for (const text of textsOf(card)) if (!hidden.test(text)) expect(read).toContain(text);
  });

  test('shows what somebody wrote as they typed it, and makes nothing of it', async () => {
    const evil = [views.EVIL];
    const fields = [{ label: 'Reason', value: evil }];
    const card: CardView = { ...views.waiting, title: evil, headline: evil, fields, footer: evil };
    const answer = { tone: 'no', lines: [evil], example: views.EVIL } as const;
    const line = { seq: 1, hash: '1f0c2d3e', text: evil };
    const note = { text: evil, buttons: [] };
    const faults = { reason: views.EVIL };
    const values = { role: '', duration: '', reason: views.EVIL, inputs: {} };
    const drawn = [
      ...[cardContent(card, people, personal), answerContent(answer, people)],
      ...[linesContent([line], people), noteContent(note, people)],
      ...[askContent(views.form, values, faults)],
    ];
    const counts = [];
    for (const one of drawn) counts.push((await draw(page, one)).split(views.EVIL).length - 1);
    expect(counts).toEqual([4, 2, 1, 1, 1]);
    expect(await page.locator('textarea').last().inputValue()).toBe(views.EVIL);
    expect(await page.locator('.drawn :is(a, b, strong, em, i, img, time, at)').count()).toBe(0);
    expect(await markdownIn(page)).toEqual([]);
  });

  test('would have made something of it in any other place', async () => {
    const block = { type: 'TextBlock', text: '{{DATE(2026-11-21T12:00:00Z)}} **b**' };
    const card = { type: 'AdaptiveCard', version: '1.5', body: [block] } as unknown as AdaptiveCard;
    expect(await draw(page, card)).not.toContain('DATE');
    expect(await markdownIn(page)).toHaveLength(1);
  });

  test('approves with one click, and waits for no reason', async () => {
    await draw(page, cardContent(views.waiting, people, personal));
    await press('Approve');
    expect(await lastPressed()).toEqual({ verb: 'approve', request: REQUEST });
  });

  test('denies with a reason, and not without one', async () => {
    await draw(page, cardContent(views.waiting, people, personal));
    await press('Deny');
    await press('Deny', 1);
    expect(await pressedIn(page)).toEqual([]);
    await page.getByText('Say why.').waitFor();
    await page.getByLabel(/Reason, shown to the requester/).fill('not during the freeze');
    await press('Deny', 1);
    const [{ data } = { data: {} }] = await pressedIn(page);
    expect(data).toHaveProperty([reasonInput('deny', REQUEST)]);
    const reason = 'not during the freeze';
    expect(await lastPressed()).toEqual({ verb: 'deny', request: REQUEST, reason });
  });

  test('asks what one can do', async () => {
    await draw(page, cardContent(views.waiting, people, shared));
    await press('What can I do?');
    expect(await lastPressed()).toEqual({ verb: 'refresh', request: REQUEST });
  });

  test('is filled in and sent, with what is wrong beside its field', async () => {
    const values = { role: 'lb-backends', duration: '3h', reason: 'CHG-12', inputs: {} };
    const faults = { 'input:address': 'This is no address.' };
    const read = await draw(page, askContent(views.form, values, faults));
    expect(read).toMatch(/Where from\?[\s\S]*This is no address\.[\s\S]*Which port\?/);
    await page.getByLabel(/From when/).fill('22:00');
    await page.getByLabel(/Where from/).fill('192.0.2.7');
    await page.getByLabel(/Which one/).selectOption('web-2');
    await page.getByLabel(/Ticket/).fill('CHG-12');
    await press('Ask');
    expect(await lastPressed()).toEqual({
      verb: 'submit-ask',
      values: {
        ...values,
        start: '22:00',
        inputs: { address: '192.0.2.7', backend: 'web-2', ticket: 'CHG-12' },
      },
    });
  });

  test('is left for another role, whatever is missing in it', async () => {
    await draw(page, askContent(views.form, null, {}));
    await press('Another role');
    expect(await lastPressed()).toEqual({ verb: 'ask', role: null });
  });
});
