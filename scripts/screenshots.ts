/**
 * Makes docs/images/ anew: the views of the local workspace, from the program as it is. Those of Teams are
 * copies of what test/playground leaves in test-results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../test/support/chromium.ts';
import { LocalOffice } from '../test/support/local-office.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const WIDE = { viewport: { width: 1180, height: 720 } };
const PHONE = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2 };
const DARK = { colorScheme: 'dark' } as const;

type Options = Parameters<Browser['newContext']>[0];

class Studio {
  readonly #browser: Browser;
  readonly #url: string;

  constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url;
  }

  async open(path: string, options: Options = WIDE): Promise<Page> {
    const context = await this.#browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    await page.goto(`${this.#url}/as/${path}`);
    return page;
  }

  async say(page: Page, text: string): Promise<void> {
    await page.locator('#composer').fill(text);
    await page.locator('#composer').press('Escape');
    await page.locator('#composer').press('Enter');
  }

  /** @param seen what must be there before */
  async shoot(page: Page, name: string, seen: string): Promise<void> {
    await page.locator(seen).first().waitFor();
    // The fonts, the last change of the page and the end of its transitions.
    await page.waitForTimeout(600);
    writeFileSync(`${folder}${name}.webp`, await picture(page));
    await page.context().close();
  }
}

/** WebP, which is a third of the same picture as PNG. */
async function picture(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  const shot = { format: 'webp', quality: 88 } as const;
  const { data } = await devtools.send('Page.captureScreenshot', shot);
  return Buffer.from(data, 'base64');
}

async function shootAll(studio: Studio): Promise<void> {
  const ada = await studio.open('ada/channel/lb-access');
  await studio.say(ada, '/jit lb-admin 45m rotate the edge certificate');
  const grace = await studio.open('grace/channel/lb-access');
  const card = grace.locator('.card', { hasText: 'rotate the edge certificate' });
  await studio.shoot(await studio.open('grace/channel/lb-access'), 'ask', '.tone-waiting');
  await card.getByRole('button', { name: 'Approve' }).click();
  await studio.shoot(
    await studio.open('ada/channel/lb-access', { ...WIDE, ...DARK }),
    'access',
    '.grant-confirmed',
  );
  await studio.shoot(await studio.open('ada/channel/lb-access', PHONE), 'phone', '.tone-open');

  const id = (await card.locator('footer .id').textContent())?.replace('#', '') ?? '';
  const about = `grace/channel/lb-access?request=${id}&panel=`;
  await studio.shoot(await studio.open(`${about}why`), 'why', '.conditions');
  await studio.shoot(await studio.open(`${about}audit&verify=1`), 'audit', '.chain-verdict');
  await form(studio);
  await studio.shoot(await studio.open('linus/home'), 'home', '.roles');
  await Promise.all([ada.context().close(), grace.context().close()]);
}

async function form(studio: Studio): Promise<void> {
  const linus = await studio.open('linus/channel/lb-access?form=ask&role=lb-backends');
  const dialog = linus.getByRole('dialog');
  await dialog.getByLabel(/The address/).fill('10.20.30.400');
  await dialog.getByLabel(/Who would notice/).selectOption('nobody');
  await dialog.getByLabel('Why?').fill('drain web-3 before the kernel update');
  await dialog.getByRole('button', { name: 'Ask' }).click();
  await studio.shoot(linus, 'form', '.fault');
}

mkdirSync(folder, { recursive: true });
const office = await LocalOffice.open();
const browser = await startChromium();
try {
  await shootAll(new Studio(browser, office.url));
} finally {
  await browser.close();
  await office.stop();
}
