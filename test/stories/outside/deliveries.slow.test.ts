/** What arrives twice, late, altered, forged, or after the rules were changed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../../support/servers.ts';
import { ADA, ALARMS, GRACE, LINUS, MARGARET, policyText } from './cast.ts';
import { clickBody, deliver, signed } from './signed.ts';
import { World } from './world.ts';

needs('haproxy', 'local-slack')('From outside, without Redis,', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(async () => {
    world.prove();
    await world.close();
  });

  const approval = (user: string, value: string, team?: string) =>
    clickBody({ user, action: 'approve', value, ...(team && { team }) }, world.sender);
  const send = (body: string, age = 0) => deliver(world.sender, signed(body, world.sender, age));

  test.concurrent('the same click delivered three times counts once', async () => {
    const desk = world.desk(1);
    const id = await desk.ask(ADA, 'pair');
    const click = signed(approval(GRACE, id), world.sender);
    const statuses = await Promise.all([1, 2, 3].map(() => deliver(world.sender, click)));
    expect(statuses).toEqual([200, 200, 200]);
    await desk.cardSays(id, 'Approved by: grace');
    expect(await deliver(world.sender, click)).toBe(200);
    expect(await world.verdict(desk)).toBe(403);
    await desk.click(MARGARET, id, 'approve');
    await world.untilVerdict(desk, 200);
    await desk.threadTells(id, 'Approved by grace (1 of 2)', 'Approved by margaret (2 of 2)');
    expect((await desk.thread(id)).match(/Approved by/g)).toHaveLength(2);
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Proven gone');
  });

  test.concurrent('what is forged, old, from the future or of another workspace is nothing', async () => {
    const desk = world.desk(2);
    const id = await desk.ask(ADA, 'admin');
    const body = approval(GRACE, id);
    expect(await send(body, 360)).toBe(401);
    expect(await send(body, -360)).toBe(401);
    expect(await deliver(world.sender, signed(body, { secret: 'guessed-secret' }))).toBe(401);
    const altered = { ...signed(approval(LINUS, id), world.sender), body };
    expect(await deliver(world.sender, altered)).toBe(401);
    expect(await deliver(world.sender, { body, headers: {} })).toBe(401);
    expect(await send(approval(GRACE, id, 'T0OTHER'))).toBe(200);
    expect(await desk.card(id)).toContain('Waiting for approval');
    await desk.type(ADA, `withdraw ${id}`);
    await desk.cardSays(id, 'Withdrawn');
    expect((await desk.thread(id)).match(/Approved/g)).toBeNull();
  });

  test.concurrent('a button that names another request decides on that by its own rule', async () => {
    const desk = world.desk(3);
    const mine = await desk.ask(GRACE, 'admin');
    const others = await desk.ask(ADA, 'pair');
    expect(await send(approval(GRACE, mine))).toBe(200);
    expect(await send(approval(LINUS, others))).toBe(200);
    expect(await send(approval(GRACE, "x'; --"))).toBe(200);
    await desk.dm(GRACE, 'your own request');
    await desk.dm(LINUS, 'Only members of leads');
    await desk.dm(GRACE, 'There is no such request');
    expect(await desk.card(mine)).toContain('Waiting for approval');
    expect(await desk.card(others)).not.toContain('Approved by');
  });

  test.concurrent('two clicks on Return at once are one return', async () => {
    const desk = world.desk(4);
    const id = await desk.ask(ADA, 'open');
    await desk.cardSays(id, 'confirmed by the provider');
    const bodies = [1, 2].map(() =>
      clickBody({ user: ADA, action: 'return', value: id }, world.sender),
    );
    expect(await Promise.all(bodies.map((body) => send(body)))).toEqual([200, 200]);
    await desk.cardSays(id, 'Returned by the requester. Proven gone');
    await desk.threadTells(id, 'Finished: returned');
    expect((await desk.thread(id)).match(/returns it early/g)).toHaveLength(1);
  });

  test('what policy forbids between the ask and the click is not given', async () => {
    const [gone, narrowed] = [world.desk(5), world.desk(6)];
    const ids = [await gone.ask(ADA, 'admin'), await narrowed.ask(ADA, 'admin')] as const;
    const before = policyText(world.gate);
    const after = before
      .replace(/ {2}admin-5:[\s\S]*?(?=\n {2}pair-5:)/, '')
      .replace(/( {2}admin-6:[\s\S]*?of: )leads/, '$1security');
    await world.policy(after);
    expect(await gone.click(GRACE, ids[0], 'approve')).toContain('has no role admin-5 any more');
    expect(await narrowed.click(GRACE, ids[1], 'approve')).toContain('Only members of');
    expect(await world.verdict(gone)).toBe(403);
    expect(await narrowed.click(MARGARET, ids[1], 'approve')).toContain('Approved admin-6');
    await world.untilVerdict(narrowed, 200);
    await narrowed.click(ADA, ids[1], 'return');
    await world.policy(before);
    expect(await gone.click(GRACE, ids[0], 'approve')).toContain('Approved admin-5');
    await gone.cardSays(ids[0], 'confirmed by the provider');
    await gone.click(ADA, ids[0], 'return');
    await gone.cardSays(ids[0], 'Proven gone');
  });

  test('a faulty policy changes nothing and is said loudly', async () => {
    const desk = world.desk(7);
    const good = policyText(world.gate);
    await world.policy(good.replaceAll('{ of: leads }', '{ of: leeds }'), /the old one stays/);
    await desk.note(ALARMS, 'is NOT in force');
    const id = await desk.ask(ADA, 'admin');
    await desk.click(GRACE, id, 'approve');
    await world.untilVerdict(desk, 200);
    world.write(good);
    await desk.click(ADA, id, 'return');
    await desk.cardSays(id, 'Proven gone');
  });
});
