import { expect, test } from 'vitest';
import { startProgram } from '../../test/support/process.ts';

test('a card waits for the reader within ten seconds of the server starting, and Ctrl-C ends it', async () => {
  const demo = await startProgram({ args: ['demo'] });
  try {
    const line = await demo.waitForLine(/http:\/\/127\.0\.0\.1:\d+/);
    const started = performance.now();
    const url = /http:\S+/.exec(line)?.[0] ?? '';
    const page = await demo.waitFor(async () => {
      const response = await fetch(url);
      const text = await response.text();
      // Somebody else's page, when it was asked for before the card was there.
      const isHers = response.url === `${url}/as/grace/channel/lb-access`;
      return isHers && text.includes('>Approve</button>') ? text : undefined;
    }, 'a card');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(page).toContain('rotate the edge certificate');
    demo.signal('SIGINT');
    expect(await demo.ended).toEqual({ code: 0, signal: null });
  } finally {
    await demo.stop();
  }
});
