/** Which policy a process decides by, and by which of its rules what was typed is read. */
import { expect, test, vi } from 'vitest';
import { SECOND } from '../../../src/core/time.ts';
import { changed, POLICY } from '../cast.ts';
import { proved } from '../proved.ts';
import { Stage } from '../stage.ts';
import { ASK } from './props.ts';

const IP = 'inputs: { ip: { type: ip, label: your address } }';
const WIDE = POLICY.replaceAll(IP, IP.replace(' } }', ', widest: { v4: 16 } } }'));
const NARROW = POLICY.replaceAll(IP, IP.replace(' } }', ', widest: { v4: 32 } } }'));
const LONGER = changed('expireAfter: 30m', 'expireAfter: 29m');
const LONGEST = changed('expireAfter: 30m', 'expireAfter: 28m');

/** Another process on the same database, with another policy. */
async function adoptElsewhere(stage: Stage, policyHash: string): Promise<void> {
  const at = stage.app.service.shell.ledger.now();
  await stage.store.commit({ at, expecting: [], policyHash });
}

test('nobody decides by a policy that is not the one in force', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  await adoptElsewhere(stage, 'ff'.repeat(32));
  expect(await stage.press('grace', id, 'approve')).toContain('The policy is being changed');
  expect(await stage.type('linus', ASK)).toContain('The policy is being changed');
  expect(await stage.status(id)).toBe('pending');
  await stage.restart();
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await proved(stage);
  await stage.halt();
});

test('a policy that another process puts in force while this one looks is in the way', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', ASK);
  const read = stage.store.policyHash.bind(stage.store);
  vi.spyOn(stage.store, 'policyHash').mockImplementationOnce(async () => {
    const hash = await read();
    await adoptElsewhere(stage, 'ff'.repeat(32));
    return hash;
  });
  expect(await stage.press('grace', id, 'approve')).toContain('The policy is being changed');
  expect(await stage.status(id)).toBe('pending');
  await stage.halt();
});

/** The next commit that puts a policy in force fails. */
function failOnce(stage: Stage): void {
  const commit = stage.store.commit.bind(stage.store);
  let failed = false;
  vi.spyOn(stage.store, 'commit').mockImplementation(async (what) => {
    if (failed || what.policyHash === undefined) return commit(what);
    failed = true;
    throw new Error('the disk is full');
  });
}

test('an adoption that failed is tried again', async () => {
  const stage = await Stage.open();
  failOnce(stage);
  await stage.reload(LONGER);
  expect(await stage.type('ada', ASK)).toContain('The policy is being changed');
  await stage.pass(5 * SECOND, SECOND);
  await stage.app.reload();
  await stage.ask('ada', ASK);
  await stage.halt();
});

test('an adoption that failed does not come back over a later one', async () => {
  const stage = await Stage.open();
  failOnce(stage);
  await stage.reload(LONGER);
  await stage.reload(LONGEST);
  await stage.pass(5 * SECOND, SECOND);
  await stage.app.reload();
  await stage.ask('ada', ASK);
  await stage.halt();
});

test('what was typed is read again by the rule in force at the click', async () => {
  const stage = await Stage.open({ policy: WIDE });
  const id = await stage.ask('ada', 'lb-pair 1h ip=10.20.0.0/16 because');
  await stage.reload(NARROW);
  expect(await stage.press('grace', id, 'approve')).toMatch(/\/32|single|wide/);
  expect((await stage.request(id)).approvals).toEqual([]);
  await stage.reload(WIDE);
  await stage.press('grace', id, 'approve');
  expect((await stage.request(id)).approvals).toHaveLength(1);
  await proved(stage);
  await stage.halt();
});
