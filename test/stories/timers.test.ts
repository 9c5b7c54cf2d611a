/** A target that keeps no ends but has a timer: set before anything is given, moved with the end. */
import { expect, test, vi } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { proved } from './proved.ts';
import { Stage } from './stage.ts';

const SHARED = 'edge-shared for 192.0.2.7';
const WEAK = { nativeExpiry: 'timer' } as const;

test('the timer is set before access is given, and taken away once it is gone', async () => {
  const stage = await Stage.open(WEAK);
  const written: string[] = [];
  const { set } = stage.gate.entries;
  vi.spyOn(stage.gate.entries, 'set').mockImplementation((key, entry) => {
    written.push(`${key}, timer ${stage.gate.timer(key) === entry.until ? 'set' : 'not set'}`);
    return set.call(stage.gate.entries, key, entry);
  });
  const id = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the edge');
  expect(written).toEqual([`${SHARED}, timer set`]);
  expect(await stage.status(id)).toBe('active');
  await stage.press('ada', id, 'return');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('returned');
  expect(stage.gate.timer(SHARED)).toBeNull();
  await proved(stage);
  await stage.halt();
});

test('access ends at the target while the program is dead', async () => {
  const stage = await Stage.open(WEAK);
  const id = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the edge');
  await stage.halt();
  stage.clock.advance(HOUR + SECOND);
  expect(stage.gate.opens(SHARED)).toBe(false);
  await stage.boot();
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('ended');
  await proved(stage);
  await stage.halt();
});

test('the timer follows the latest end, to later and to sooner', async () => {
  const stage = await Stage.open(WEAK);
  const first = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the edge');
  const early = stage.gate.timer(SHARED);
  const second = await stage.ask('linus', 'lb-shared 2h ip=192.0.2.7 look at the edge');
  const late = stage.gate.timer(SHARED);
  expect(late).toBe((early ?? 0) + HOUR);
  await stage.press('linus', second, 'return');
  await stage.pass(MINUTE);
  expect(stage.gate.timer(SHARED)).toBe(early);
  expect(await stage.status(first)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('an old timer that rings once more takes nothing away for long', async () => {
  const stage = await Stage.open(WEAK);
  const id = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the edge');
  stage.gate.entries.delete(SHARED);
  await stage.pass(MINUTE);
  expect(stage.gate.opens(SHARED)).toBe(true);
  expect(stage.thread().join('\n')).toContain('it was gone and is being put back');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('what cannot be armed is not given', async () => {
  const stage = await Stage.open(WEAK);
  const provider = stage.app.service.shell.providers.get('memory');
  if (provider?.arm === undefined) throw new Error('no timer');
  const forbidden = { kind: 'failed', class: 'auth', why: 'The timer may not be set.' } as const;
  vi.spyOn(provider, 'arm').mockResolvedValue(forbidden);
  const id = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the edge');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(stage.card()).toContain('The timer may not be set.');
  await proved(stage);
  await stage.halt();
});

test('no timer is left for what somebody else gave', async () => {
  const stage = await Stage.open(WEAK);
  stage.gate.putByHand(SHARED, null);
  const id = await stage.ask('ada', 'lb-shared 1h ip=192.0.2.7 look at the edge');
  await stage.pass(MINUTE);
  expect(await stage.status(id)).toBe('activation-failed');
  expect(stage.gate.timer(SHARED)).toBeNull();
  stage.clock.advance(2 * HOUR);
  await stage.settle();
  expect(stage.gate.opens(SHARED)).toBe(true);
  await proved(stage);
  await stage.halt();
});
