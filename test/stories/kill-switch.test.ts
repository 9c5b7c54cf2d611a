/** The kill switch: everything is taken away, nothing is given, until somebody whom policy names thaws it. */
import { expect, test } from 'vitest';
import { happeningOf } from '../../src/core/audit.ts';
import { PREVIEW_HOLDS } from '../../src/core/standstill.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { plainText, REASON_LIMIT } from '../../src/core/typed.ts';
import { eraseReason } from '../../src/workflow/erase.ts';
import { changed, opening, POLICY } from './cast.ts';
import { allEntries, lifeOf, proved } from './proved.ts';
import { Stage } from './stage.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
const SHARED = (last: number) => `lb-shared 1h ip=192.0.2.${last} look at the logs`;
const FREEZE = 'freeze confirm a stolen laptop';
const THAW = 'thaw confirm the laptop is found';

async function turnsOf(stage: Stage): Promise<readonly string[]> {
  const types = (await allEntries(stage)).map((entry) => happeningOf(entry).event.type);
  return types.filter((type) => type === 'frozen' || type === 'thawed');
}

test('a freeze takes away what was given, keeps what waits, and is counted down until all is gone', async () => {
  const stage = await Stage.open();
  const open = await stage.ask('ada', ASK);
  await stage.press('grace', open, 'approve');
  const shared = await stage.ask('linus', SHARED(7));
  const waits = await stage.ask('ada', 'lb-pair 1h ip=192.0.2.9 debug the pair');
  const told = await stage.type('margaret', 'freeze a stolen laptop');
  expect(told).toContain('2 requests hold 2 grants');
  expect(told).toContain('/jit freeze confirm a stolen laptop');
  expect(await stage.status(open)).toBe('active');
  expect(await stage.type('margaret', FREEZE)).toContain('Frozen.');
  for (const id of [open, shared]) expect(await stage.status(id)).toBe('revoking');
  expect(stage.gate.entries.size).toBe(0);
  expect(await stage.status(waits)).toBe('pending');
  expect(await stage.press('grace', waits, 'approve')).toContain('Everything is frozen since');
  expect(await stage.type('ada', ASK)).toContain('Everything is frozen since');
  await stage.pass(MINUTE, SECOND);
  for (const id of [open, shared]) expect(await stage.status(id)).toBe('revoked');
  expect(stage.card()).toContain('Frozen by Margaret: a stolen laptop');
  expect(stage.thread().join('\n')).toContain('Everything is frozen by Margaret');
  const notes = stage.notes().join('\n');
  expect(notes).toContain('Everything is frozen by Margaret: a stolen laptop');
  expect(notes).toContain('2 of 2 not confirmed gone yet');
  expect(notes).toContain('all 2 are confirmed gone');
  await proved(stage);
  await stage.halt();
});

test('what was told is done by one click, which is the line that could be typed, and says what it hit', async () => {
  const stage = await Stage.open();
  const first = await stage.ask('ada', SHARED(7));
  expect(await stage.type('margaret', 'freeze a stolen laptop')).toContain('[Freeze 1 grant]');
  const second = await stage.ask('linus', SHARED(8));
  const said = await stage.confirm('margaret');
  expect(said).toContain('2 requests hold 2 grants');
  expect(said).toContain('It was 1 when you were told.');
  await stage.pass(MINUTE, SECOND);
  for (const id of [first, second]) expect(await stage.status(id)).toBe('revoked');
  expect(stage.notes().join('\n')).toContain('Everything is frozen by Margaret: a stolen laptop');
  expect(await stage.type('margaret', 'thaw it is found')).toContain('[Thaw]');
  expect(await stage.confirm('margaret')).toContain('Nothing was given back');
  expect(stage.notes().at(-1)).toContain('Thawed by Margaret: it is found');
  expect(await turnsOf(stage)).toEqual(['frozen', 'thawed']);
  await proved(stage);
  await stage.halt();
});

test('the longest reason there may be comes through a click whole', async () => {
  const stage = await Stage.open();
  const reason = '“confirm” '.repeat(REASON_LIMIT / 10).trim();
  await stage.type('margaret', `freeze ${reason}`);
  expect(await stage.confirm('margaret')).toContain('Frozen.');
  const why = (await stage.store.standstill())?.why.digest ?? '';
  expect((await stage.store.text(why))?.text).toBe(plainText(reason));
  await proved(stage);
  await stage.halt();
});

