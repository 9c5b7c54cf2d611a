/** Draws the icons of the Teams app anew, from the SVG files beside them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startChromium } from '../test/support/chromium.ts';

const folder = fileURLToPath(new URL('../manifests/teams/', import.meta.url));

/** Sizes that Teams wants: https://learn.microsoft.com/microsoft-365/extensibility/schema/root-icons */
const ICONS = [
  { name: 'color', side: 192 },
  { name: 'outline', side: 32 },
];

const browser = await startChromium();
try {
  for (const { name, side } of ICONS) {
    const page = await browser.newPage({ viewport: { width: side, height: side } });
    const svg = readFileSync(`${folder}${name}.svg`, 'utf8');
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
    await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
