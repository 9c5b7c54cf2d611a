/** Access that nobody uses goes back by itself, and of all access the thread is told what became of it. */
import { expect, test } from 'vitest';
import type { Provider, Use } from '../../src/access/provider.ts';
import { ProviderError } from '../../src/access/provider.ts';
import type { Overrides } from '../../src/app.ts';
import { HOUR, type Instant, MINUTE } from '../../src/core/time.ts';
import { changed } from './cast.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 2h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';
const UNUSED = changed(
  'warnBefore: 10m\n  lb-pair',
  'warnBefore: 10m\n    returnIfUnusedFor: 15m\n  lb-pair',
);

async function opened(stage: Stage) {
  const id = await stage.ask('ada', ASK);
  await stage.type('grace', `approve ${id}`);
  expect(await stage.status(id)).toBe('active');
  return id;
}
/** A target that says so of how it is used, instead of what the gate says. */
function told(used: (now: Instant, gate: () => Promise<Use>) => Promise<Use>): Overrides {
  const around = (provider: Provider): Provider => ({
    ...provider,
    capabilities: { ...provider.capabilities, useLag: LAG },
    used: (handle, span, io) =>
      used(io.now, async () => (await provider.used?.(handle, span, io)) ?? { kind: 'unused' }),
  });
  return { around: { platform: (platform) => platform, provider: around } };
}
const LAG = 20 * MINUTE;

/** What was done shows so long after it. */
const LATE = told(async (now, gate) => {
  const use = await gate();
  const shows = use.kind === 'used' && (use.lastAt ?? now) + LAG <= now;
  return shows ? use : { kind: 'unused' };
});
const thread = (stage: Stage) => stage.thread().join('\n');

test('access that is never used goes back after a while, and says so', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  await stage.pass(14 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.opens(KEY)).toBe(false);
  expect(thread(stage)).toContain('Not used since');
  expect(thread(stage)).toContain('lab edge-admin for ada@example.com was not used. As of');
  expect(stage.workspace.board.cards(id)[0]?.text).toContain('Returned: not used since');
  expect(stage.workspace.direct('ada').at(-1)?.text).toContain('Returned: not used since');
  await proved(stage);
  await stage.halt();
});

test('whoever uses it keeps it, until so long after the last time', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  for (let minute = 0; minute < 40; minute += 10) {
    await stage.pass(10 * MINUTE);
    stage.gate.use(KEY);
  }
  expect(await stage.status(id)).toBe('active');
  await stage.restart();
  await stage.pass(14 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(thread(stage)).toContain('was used 4 times, last at');
  await proved(stage);
  await stage.halt();
});

test('what cannot be asked is neither use nor the lack of it', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  stage.gate.unreachable = true;
  await stage.pass(30 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  stage.gate.unreachable = false;
  stage.gate.use(KEY);
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(10 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await stage.halt();
});

test('of access that stays until its end the thread is told how it was used', async () => {
  const stage = await Stage.open();
  const id = await opened(stage);
  stage.gate.use(KEY);
  await stage.pass(3 * HOUR, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(await lifeOf(stage, id)).toContain('use-seen');
  expect(thread(stage)).toContain('lab edge-admin for ada@example.com was used once, last at');
  await proved(stage);
  await stage.halt();
});

test('an extension that is used keeps what it extends, and has its own time', async () => {
  const stage = await Stage.open({ policy: UNUSED });
  const id = await opened(stage);
  await stage.pass(10 * MINUTE);
  await stage.type('ada', `extend ${id} 30m not done yet`);
  const [longer] = await stage.store.requests({ limit: 1 });
  const next = longer?.value.id;
  if (next === undefined || next === id) throw new Error('nothing was asked');
  await stage.type('grace', `approve ${next}`);
  expect(await stage.status(id)).toBe('ended');
  await stage.pass(14 * MINUTE);
  expect(await stage.status(next)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(next)).toBe('returned');
  expect(stage.gate.opens(KEY)).toBe(false);
  await proved(stage);
  await stage.halt();
});

test('what shows late is waited for before anything counts as unused', async () => {
  const stage = await Stage.open({ policy: UNUSED }, LATE);
  const id = await opened(stage);
  await stage.pass(10 * MINUTE);
  stage.gate.use(KEY);
  await stage.pass(34 * MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.pass(2 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  await proved(stage);
  await stage.halt();
});

test('what was done shortly before the end is told once it shows', async () => {
  const stage = await Stage.open({}, LATE);
  const id = await opened(stage);
  await stage.pass(2 * HOUR - 5 * MINUTE, MINUTE);
  stage.gate.use(KEY);
  await stage.pass(8 * MINUTE);
  expect(await stage.status(id)).toBe('ended');
  expect(thread(stage)).toContain(
    'was not used. What was done after 2026-11-21T04:40:15Z may not show yet. As of 2026-11-21T05:00:15Z',
  );
  expect(thread(stage)).not.toContain('was used');
  await stage.pass(20 * MINUTE);
  const lines = stage.thread().filter((line) => line.includes('As of'));
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('was used once, last at');
  expect(lines[1]).not.toContain('may not show yet');
  await proved(stage);
  await stage.halt();
});

test('a target that has no time to tell is asked again until it has', async () => {
  let isBusy = true;
  const stage = await Stage.open(
    {},
    told(async (_now, gate) => {
      if (!isBusy) return gate();
      throw new ProviderError('rate-limited', 'not now', { retryAfter: MINUTE });
    }),
  );
  const id = await opened(stage);
  stage.gate.use(KEY);
  await stage.press('ada', id, 'return');
  await stage.pass(5 * MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(thread(stage)).not.toContain('As of');
  isBusy = false;
  await stage.pass(5 * MINUTE);
  expect(thread(stage)).toContain('was used once, last at');
  await proved(stage);
  await stage.halt();
});

test('what is known only from some time on is told so, and is no lack of use before', async () => {
  const known = 31 * MINUTE;
  const stage = await Stage.open(
    { policy: UNUSED },
    told(async (now) => ({
      ...({ kind: 'used', count: 3, lastAt: now - 5 * MINUTE, from: now - known } as const),
      what: ['ec2 StopInstances', 'ec2\n<@U1>'],
    })),
  );
  const id = await opened(stage);
  await stage.pass(HOUR, MINUTE);
  expect(await stage.status(id)).toBe('active');
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(thread(stage)).toContain(
    'was used at least 3 times, last at 2026-11-21T03:55:15Z: ec2 StopInstances, ec2 <@U1>; what else was before 2026-11-21T03:29:15Z is not known. What was done after 2026-11-21T03:40:15Z may not show yet. As of',
  );
  await proved(stage);
  await stage.halt();
});
