/** A timer that could not be taken away: it would take away whatever stands there when it rings. */
import { afterEach, describe, expect, it } from 'vitest';
import { fault, send } from '../src/access/aws-identity-center/fixtures/center-server.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../src/core/time.ts';
import { ASSIGNMENT, type CenterPlace, centerOf } from './places/identity-center.ts';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** Schedules can be set, and for so long none is deleted. */
async function keepingTimers(until: Millis): Promise<CenterPlace> {
  scene = await Scene.open(ASSIGNMENT);
  const place = centerOf(scene);
  const { clock } = scene.stage;
  const began = clock.now();
  place.server.hook = ({ request, response }, what, answer) => {
    place.server.ring(clock.now());
    const isKept = what === 'arm' && request.method === 'DELETE' && clock.now() < began + until;
    send(response, isKept ? fault('AccessDeniedException', 403) : answer());
  };
  return place;
}

/** Ada has it for a minute, and gives it back. */
async function isReturned(lasting: string): Promise<void> {
  const id = await scene.ask('ada', 1, lasting);
  await scene.pass(MINUTE, SECOND);
  await scene.giveBack('ada', id);
  await scene.pass(MINUTE, SECOND);
  await scene.is(id, 'returned');
}

const alarms = () => scene.stage.notes('alarms').filter((note) => note.includes('The timer of'));

describe('a timer that cannot be taken away at once', { timeout: 60_000 }, () => {
  it('of what turned out to be somebody else’s is taken away later, and theirs stays', async () => {
    const place = await keepingTimers(30 * SECOND);
    place.put(1);
    const id = await scene.ask('ada', 1, '1h');
    await scene.pass(5 * MINUTE, SECOND);
    await scene.is(id, 'activation-failed');
    expect([...place.server.schedules]).toEqual([]);
    await scene.pass(2 * HOUR, MINUTE);
    expect(place.opens(1)).toBe(true);
    expect(alarms()).toEqual([]);
  });

  it('of what was given back does not take what somebody gave since', async () => {
    const place = await keepingTimers(3 * MINUTE);
    await isReturned('1h');
    expect(place.server.schedules.size).toBe(1);
    place.put(1);
    await scene.pass(2 * HOUR, MINUTE);
    expect(place.opens(1)).toBe(true);
  });

  it.each<[string, (now: number) => boolean]>([
    ['now and then', (now) => Math.floor(now / MINUTE) % 2 === 0],
    ['any more', () => true],
  ])('is told of once, although what stands there cannot be read %s', async (_, isAway) => {
    const place = await keepingTimers(24 * HOUR);
    await isReturned('4h');
    const { hook } = place.server;
    const { clock } = scene.stage;
    place.server.hook = async (line, what, answer) => {
      if (what === 'arm' || !isAway(clock.now())) await hook(line, what, answer);
      else send(line.response, fault('AccessDeniedException', 403));
    };
    await scene.pass(HOUR, 5 * SECOND);
    expect(alarms()).toHaveLength(1);
  });

  it('does not make what somebody gave since what is being taken away', async () => {
    const place = await keepingTimers(24 * HOUR);
    await isReturned('4h');
    place.put(1);
    await scene.pass(3 * HOUR, MINUTE);
    expect(place.opens(1)).toBe(true);
    const told = scene.stage.notes('alarms').join('\n');
    expect(told).toContain('of which the target cannot tell whose they are');
    expect(told).not.toContain('tried again and again');
  });

  it('is told of once, and is no more spoken of when it has rung', async () => {
    const place = await keepingTimers(24 * HOUR);
    const id = await scene.ask('ada', 1, '4h');
    await scene.pass(MINUTE, SECOND);
    await scene.giveBack('ada', id);
    await scene.pass(2 * MINUTE, SECOND);
    await scene.is(id, 'returned');
    const before = place.troubles.calls.length;
    await scene.pass(6 * HOUR, MINUTE);
    expect(alarms()).toHaveLength(1);
    const after = place.troubles.calls.length;
    expect(after - before).toBeLessThan(120);
    await scene.pass(HOUR, MINUTE);
    expect(place.troubles.calls.length).toBe(after);
  });
});
