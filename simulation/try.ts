import { live } from './world.ts';

const [from, to] = process.argv.slice(2).map(Number) as [number, number];
let lives = 0;
let steps = 0;
const t = process.cpuUsage();
for (let n = from; n < to; n += 1) {
  const f = await live({ seed: `x/${n}` });
  lives += f.lives;
  steps += f.steps;
  if (f.violation) console.log(n, f.violation);
}
const { user, system } = process.cpuUsage(t);
console.log(
  lives,
  'lives',
  ((user + system) / 1000 / lives).toFixed(2),
  'ms cpu per life',
  (steps / lives).toFixed(0),
  'steps per life',
);
