/** Providers that answer late, lie, forget or refuse: what counts is what is read back. */
import { expect, test } from 'vitest';
import type { Provider } from '../../src/access/provider.ts';
import { ProviderError } from '../../src/access/provider.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { opening } from './cast.ts';
import { lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const KEY = 'edge-admin for ada@example.com';

async function approved(stage: Stage) {
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  return id;
}

for (const resource of [
  'throttles-first-3',
  'answers-late',
  'loses-answer',
  'unreadable-first-5',
  'lingers',
])
  test(`${resource}: it opens by and by, and is proven gone by and by`, async () => {
    const stage = await Stage.open({ policy: opening(resource) });
    const id = await approved(stage);
    await stage.pass(2 * MINUTE, 5 * SECOND);
    expect(await stage.status(id)).toBe('active');
    expect(stage.gate.opens(`${resource} for ada@example.com`)).toBe(true);
    await stage.pass(HOUR + MINUTE, MINUTE);
    expect(await stage.status(id)).toBe('ended');
    expect(stage.gate.entries.size).toBe(0);
    await proved(stage);
    await stage.halt();
  });

for (const resource of ['forbidden', 'fails-always'])
  test(`${resource}: the activation fails with a sentence`, async () => {
    const stage = await Stage.open({ policy: opening(resource) });
    const id = await approved(stage);
    await stage.pass(MINUTE);
    expect(await stage.status(id)).toBe('activation-failed');
    expect(stage.card()).toMatch(/could not be given: This resource/);
    await proved(stage);
    await stage.halt();
  });

test('blind: nothing is claimed, and security has the last word', async () => {
  const stage = await Stage.open({ policy: opening('blind') });
  const id = await approved(stage);
  await stage.pass(13 * MINUTE);
  expect(await stage.status(id)).toBe('revoking');
  expect(await lifeOf(stage, id)).not.toContain('activated');
  expect(stage.notes('lb-access')).toHaveLength(1);
  await stage.type('margaret', `attest ${id} seen on the box`);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(stage.card()).toContain('Attested by Margaret, not proven');
  await proved(stage);
  await stage.halt();
});

test('sticks: what cannot be removed is never said to be gone', async () => {
  const stage = await Stage.open({ policy: opening('sticks') });
  const id = await approved(stage);
  await stage.pass(3 * HOUR, MINUTE);
  expect(await stage.status(id)).toBe('revoking');
  expect(stage.notes('lb-access').length).toBeGreaterThanOrEqual(3);
  await proved(stage);
  await stage.halt();
});

test('a gate that forgets everything gets it back, and is told of once', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  stage.gate.entries.clear();
  await stage.pass(MINUTE);
  expect(stage.gate.opens(KEY)).toBe(true);
  expect((await lifeOf(stage, id)).filter((type) => type === 'drift-seen')).toHaveLength(1);
  expect(stage.thread().join('\n')).toContain('it was gone and is being put back');
  await stage.pass(HOUR, MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await proved(stage);
  await stage.halt();
});

for (const silent of [1, 5])
  test(`what a gate forgot and has to be set again is told, although ${silent} reads of it failed`, async () => {
    const stage = await Stage.open();
    const id = await approved(stage);
    stage.gate.entries.clear();
    readsFail(stage, silent);
    await stage.pass(2 * MINUTE);
    expect(stage.gate.opens(KEY)).toBe(true);
    expect((await lifeOf(stage, id)).filter((type) => type === 'drift-seen')).toHaveLength(1);
    expect(stage.thread().join('\n')).toContain('it could not be read, and had to be set again');
    await stage.pass(HOUR, MINUTE);
    expect(await stage.status(id)).toBe('ended');
    await proved(stage);
    await stage.halt();
  });

test('what is extended while it cannot be read has not drifted', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  readsFail(stage, 1);
  const extension = await stage.ask('ada', `extend ${id} 30m it takes longer`);
  await stage.press('grace', extension, 'approve');
  await stage.pass(2 * MINUTE);
  expect(stage.gate.entries.get(KEY)?.until).toBe(stage.clock.now() + 88 * MINUTE);
  expect(await lifeOf(stage, id)).not.toContain('drift-seen');
  await stage.halt();
});

/** The next reads of this gate fail; until the last of them, so do its writes. */
function readsFail(stage: Stage, times: number): void {
  const { providers } = stage.app.service.shell;
  const provider = providers.get('memory');
  if (provider === undefined) throw new Error('this stage has no gate in memory');
  let left = times;
  const silent = () => new ProviderError('unavailable', 'it is not there to be asked');
  const read: Provider['read'] = async (handle, io) => {
    left -= 1;
    if (left >= 0) throw silent();
    return provider.read(handle, io);
  };
  const converge: Provider['converge'] = async (handle, wish, io) => {
    if (left > 0) throw silent();
    return provider.converge(handle, wish, io);
  };
  (providers as Map<string, Provider>).set('memory', { ...provider, read, converge });
}

test('drift that cannot be mended is not told again at every attempt', async () => {
  const stage = await Stage.open();
  const id = await approved(stage);
  stage.gate.putByHand(KEY, stage.clock.now() + 7 * HOUR);
  await stage.pass(50 * MINUTE);
  expect((await lifeOf(stage, id)).filter((type) => type === 'drift-seen')).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});

test('what stood there before us is left alone, and the activation fails with a sentence', async () => {
  const stage = await Stage.open();
  stage.gate.putByHand(KEY, null);
  const id = await approved(stage);
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(stage.card()).toContain('by somebody else’s hand');
  expect(stage.card()).toContain('was left alone');
  expect(stage.gate.opens(KEY)).toBe(true);
  await proved(stage);
  await stage.halt();
});
