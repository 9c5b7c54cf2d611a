import { live } from './world.ts';
const seeds = process.argv.slice(2);
const t = performance.now(); let lives = 0;
for (const seed of seeds) {
  const fate = await live({ seed, tell: process.env.TELL !== undefined });
  lives += fate.lives;
  if (process.env.TELL) for (const l of fate.lines) console.log(l);
  if (fate.violation || process.env.VERBOSE) console.log(seed, fate.lives, fate.steps, fate.violation, fate.digest.slice(0, 12));
}
console.log(lives, 'lives', ((performance.now() - t) / lives).toFixed(1), 'ms per life');
export {};
