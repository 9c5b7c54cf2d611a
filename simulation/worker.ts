/** One process of the crew: lives one world after another. */
import type { Assignment, Report } from './crew.ts';
import { live } from './world.ts';

process.on('message', ({ world, seed }: Assignment) => {
  live({ seed }).then(
    (fate) => process.send?.({ world, fate } satisfies Report),
    (error: unknown) => {
      process.stderr.write(`world ${world}: ${error instanceof Error ? error.stack : error}\n`);
      process.exit(1);
    },
  );
});

// Ctrl-C reaches every process of a terminal: the one that leads the crew decides when it is over.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
