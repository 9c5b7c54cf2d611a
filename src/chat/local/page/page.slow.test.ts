import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startChromium } from '../../../../test/support/chromium.ts';
import { LocalOffice } from '../../../../test/support/local-office.ts';
import { needs } from '../../../../test/support/servers.ts';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

needs('chromium')('the page of the local workspace', () => {
  let browser: Browser;
  let office: LocalOffice;
  /** What the browser complained about: a refused script, an error in ours. */
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await startChromium();
    office = await LocalOffice.open();
  });

  beforeEach(() => {
    complaints.length = 0;
    return () => expect(complaints).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await office?.stop();
  });

  async function come(who: string, where = 'channel/lb-access', more = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...more });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (said) => {
      if (/Content Security Policy/.test(said.text())) complaints.push(said.text());
    });
    await page.goto(`${office.url}/as/${who}/${where}`);
    return page;
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.locator('#composer').fill(text);
    await page.locator('#composer').press('Escape');
    await page.locator('#composer').press('Enter');
  }

  const cards = (page: Page, reason: string) =>
    page.locator('.messages .card', { hasText: reason });
  const verdict = (page: Page, name: string, what: string) =>
    page
      .locator('.knocker', { hasText: name })
      .locator('li', { hasText: what })
      .locator('.verdict');

  test('asks, is approved by another person, counts down to zero, and the gate closes', async () => {
    const [ada, grace] = [await come('ada'), await come('grace')];
    await say(ada, '/jit lb-admin 6s rotate the edge certificate');
    const card = cards(grace, 'rotate the edge certificate');
    await card.getByRole('button', { name: 'Approve' }).click();
    await ada.locator('.grant-confirmed .countdown').waitFor();
    await expectText(ada.locator('.countdown'), /^[1-6]s$/);
    await expectText(verdict(ada, 'Ada', 'edge-admin'), /lets in/);
    await expectText(verdict(ada, 'Grace', 'edge-admin'), /turns away/);
    await expectText(verdict(ada, 'Ada', 'edge-admin'), /turns away/);
    await expectText(cards(ada, 'rotate the edge certificate'), /Proven gone/);
    await expectText(ada.locator('.grants'), /Nobody has access now/);
    await Promise.all([ada.context().close(), grace.context().close()]);
  });

  test('a form stays open with what is wrong with it, and closes once it is right', async () => {
    const ada = await come('ada');
    await say(ada, '/jit');
    const dialog = ada.getByRole('dialog');
    await dialog.getByLabel('What do you need?').selectOption('lb-backends');
    await dialog.getByLabel(/For how long/).fill('3h');
    await dialog.getByLabel(/The address you come from/).fill('not an address');
    await dialog.getByLabel('Why?').fill('because');
    await dialog.getByRole('button', { name: 'Ask' }).click();
    await dialog.locator('.fault').first().waitFor();
    expect(await dialog.locator('[aria-invalid]').count()).toBeGreaterThan(2);
    expect(await dialog.getByLabel('Why?').inputValue()).toBe('because');
    await dialog.getByLabel(/For how long/).fill('20m');
    await dialog.getByLabel(/The address you come from/).fill('192.0.2.7');
    await dialog.getByLabel(/Who would notice/).selectOption('nobody');
    await dialog.getByLabel('Why?').fill('CHG-12 drain web-3');
    await dialog.getByRole('button', { name: 'Ask' }).click();
    await cards(ada, 'CHG-12 drain web-3').waitFor();
    expect(await dialog.count()).toBe(0);
    await ada.context().close();
  });

  test('a denial takes a reason, which the requester reads in a direct message', async () => {
    const [ada, grace] = [await come('ada'), await come('grace')];
    await say(ada, '/jit lb-admin 20m reboot everything');
    const card = cards(grace, 'reboot everything');
    await card.getByRole('button', { name: 'Deny' }).click();
    const dialog = grace.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await expectText(dialog.locator('.fault'), /Say why/);
    await dialog.getByLabel(/Why/).fill('not during the freeze');
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await expectText(card, /Denied by Grace: not during the freeze/);
    const direct = ada.locator('.sidebar').getByRole('link', { name: /Hallpass/ });
    await expectText(direct, /unread/);
    await direct.click();
    await expectText(ada.locator('.messages li').last(), /not during the freeze/);
    await expectText(direct, /^((?!unread).)*$/s);
    await Promise.all([ada.context().close(), grace.context().close()]);
  });

  test('a request that nobody answers comes to the next ones by direct message', async () => {
    const [linus, margaret] = [await come('linus'), await come('margaret', 'direct')];
    await say(linus, '/jit lb-quiet 20m somebody must look');
    await cards(margaret, 'somebody must look').waitFor();
    await Promise.all([linus.context().close(), margaret.context().close()]);
  });

  test('a server that starts again finds the page, which lost nothing', async () => {
    const ada = await come('ada');
    await say(ada, '/jit lb-admin 20m before the restart');
    await cards(ada, 'before the restart').waitFor();
    const before = await ada.locator('.messages li').count();
    await office.stop();
    await ada.locator('#link-state:visible').waitFor();
    await ada.locator('#composer').fill('half a sentence');
    await office.start();
    await ada.locator('#link-state').waitFor({ state: 'hidden' });
    expect(await ada.locator('.messages li').count()).toBe(before);
    expect(await ada.locator('#composer').inputValue()).toBe('half a sentence');
    const id = await cards(ada, 'before the restart').locator('footer .id').textContent();
    await say(ada, `/jit withdraw ${id}`);
    await expectText(cards(ada, 'before the restart'), /Withdrawn/);
    await ada.context().close();
  });

  test('what is pressed while the server is away is done once, when it is there again', async () => {
    const [ada, grace] = [await come('ada'), await come('grace')];
    await say(ada, '/jit lb-admin 20m pressed in between');
    const card = cards(grace, 'pressed in between');
    await card.waitFor();
    await office.stop();
    await card.getByRole('button', { name: 'Approve' }).click();
    await office.start();
    await expectText(card, /Open until/);
    const id = (await card.locator('footer .id').textContent()) ?? '';
    expect(await grace.locator('.answer', { hasText: id }).count()).toBe(1);
    await card.getByRole('button', { name: 'Revoke' }).click();
    await grace.getByRole('dialog').getByLabel(/Why/).fill('the work is done');
    await grace.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expectText(card, /Revoked by Grace/);
    await Promise.all([ada.context().close(), grace.context().close()]);
  });

  test('two windows of one person agree, and two people see what is theirs', async () => {
    const [one, two, linus] = [await come('ada'), await come('ada', 'home'), await come('linus')];
    await say(one, '/jit lb-admin 20m seen in two windows');
    const home = two.locator('.home .card', { hasText: 'seen in two windows' });
    await home.getByRole('button', { name: 'Withdraw' }).click();
    await expectText(cards(one, 'seen in two windows'), /Withdrawn/);
    await expectText(cards(linus, 'seen in two windows'), /Withdrawn/);
    await say(one, '/jit mine');
    await one.locator('.message.private', { hasText: '/jit mine' }).waitFor();
    expect(await linus.locator('.message.private', { hasText: '/jit mine' }).count()).toBe(0);
    await Promise.all([one, two, linus].map((page) => page.context().close()));
  });

  test('hostile text is shown as it was typed, and does nothing', async () => {
    const ada = await come('ada');
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    await say(ada, `/jit lb-admin 20m ${evil} "' &amp; \u202egnp`);
    await cards(ada, evil).waitFor();
    await say(ada, evil);
    await expectText(ada.locator('.message .text').last(), /^<img src=x onerror=.*<\/script>$/);
    await cards(ada, evil).getByRole('link', { name: 'Audit' }).click();
    await ada.locator('.chain').waitFor();
    expect(await ada.title()).not.toContain('owned');
    expect(await ada.locator('img[src="x"]').count()).toBe(0);
    await ada.context().close();
  });

  test('says why a request stands as it does, and walks its chain', async () => {
    const linus = await come('linus');
    await say(linus, '/jit lb-admin 25m why and audit');
    const card = cards(linus, 'why and audit');
    await card.getByRole('link', { name: 'Why' }).click();
    await expectText(linus.locator('.conditions'), /not yet: Approved by 0; needs 1 of leads/);
    await card.getByRole('link', { name: 'Audit' }).click();
    await linus.getByRole('link', { name: 'Verify the chain' }).click();
    await expectText(linus.locator('.chain-verdict'), /The audit log is whole/);
    await card.getByRole('link', { name: /Thread/ }).click();
    await expectText(linus.locator('.thread'), /Asked by Linus/);
    await linus.context().close();
  });

  test('completes commands and roles by keyboard, and recalls what was typed', async () => {
    const ada = await come('ada');
    await ada.locator('body').press('/');
    await ada.keyboard.type('jit lb-b');
    await ada.locator('#completions li').first().waitFor();
    await ada.keyboard.press('Tab');
    expect(await ada.locator('#composer').inputValue()).toBe('/jit lb-backends ');
    await say(ada, '/jit roles');
    await ada.locator('.message.private', { hasText: '/jit roles' }).waitFor();
    await ada.locator('#composer').press('ArrowUp');
    expect(await ada.locator('#composer').inputValue()).toBe('/jit roles');
    await ada.context().close();
  });

  test('on a phone the menu opens, leads on, and is out of the way again', async () => {
    const ada = await come('ada', 'channel/lb-access', { viewport: { width: 390, height: 780 } });
    const menu = ada.locator('#menu');
    expect(await menu.isVisible()).toBe(false);
    await ada.getByRole('button', { name: 'Menu', exact: true }).click();
    await menu.getByRole('link', { name: 'Home' }).click();
    await ada.getByRole('heading', { name: 'What I may ask for' }).waitFor();
    expect(await menu.isVisible()).toBe(false);
    await ada.context().close();
  });

  test.each([
    ['a channel', 'channel/lb-access', {}],
    ['the home page', 'home', {}],
    ['a form', 'channel/lb-access?form=ask&role=lb-backends', {}],
    ['a channel in the dark', 'channel/lb-access', { colorScheme: 'dark' }],
    ['a channel on a phone', 'channel/lb-access', { viewport: { width: 390, height: 844 } }],
    ['a panel on a phone', 'home?panel=access', { viewport: { width: 390, height: 844 } }],
  ])(
    'axe finds nothing serious in %s, which is no wider than its window',
    async (_, where, more) => {
      const page = await come('ada', where, more);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      };
      const serious = violations.filter(({ impact }) => /serious|critical/.test(impact));
      expect(serious.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      const [wide, window] = (await page.evaluate(
        '[document.documentElement.scrollWidth, innerWidth]',
      )) as [number, number];
      expect(wide).toBeLessThanOrEqual(window);
      await page.context().close();
    },
  );
});

/** Waits until it says so. */
async function expectText(locator: Locator, wanted: RegExp): Promise<void> {
  await expect.poll(() => locator.first().textContent(), { timeout: 12_000 }).toMatch(wanted);
}
