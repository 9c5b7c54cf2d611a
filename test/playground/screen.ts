/** The Playground's page as Ada sees and uses it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { packageRoot } from '../support/process.ts';

const SHOTS = join(packageRoot, 'test-results', 'playground');

/** Where a post stands, as the Playground tells its page. */
export interface Post {
  readonly conversation: string;
  readonly activity: string;
}

interface Frame {
  readonly message?: { readonly messageId: string; readonly postConversationId?: string };
}

export class Screen {
  readonly page: Page;
  readonly #frames: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, url: string): Promise<Screen> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1900 } });
    page.setDefaultTimeout(10_000);
    const screen = new Screen(page);
    // Fonts of its own, from another machine.
    await page.route(/^https:/, (route) => route.abort());
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => screen.#frames.push(String(payload))),
    );
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.getByTitle('Hide log panel').click();
    return screen;
  }

  /** @param name `Team - Channel` */
  async openChannel(name: string): Promise<void> {
    await this.#go(name);
    await this.page.getByText('Start a new post').waitFor();
  }

  async openChat(): Promise<void> {
    await this.#go('Personal Chat');
    await this.page.getByText('Start a new post').waitFor({ state: 'hidden' });
  }

  /** A new post that mentions the bot, as one types it. */
  async post(text: string): Promise<void> {
    await this.#writeIn(this.page.getByRole('textbox').first(), '@Hall');
    await this.page.getByRole('menuitem', { name: 'Hallpass' }).click();
    await this.page.keyboard.type(text);
    await this.page.getByRole('button', { name: 'Post', exact: true }).click();
  }

  /** A message in the chat with the bot. */
  async say(text: string): Promise<void> {
    await this.#writeIn(this.page.getByRole('textbox').last(), text);
    await this.page.keyboard.press('Enter');
  }

  /** What a post in the channel shows, with all that stands below it. */
  thread(words: string): Locator {
    return this.page.locator('.fui-Card').filter({ hasText: words });
  }

  /** The card in it, without what the Playground says of itself. */
  async card(words: string): Promise<Locator> {
    const thread = this.thread(words);
    const notice = thread.getByLabel('Dismiss Invoke Message');
    if ((await notice.count()) > 0) await notice.click();
    return thread.locator('.ac-adaptiveCard').first();
  }

  /** @returns where the post with these words is, as soon as the page was told of it */
  postOf(words: string): Post | undefined {
    const frame = this.#frames.find(
      (one) => one.includes('postConversationId') && one.includes(words),
    );
    const { message } = frame === undefined ? {} : (JSON.parse(frame) as Frame);
    const { messageId, postConversationId } = message ?? {};
    if (messageId === undefined || postConversationId === undefined) return undefined;
    return { conversation: postConversationId, activity: messageId };
  }

  /** The form, from the button below the message box. */
  async openForm(): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Trigger Message Extension App' }).first().click();
    await this.page.getByRole('menuitem', { name: 'Action Command' }).click();
    await this.page.getByPlaceholder(/command id/).fill('ask');
    await this.page.getByRole('button', { name: 'Create' }).click();
    return this.page.getByRole('dialog').filter({ hasText: 'Ask for access' });
  }

  /** An answer without a card leaves it empty. */
  async closeForm(): Promise<void> {
    const dialog = this.page.getByRole('dialog');
    await dialog.getByRole('button').first().click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** All of the page, or just a part of it. */
  async shoot(name: string, part?: Locator): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    const box = await part?.boundingBox();
    const devtools = await this.page.context().newCDPSession(this.page);
    const shot = { format: 'webp', quality: 88 } as const;
    const clip = box ? { clip: { ...box, scale: 1 } } : {};
    const { data } = await devtools.send('Page.captureScreenshot', { ...shot, ...clip });
    writeFileSync(join(SHOTS, `${name}.webp`), Buffer.from(data, 'base64'));
  }

  async #go(name: string): Promise<void> {
    await this.page.getByRole('treeitem', { name, exact: true }).click();
  }

  async #writeIn(box: Locator, text: string): Promise<void> {
    await box.click();
    await this.page.keyboard.type(text);
  }
}