test('a click on what was told too long ago does nothing, and says how to be told again', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', SHARED(7));
  await stage.type('margaret', 'freeze a stolen laptop');
  const told = stage.workspace.desk('margaret').answers.at(-1)?.view;
  await stage.pass(PREVIEW_HOLDS + SECOND, MINUTE);
  expect(await stage.confirm('margaret', told)).toContain('Nothing was done: this button holds');
  expect(stage.answer('margaret')).toContain('/jit freeze');
  expect(await stage.status(id)).toBe('active');
  await stage.type('margaret', 'freeze a stolen laptop');
  await stage.pass(PREVIEW_HOLDS, MINUTE);
  await stage.restart();
  expect(await stage.confirm('margaret')).toContain('Frozen.');
  await proved(stage);
  await stage.halt();
});

test('a click holds for the standstill and the policy that it was told under', async () => {
  const stage = await Stage.open();
  await stage.type('margaret', 'freeze a stolen laptop');
  const told = stage.workspace.desk('margaret').answers.at(-1)?.view;
  await stage.type('margaret', FREEZE);
  expect(await stage.confirm('margaret', told)).toContain('Everything is frozen since');
  await stage.type('margaret', THAW);
  expect(await stage.confirm('margaret', told)).toContain('Nothing was done');
  await stage.type('margaret', 'freeze a stolen laptop');
  await stage.reload(changed('max: 4h', 'max: 3h'));
  expect(await stage.confirm('margaret')).toContain('Nothing was done');
  expect(await turnsOf(stage)).toEqual(['frozen', 'thawed']);
  await proved(stage);
  await stage.halt();
});

test('a thaw gives nothing back, and lets things be asked and approved again', async () => {
  const stage = await Stage.open();
  const waits = await stage.ask('ada', ASK);
  const shared = await stage.ask('linus', SHARED(7));
  await stage.type('margaret', FREEZE);
  await stage.pass(MINUTE, SECOND);
  expect(await stage.type('margaret', 'thaw it is found')).toContain(
    '/jit thaw confirm it is found',
  );
  expect(await stage.press('grace', waits, 'approve')).toContain('Everything is frozen');
  expect(await stage.type('margaret', THAW)).toContain('Nothing was given back');
  expect(await stage.status(shared)).toBe('revoked');
  expect(await stage.press('grace', waits, 'approve')).toContain('Approved');
  expect(await stage.status(waits)).toBe('active');
  expect(stage.notes().at(-1)).toContain('Thawed by Margaret: the laptop is found');
  await proved(stage);
  await stage.halt();
});

test('a freeze holds over a restart, and what was not taken away yet is taken away after it', async () => {
  const stage = await Stage.open();
  const ids = [await stage.ask('ada', SHARED(7)), await stage.ask('linus', SHARED(8))];
  await stage.workspace.type('margaret', FREEZE);
  await stage.restart();
  await stage.pass(MINUTE, SECOND);
  for (const id of ids) expect(await stage.status(id)).toBe('revoked');
  expect(await stage.type('ada', ASK)).toContain('Everything is frozen');
  await proved(stage);
  await stage.halt();
});

test('a freeze of more than one batch reaches all of them', async () => {
  const shared = POLICY.slice(POLICY.indexOf('  lb-shared:'));
  const other = shared.replace('lb-shared', 'lb-other').replace('edge-shared', 'edge-other');
  const stage = await Stage.open({ policy: POLICY + other });
  for (let nth = 0; nth < 52; nth += 1) {
    const ask = SHARED(nth).replace('shared', nth % 2 === 0 ? 'shared' : 'other');
    await stage.ask(nth % 4 < 2 ? 'ada' : 'linus', ask);
    if (nth % 8 === 7) await stage.pass(20 * SECOND);
  }
  await stage.type('margaret', FREEZE);
  await stage.pass(MINUTE, SECOND);
  expect(await stage.store.requests({ statuses: ['active', 'activating'], limit: 100 })).toEqual(
    [],
  );
  expect(stage.gate.entries.size).toBe(0);
  expect(stage.notes().join('\n')).toContain('all 52 are confirmed gone');
  await proved(stage);
  await stage.halt();
}, 30_000);

