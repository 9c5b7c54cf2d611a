/** What time does to a request, in Socket Mode, with a clock that is put forward. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, GRACE, MARGARET } from './cast.ts';
import { World } from './world.ts';

const MINUTE = 60;

needs('haproxy', 'local-slack')('From outside, in Socket Mode and with minutes stepped,', () => {
  let world: World;
  beforeAll(async () => {
    const env = { HALLPASS_REVOKE_ALARM_SECONDS: '60' };
    world = await World.open({ mode: 'socket', stepped: true, env });
  });
  afterEach(() => world.prove());
  afterAll(() => world.close());

  test('what nobody answers is escalated by direct message, and expires', async () => {
    const desk = world.desk(1);
    const id = await desk.ask(ADA, 'admin');
    expect((await desk.dms(MARGARET)).join()).not.toContain(id);
    await world.forward(11 * MINUTE);
    expect(await desk.dm(MARGARET, `#${id}`)).toContain('Waiting for approval');
    await world.forward(20 * MINUTE);
    await desk.cardSays(id, 'Expired: nobody decided in time.');
    expect(await desk.dm(MARGARET, 'Expired')).toContain(id);
    await desk.dm(ADA, 'expired: nobody decided in time. You can ask again.');
    expect(await desk.buttons(id)).toEqual([]);
    expect(await desk.type(GRACE, `approve ${id}`)).toContain('Too late: it has expired.');
    await desk.threadTells(id, 'Unanswered, so it goes to security', 'Expired');
  });

  test('the requester is warned before the end, and the program takes back what has ended', async () => {
    const desk = world.desk(2);
    const id = await desk.ask(ADA, 'admin');
    await desk.click(GRACE, id, 'approve');
    await world.untilVerdict(desk, 200);
    await desk.cardSays(id, 'confirmed by the provider');
    await world.forward(51 * MINUTE);
    await desk.dm(ADA, 'Done already?');
    await world.forward(10 * MINUTE);
    // By HAProxy's own clock there were 59 minutes left: it is the program that closes.
    await world.untilVerdict(desk, 403);
    await desk.cardSays(id, 'Ended: the time was over. Proven gone');
    await desk.threadTells(id, 'was warned of the end', 'Finished: ended');
  });

  test('an access that cannot be proven gone alarms, again and again, and may be attested', async () => {
    const desk = world.desk(3);
    const id = await desk.ask(ADA, 'open');
    await desk.cardSays(id, 'confirmed by the provider');
    await world.gate.kill();
    await desk.click(ADA, id, 'return');
    await world.forward(61);
    await desk.cardSays(id, 'Still trying.');
    await desk.threadTells(id, 'Alarm 1');
    await desk.note(desk.channel, 'Access may still be open.');
    await world.forward(4 * MINUTE);
    await desk.threadTells(id, 'Alarm 2');
    expect(await desk.type(ADA, `attest ${id} I saw it`)).toContain('does not let you attest');
    expect(await desk.type(MARGARET, `attest ${id} the machine burnt down`)).toContain('your word');
    await desk.cardSays(id, 'Attested by margaret, not proven');
    await desk.threadTells(id, 'the machine burnt down', 'Finished: returned (attested).');
    await world.gate.restart();
  });
});
