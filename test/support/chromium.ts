// A browser of the test's own: the system's Chromium, without a head and without a network to go to.

import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { binaryOf } from './servers.ts';

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: binaryOf('chromium'),
    headless: true,
    args: [
      // Tests run as root in a container as well.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