test('a freeze reaches many behind one address at once', async () => {
  const stage = await Stage.open();
  const ids = [];
  for (let nth = 0; nth < 40; nth += 1) {
    ids.push(await stage.ask(nth % 2 === 0 ? 'ada' : 'linus', SHARED(7)));
    if (nth % 10 === 9) await stage.pass(20 * SECOND);
  }
  await stage.type('margaret', FREEZE);
  for (const id of ids) expect(await stage.status(id)).not.toBe('active');
  expect(stage.log.warnings).toEqual([]);
  await stage.pass(MINUTE, SECOND);
  expect(stage.gate.entries.size).toBe(0);
  expect(stage.notes().join('\n')).toContain('all 40 are confirmed gone');
  await proved(stage);
  await stage.halt();
}, 30_000);

test('while another policy is on its way, everything can be stopped, and nothing be thawed', async () => {
  const stage = await Stage.open();
  const shared = await stage.ask('linus', SHARED(7));
  const at = stage.app.service.shell.ledger.now();
  await stage.store.commit({ at, expecting: [], policyHash: 'ff'.repeat(32) });
  expect(await stage.type('margaret', FREEZE)).toContain('Frozen.');
  await stage.pass(MINUTE, SECOND);
  expect(await stage.status(shared)).toBe('revoked');
  expect(await stage.type('margaret', THAW)).toContain('The policy is being changed');
  await stage.restart();
  expect(await stage.type('margaret', THAW)).toContain('Thawed.');
  await proved(stage);
  await stage.halt();
});

test('a policy that names nobody any more leaves the freeze, and nobody thaws until it names somebody', async () => {
  const stage = await Stage.open();
  await stage.type('margaret', FREEZE);
  await stage.reload(changed('killSwitch: [security]', ''));
  expect(await stage.type('margaret', THAW)).toContain('does not let you freeze or thaw');
  expect(await stage.type('ada', ASK)).toContain('Everything is frozen');
  await stage.reload(POLICY);
  expect(await stage.type('margaret', THAW)).toContain('Thawed.');
  await stage.ask('ada', ASK);
  await proved(stage);
  await stage.halt();
});

test('what cannot be proven gone is named until somebody attests it, and then said to be unproven', async () => {
  const stage = await Stage.open({ policy: opening('sticks') });
  const id = await stage.ask('ada', ASK);
  await stage.press('grace', id, 'approve');
  expect(await stage.status(id)).toBe('active');
  await stage.type('margaret', FREEZE);
  await stage.pass(10 * MINUTE, MINUTE);
  expect(await stage.status(id)).toBe('revoking');
  expect(
    stage.notes().filter((note) => note.includes(`1 of 1 not confirmed gone yet (${id})`)).length,
  ).toBeGreaterThan(1);
  expect(await stage.type('margaret', THAW)).toContain('Thawed.');
  await stage.type('margaret', `attest ${id} I looked at the target`);
  await stage.pass(2 * MINUTE, MINUTE);
  expect(stage.notes().at(-1)).toContain(`1 without proof`);
  expect(stage.notes().at(-1)).toContain(id);
  await stage.halt();
});

test('a return in the moment of a freeze stays a return, and an end while frozen is the freeze’s', async () => {
  const stage = await Stage.open();
  const [mine, other] = [await stage.ask('ada', SHARED(7)), await stage.ask('linus', SHARED(8))];
  await stage.workspace.press('ada', mine, 'return');
  await stage.type('margaret', FREEZE);
  await stage.pass(2 * HOUR, 5 * MINUTE);
  expect(await stage.status(mine)).toBe('returned');
  expect(await stage.status(other)).toBe('revoked');
  expect((await lifeOf(stage, other)).filter((type) => type === 'revoking-started')).toHaveLength(
    1,
  );
  await proved(stage);
  await stage.halt();
});

test('erasing what one requester wrote leaves the freeze’s reason on the cards of the others', async () => {
  const stage = await Stage.open();
  const [one, other] = [await stage.ask('ada', SHARED(7)), await stage.ask('linus', SHARED(8))];
  await stage.type('margaret', FREEZE);
  await stage.pass(MINUTE, SECOND);
  expect(await eraseReason(stage.store, one, stage.now())).toBe(1);
  await stage.restart();
  const request = await stage.request(other);
  expect(
    'cause' in request &&
      'reason' in request.cause &&
      (await stage.store.text(request.cause.reason.digest))?.text,
  ).toBe('a stolen laptop');
  await proved(stage);
  await stage.halt();
});
