/** What people decide, each story told to its end by the real program. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, GRACE, LINUS, MARGARET } from './cast.ts';
import { eventually } from './eventually.ts';
import { verdictFor } from './gate.ts';
import { World } from './world.ts';

needs(
  'redis-server',
  'haproxy',
  'local-slack',
)('From outside', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ redis: true });
  });
  afterAll(async () => {
    world.prove();
    await world.close();
  });

  test.concurrent('access is asked for, approved, opened, and ends by itself', async () => {
    const desk = world.desk(1);
    expect(await world.verdict(desk)).toBe(403);
    const id = await desk.ask(ADA, 'admin', '3s');
    expect(await desk.card(id)).toContain('Waiting for approval');
    expect(await desk.click(GRACE, id, 'approve')).toContain(`Approved ${desk.role('admin')}`);
    await world.untilVerdict(desk, 200);
    expect(await world.verdict({ from: '127.0.0.99' })).toBe(403);
    await world.untilVerdict(desk, 403);
    await desk.cardSays(id, 'Proven gone: read back twice as absent.');
    expect(await desk.buttons(id)).toEqual([]);
    await desk.dm(ADA, 'Ended: the time was over.');
    await desk.threadTells(id, 'Asked by ada', 'Approved by grace', 'Active', 'Finished: ended');
  });

  test.concurrent('who is known by e-mail gets in by it, and nobody else who claims it', async () => {
    const desk = world.desk(2);
    const { gate } = world;
    const id = await desk.ask(ADA, 'mail');
    await desk.click(GRACE, id, 'approve');
    await eventually(() => verdictFor(gate, 'Ada@example.com'), { isRight: (got) => got === 200 });
    expect(await verdictFor(gate, 'linus@example.com')).toBe(403);
    expect(await verdictFor(gate, 'ada@example.com', '127.0.0.1')).toBe(403);
    expect(await desk.click(ADA, id, 'return')).toContain(`Taking away ${desk.role('mail')}`);
    await desk.cardSays(id, 'Returned by the requester. Proven gone');
    expect(await verdictFor(gate, 'ada@example.com')).toBe(403);
    await desk.threadTells(id, 'returns it early', 'Finished: returned');
  });

  test.concurrent('what is denied stays closed, and the requester hears why', async () => {
    const desk = world.desk(3);
    const id = await desk.ask(ADA, 'admin');
    await desk.fill(GRACE, id, 'deny', 'not during the <!channel> freeze');
    await desk.cardSays(id, 'Denied by grace: not during the <!channel> freeze');
    await desk.dm(ADA, 'was denied by grace: not during the <!channel> freeze');
    expect(await desk.buttons(id)).toEqual([]);
    expect(await world.verdict(desk)).toBe(403);
    await desk.threadTells(id, 'Asked by ada', 'Denied by grace');
  });

  test.concurrent('who withdraws their ask cannot have it approved any more', async () => {
    const desk = world.desk(4);
    const id = await desk.ask(ADA, 'admin');
    const { ts } = await desk.cardMessage(id);
    expect(await desk.type(ADA, `withdraw ${id}`)).toContain(`Withdrawn: ${desk.role('admin')}`);
    await desk.cardSays(id, 'Withdrawn by the requester.');
    const action = { type: 'button', action_id: 'approve', value: id };
    await desk.server.interact({ channel: desk.channel, messageTs: ts, user: GRACE, action });
    await desk.answer(GRACE, 'Too late: it was withdrawn.');
    expect(await world.verdict(desk)).toBe(403);
    await desk.threadTells(id, 'Withdrawn by the requester.');
  });

  test.concurrent('another person revokes, and the access is gone before its time', async () => {
    const desk = world.desk(5);
    const id = await desk.ask(ADA, 'open');
    await world.untilVerdict(desk, 200);
    expect(await desk.type(LINUS, `revoke ${id} because`)).toContain('does not let you revoke');
    await desk.fill(MARGARET, id, 'revoke', 'that was the wrong address');
    await world.untilVerdict(desk, 403);
    await desk.cardSays(id, 'Revoked by margaret: that was the wrong address. Proven gone');
    await desk.dm(ADA, 'is being revoked by margaret');
    await desk.threadTells(id, 'margaret revokes it', 'Finished: revoked');
  });

  test.concurrent('neither the requester nor a stranger to the rule approves', async () => {
    const desk = world.desk(6);
    const id = await desk.ask(GRACE, 'admin');
    expect(await desk.click(GRACE, id, 'approve')).toContain('your own request');
    expect(await desk.click(LINUS, id, 'approve')).toContain('Only members of leads');
    expect(await desk.type(LINUS, `approve ${id}`)).toContain('Only members of leads');
    expect(await desk.card(id)).toContain('Waiting for approval');
    expect(await world.verdict(desk)).toBe(403);
    await desk.type(GRACE, `withdraw ${id}`);
    await desk.cardSays(id, 'Withdrawn');
  });

  test.concurrent('two approvers at once are two approvals where two are needed', async () => {
    const desk = world.desk(7);
    const id = await desk.ask(ADA, 'pair');
    await Promise.all([GRACE, MARGARET].map((user) => desk.click(user, id, 'approve')));
    await world.untilVerdict(desk, 200);
    await desk.threadTells(id, '(1 of 2)', '(2 of 2)', 'Activation started', 'Active');
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Proven gone');
  });

  test.concurrent('two approvers at once are one approval where one is needed', async () => {
    const desk = world.desk(8);
    const id = await desk.ask(ADA, 'admin');
    const answers = await Promise.all(
      [GRACE, MARGARET].map((user) => desk.click(user, id, 'approve')),
    );
    expect(answers.filter((one) => one.includes(`Approved ${desk.role('admin')}`))).toHaveLength(1);
    expect(answers.filter((one) => one.includes('Too late'))).toHaveLength(1);
    await desk.threadTells(id, '(1 of 1)', 'Active');
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Proven gone');
    expect((await desk.thread(id)).match(/Approved by/g)).toHaveLength(1);
  });
});
