/**
 * Hallpass in Microsoft's own stand-in for Teams: what is asserted is what its page shows. It shows one
 * person's page, so others press by what it passes on as it is, signed on the way as Teams signs. It knows
 * neither refreshes nor dialogs of buttons: a face of one's own is fetched with *What can I do?*, the form
 * by the message extension.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MARK } from '../../src/chat/teams/actions.ts';
import { eventually } from '../stories/outside/eventually.ts';
import { startChromium } from '../support/chromium.ts';
import { needs } from '../support/servers.ts';
import { Office } from './office.ts';
import { type Post, Screen } from './screen.ts';

const CHANNEL = '19:lbaccess@thread.tacv2';

needs('agents-playground', 'chromium')('Hallpass in the Agents Playground', () => {
  let office: Office;
  let browser: Browser;
  let screen: Screen;

  beforeAll(async () => {
    [office, browser] = await Promise.all([Office.open(), startChromium()]);
    screen = await Screen.open(browser, office.url);
  });
  afterAll(async () => {
    await browser?.close();
    await office?.close();
  });

  const seen = (words: string | RegExp) => screen.page.getByText(words).first().waitFor();
  const execute = (verb: string, request: string) => ({
    type: 'Action.Execute',
    verb,
    data: { ...MARK, request },
  });

  async function posted(reason: string): Promise<Post & { readonly request: string }> {
    const thread = screen.thread(`Reason: ${reason}`);
    await thread.waitFor();
    const [, request = ''] = /Request #(\w+)/.exec((await thread.textContent()) ?? '') ?? [];
    return { request, ...(await eventually(async () => screen.postOf(request))) };
  }

  test('greets with what one has and may ask for', async () => {
    await seen('What I may ask for');
    await seen('the whole load balancer');
    await screen.shoot('1-home');
  });

  test('is asked in a channel, approved by another and handed back, and the card and its thread say so', async () => {
    const { people } = office;
    const reason = 'rotate the edge certificate';
    await screen.openChannel('Platform - lb-access');
    await screen.post(`lb-admin 1h ${reason}`);
    const thread = screen.thread(`Reason: ${reason}`);
    const { request, conversation, activity } = await posted(reason);
    await thread.getByText('Ada asks for lb-admin').waitFor();
    await thread.getByText(/^#\d+ [0-9a-f]{8} Asked by Ada: lb-admin for 1h\.$/).waitFor();
    await thread.getByRole('button', { name: 'What can I do?' }).waitFor();
    await screen.shoot('2-asked');

    const own = await office.press(
      { who: people.ada, conversation },
      activity,
      execute('approve', request),
    );
    expect(own.body).toMatchObject({
      type: 'application/vnd.microsoft.activity.message',
      value: expect.stringMatching(/your own/),
    });
    const stranger = { who: people.linus, conversation };
    const no = await office.press(stranger, activity, execute('approve', request));
    expect(no.body).toMatchObject({ type: 'application/vnd.microsoft.activity.message' });
    expect(office.gate.opens('edge-admin for ada@example.com')).toBe(false);

    const yes = await office.press(
      { who: people.grace, conversation },
      activity,
      execute('approve', request),
    );
    expect(yes).toMatchObject({ status: 200, body: { statusCode: 200 } });
    await thread.getByText(/^Open until /).waitFor();
    await thread.getByText(/^#\d+ [0-9a-f]{8} Approved by Grace/).waitFor();
    expect(office.gate.opens('edge-admin for ada@example.com')).toBe(true);
    await screen.shoot('3-open');

    await thread.getByRole('button', { name: 'What can I do?' }).click();
    await thread.getByRole('button', { name: 'Return' }).click();
    await thread.getByText('Returned by the requester. Proven gone').waitFor();
    await thread.getByText(/^#\d+ [0-9a-f]{8} .*: read back as gone at .* and again at /).waitFor();
    expect(office.gate.opens('edge-admin for ada@example.com')).toBe(false);
    await screen.shoot('4-returned', thread);
  });

  test('shows Approve to whoever may, and takes the press from the card in the page', async () => {
    const { grace } = office.people;
    const reason = 'drain the second node';
    await office.say({ who: grace, conversation: CHANNEL }, `lb-admin 30m ${reason}`);
    const thread = screen.thread(`Reason: ${reason}`);
    await thread.getByRole('button', { name: 'What can I do?' }).click();
    await thread.getByRole('button', { name: 'Deny' }).waitFor();
    await screen.shoot('5-may-approve', await screen.card(`Reason: ${reason}`));
    await thread.getByRole('button', { name: 'Approve' }).click();
    await thread.getByText(/^Open until /).waitFor();
    await thread.getByText(/^#\d+ [0-9a-f]{8} Approved by Ada/).waitFor();
  });

  test('offers the form to whoever only mentions it, and answers its button with a dialog', async () => {
    await screen.post('');
    await screen.page.getByRole('button', { name: 'Ask for access' }).first().waitFor();
    const who = { who: office.people.ada, conversation: CHANNEL };
    const { body } = await office.inDialog(who, 'task/fetch', { ...MARK, verb: 'ask' });
    expect(body).toMatchObject({ task: { type: 'continue', value: { title: 'Ask for access' } } });
  });

  test('is asked in the form, which says what is wrong beside its field', async () => {
    const form = await screen.openForm();
    await form.getByRole('combobox').click();
    await screen.page.getByRole('option', { name: /lb-admin/ }).click();
    await form.getByRole('button', { name: 'Next' }).click();
    await form.getByLabel('How long').fill('9h');
    await form.getByLabel('Reason').fill('move the listener');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await form.getByText('That is too long: at most 4h.').waitFor();
    await screen.shoot('6-form', form);
    expect(await form.getByLabel('Reason').inputValue()).toBe('move the listener');

    await form.getByLabel('How long').fill('2h');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await screen.thread('Reason: move the listener').waitFor();
    await screen.closeForm();
  });

  test('answers in the personal chat, where what is mine stands', async () => {
    await screen.openChat();
    await screen.say('help');
    await seen('what you may ask for, and on what terms');
    await screen.say('mine');
    await seen(/^#\w{10} lb-admin for Ada, 2h · asked .* · waits for approval$/);
    await screen.shoot('7-chat');
  });
});
