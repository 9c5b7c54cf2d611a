/** Each a script of steps, played alike in every chat. */
import { expect } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/core/time.ts';
import { changed } from '../cast.ts';
import { allEntries } from '../proved.ts';
import { ASK, KEY, type Scene } from './scene.ts';

interface Story {
  readonly play: (scene: Scene) => Promise<void>;
  /** Where it is not the cast's. */
  readonly policy?: string;
}

const PAIR = 'lb-pair 1h ip=192.0.2.7 debug the pair';

async function happyPath(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(chat.cards(id)).toHaveLength(1);
  expect(chat.cards(id)[0]).toContain('Ada asks for lb-admin');
  expect(chat.cards(id)[0]).toContain('rotate the edge certificate');
  expect(await scene.press('grace', id, 'approve')).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  expect(house.gate.opens(KEY)).toBe(true);
  expect(chat.direct('ada').join('\n')).toContain('is open for you until');
  await scene.pass(51 * MINUTE);
  expect(chat.direct('ada').join('\n')).toContain('Done already?');
  await scene.pass(9 * MINUTE);
  await scene.pass(MINUTE, 15 * SECOND);
  await scene.shows(
    id,
    'ended',
    'Ended: the time was over. Proven gone: read back twice as absent.',
  );
  expect(house.gate.opens(KEY)).toBe(false);
  expect(await scene.life(id)).toEqual([
    ...['asked', 'approved', 'activation-started', 'grant-confirmed', 'activated', 'warned'],
    ...['revoking-started', 'grant-gone', 'finished'],
  ]);
  expect(house.log.warnings).toEqual([]);
}

async function denial(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  const id = await scene.ask('ada');
  expect(await scene.press('grace', id, 'deny', 'freeze until Monday')).toContain('Denied');
  await scene.shows(id, 'denied', 'Denied by Grace: freeze until Monday');
  expect(chat.direct('ada').at(-1)).toContain('was denied by Grace: freeze until Monday');
  expect(house.gate.entries.size).toBe(0);
  expect(await scene.life(id)).toEqual(['asked', 'denied']);
}

async function returned(scene: Scene): Promise<void> {
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  expect(await scene.press('ada', id, 'return')).toContain('Taking away');
  expect(scene.house.gate.opens(KEY)).toBe(false);
  await scene.shows(id, 'revoking', 'Not confirmed gone yet');
  await scene.pass(2 * SECOND, SECOND);
  await scene.shows(id, 'returned', 'Returned by the requester. Proven gone');
}

async function revoked(scene: Scene): Promise<void> {
  const id = await scene.ask('ada');
  await scene.press('grace', id, 'approve');
  await scene.press('margaret', id, 'revoke', 'seen from two countries');
  expect(scene.house.gate.opens(KEY)).toBe(false);
  await scene.pass(MINUTE, SECOND);
  await scene.shows(id, 'revoked', 'Revoked by Margaret: seen from two countries');
  expect(scene.chat.direct('ada').join('\n')).toContain('is being revoked by Margaret');
}

async function withdrawn(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const late = await scene.button('grace', id, 'approve');
  expect(await chat.type('grace', `withdraw ${id}`)).toContain('Only the requester can do this.');
  expect(await chat.type('ada', `withdraw ${id}`)).toContain('Withdrawn');
  await scene.shows(id, 'withdrawn', 'Withdrawn by the requester.');
  expect(await late()).toContain('Too late: it was withdrawn.');
  expect(await scene.life(id)).toEqual(['asked', 'withdrawn']);
}

async function escalated(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('linus');
  expect(await chat.button('margaret', id, 'approve', 'direct')).toBeUndefined();
  await scene.pass(6 * MINUTE);
  expect(chat.threads(id)[0]?.join('\n')).toContain('it goes to security by direct message');
  expect(chat.direct('margaret').join('\n')).toContain('Linus asks for lb-admin');
  // To be called is not to be allowed: whom the rule names decides.
  expect(await chat.button('margaret', id, 'approve', 'direct')).toBeUndefined();
  expect(await scene.press('grace', id, 'approve')).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  expect(chat.direct('margaret').join('\n')).toContain('Open until');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(chat.direct('margaret').join('\n')).toContain('Proven gone');
}

async function decidedInDirect(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE);
  const approve = await scene.button('grace', id, 'approve', 'direct');
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  for (const who of ['grace', 'linus'] as const)
    expect(chat.direct(who).join('\n')).toContain('Open until');
  expect(await chat.button('linus', id, 'approve', 'direct')).toBeUndefined();
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  for (const who of ['grace', 'linus'] as const)
    expect(chat.direct(who).join('\n')).toContain('Proven gone');
}

async function expired(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const late = await scene.button('grace', id, 'approve');
  await scene.pass(31 * MINUTE);
  await scene.shows(id, 'expired', 'Expired: nobody decided in time.');
  expect(chat.direct('margaret').join('\n')).toContain('Expired');
  expect(chat.direct('ada').at(-1)).toContain('You can ask again');
  expect(await late()).toContain('Too late: it has expired.');
  expect(await scene.life(id)).toEqual(['asked', 'escalated', 'expired']);
  expect(scene.house.gate.entries.size).toBe(0);
}

async function ownRequest(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('linus');
  const approve = await scene.button('grace', id, 'approve');
  const deny = await scene.button('grace', id, 'deny');
  expect(await approve({ by: 'linus' })).toContain('You cannot decide on your own request');
  expect(await deny({ by: 'linus', reason: 'no' })).toContain('cannot decide on your own request');
  expect(await chat.type('linus', `approve ${id}`)).toContain('cannot decide on your own request');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(chat.threads(id)[0]?.join('\n')).not.toContain('own request');
  expect(chat.notes('lb-access')).toEqual([]);
  expect(await scene.life(id)).toEqual(['asked']);
}

async function outsiders(scene: Scene): Promise<void> {
  const { chat, house } = scene;
  expect(await chat.type('barbara', ASK)).toContain('Guests of this workspace cannot use Hallpass');
  expect(await chat.type('mallory', ASK)).not.toContain('Asked for');
  expect(await scene.newest()).toBeUndefined();
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  expect(await approve({ by: 'barbara' })).toContain('Guests of this workspace');
  expect(await approve({ by: 'mallory' })).toContain('Only members of leads decide on this.');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  const refused = (await allEntries(house)).filter(({ body }) => body.includes('not-an-approver'));
  expect(refused).toHaveLength(1);
  expect(chat.notes('lb-access')).toEqual([]);
}

async function staleButton(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  const [approve, deny] = [
    await scene.button('linus', id, 'approve'),
    await scene.button('linus', id, 'deny'),
  ];
  await scene.press('grace', id, 'approve');
  expect(await approve()).toContain('Too late: it is active.');
  expect(await deny({ reason: 'changed my mind' })).toContain('Too late: it is active.');
  await scene.shows(id, 'active', 'Open until');
  expect(await chat.button('grace', id, 'approve')).toBeUndefined();
  const giveBack = await scene.button('ada', id, 'return');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(await giveBack()).toContain('it has ended');
  expect(await approve()).toContain('Too late: it has ended.');
  await scene.shows(id, 'ended', 'Proven gone');
  expect(await chat.button('ada', id, 'return')).toBeUndefined();
}

async function threadTellsAll(scene: Scene): Promise<void> {
  const { chat } = scene;
  const id = await scene.ask('ada');
  await scene.pass(6 * MINUTE);
  await scene.press('grace', id, 'approve');
  await scene.pass(HOUR + MINUTE);
  const told = (chat.threads(id)[0] ?? [])
    .join('\n')
    .split(/\n+/)
    .filter((line) => line !== '');
  const said = [
    ...['Asked by Ada: lb-admin for 1h.', 'Unanswered, so it goes to security by direct message.'],
    ...['Approved by Grace (1 of 1).', 'Activation started; the access ends at'],
    ...['Read back as open:', 'Active: every part is confirmed by its provider.'],
    ...[
      'The requester was warned of the end at',
      'The time is over; the access is being taken away.',
    ],
    ...['read back as gone at', 'Finished: ended.'],
  ];
  expect(told).toHaveLength(said.length);
  for (const [nth, text] of said.entries()) expect(told[nth]).toContain(text);
}

async function twoAtOnce(scene: Scene): Promise<void> {
  const { house } = scene;
  const id = await scene.ask('ada');
  const presses = [
    await scene.button('grace', id, 'approve'),
    await scene.button('linus', id, 'approve'),
  ];
  const answers = await house.meanwhile(Promise.all(presses.map((press) => press())));
  await scene.shows(id, 'active', 'Open until');
  expect(answers.filter((answer) => answer.includes('Approved'))).toHaveLength(1);
  expect(answers.filter((answer) => answer.includes('Too late'))).toHaveLength(1);
  const life = await scene.life(id);
  expect(life.filter((type) => type === 'approved')).toHaveLength(1);
}

async function pair(scene: Scene): Promise<void> {
  const id = await scene.ask('ada', PAIR);
  const again = await scene.button('grace', id, 'approve');
  expect(await again()).toContain('more are needed');
  await scene.shows(id, 'pending', 'Approved by: Grace');
  expect(await again()).toContain('You have approved this already');
  await scene.shows(id, 'pending', 'Waiting for approval until');
  expect(await scene.press('linus', id, 'approve')).toContain('Approved');
  await scene.shows(id, 'active', 'Approved by: Grace, Linus');
}

async function form(scene: Scene): Promise<void> {
  const { chat } = scene;
  const open = await chat.openForm('ada', 'lb-pair');
  expect(open.text).toContain('your address');
  const faulty = { duration: '9h', inputs: { ip: 'here' }, reason: 'debug the pair' };
  expect(await open.submit(faulty)).toContain('4h');
  expect(await open.submit({ ...faulty, duration: '1h' })).toContain('no IP address');
  expect(await scene.newest()).toBeUndefined();
  const corrected = { ...faulty, duration: '2h', inputs: { ip: '192.0.2.7' } };
  expect(await open.submit(corrected)).toContain('Asked for lb-pair for 2h');
  const id = await scene.newest();
  if (id === undefined) throw new Error('nothing was asked');
  await scene.shows(id, 'pending', 'debug the pair');
  await scene.shows(id, 'pending', 'Ada, 2h');
}

async function lookedUp(scene: Scene): Promise<void> {
  const { chat } = scene;
  expect(await chat.type('ada', 'mine')).not.toContain('lb-admin');
  const id = await scene.ask('ada');
  expect(await chat.type('ada', 'mine')).toContain(id);
  expect(await chat.type('grace', `status ${id}`)).toContain('waits for approval');
  await scene.press('grace', id, 'approve');
  expect(await chat.type('ada', `status ${id}`)).toContain('is active');
  expect(await chat.type('mallory', `status ${id}`)).toContain('There is no such request');
  expect(await chat.type('ada', 'roles')).toContain('lb-shared');
  expect(await chat.type('grace', 'mine')).not.toContain(id);
  expect(await chat.type('ada', 'lb-admin 9h too long')).toContain('4h');
}

async function overview(scene: Scene): Promise<void> {
  const { chat } = scene;
  for (const who of ['ada', 'grace'] as const) await chat.openHome(who);
  expect(chat.home('ada')).toContain('lb-shared');
  expect(chat.home('grace')).not.toContain('asks for');
  const id = await scene.ask('ada');
  for (const who of ['ada', 'grace'] as const) {
    expect(chat.home(who)).toContain('Ada asks for lb-admin');
    expect(chat.home(who)).toContain('Waiting for approval until');
  }
  await scene.press('grace', id, 'approve');
  expect(chat.home('ada')).toContain('Open until');
  expect(chat.home('grace')).not.toContain('asks for');
  await scene.pass(HOUR + MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
  expect(chat.home('ada')).not.toContain('asks for');
}

async function automatic(scene: Scene): Promise<void> {
  const id = await scene.ask('ada', 'lb-shared 30m ip=192.0.2.7 look at the logs');
  await scene.shows(id, 'active', 'automatic: the rule asks for nobody');
  expect(scene.chat.threads(id)[0]?.join('\n')).toContain('Automatic: the rule asks for nobody.');
  await scene.pass(31 * MINUTE);
  await scene.shows(id, 'ended', 'Proven gone');
}

async function restarted(scene: Scene): Promise<void> {
  const { house } = scene;
  const id = await scene.ask('ada');
  const approve = await scene.button('grace', id, 'approve');
  await house.halt();
  await house.start();
  expect(await approve()).toContain('Approved');
  await scene.shows(id, 'active', 'Open until');
  await house.halt();
  house.clock.advance(2 * HOUR);
  await house.start();
  await scene.pass(MINUTE, SECOND);
  await scene.shows(id, 'ended', 'Proven gone');
}

export const STORIES: Readonly<Record<string, Story>> = {
  'access that is approved opens, is warned of, and is proven gone when its time is over': {
    play: happyPath,
  },
  'a denial is told with its reason, and nothing opens': { play: denial },
  'access that is returned early is proven gone': { play: returned },
  'security revokes with a reason, and the requester hears it': { play: revoked },
  'an ask is withdrawn by its requester alone, and a late approval is told so': { play: withdrawn },
  'an ask that nobody answers goes to the next by direct message, which keeps up with it': {
    play: escalated,
  },
  'whoever is called by direct message decides there, and every copy says so': {
    play: decidedInDirect,
    policy: changed('to: security', 'to: leads'),
  },
  'an ask that nobody decides on expires, everywhere that it stands': { play: expired },
  'nobody decides on their own request, and only they are told so': { play: ownRequest },
  'guests and strangers are told why not, and change nothing': { play: outsiders },
  'a button that is out of date does nothing': { play: staleButton },
  'the thread tells each event once, in order': { play: threadTellsAll },
  'of two who approve at once where one is enough, one wins and the other hears so': {
    play: twoAtOnce,
  },
  'where two are needed, one who approves twice is one': { play: pair },
  'a form says what is wrong with it, and asks once it is right': { play: form },
  'what somebody may see is told to them alone': { play: lookedUp },
  'an overview keeps up with what its reader has and may decide': { play: overview },
  'what a rule marks automatic needs nobody, and says so': { play: automatic },
  'a restart forgets no card, no button and no end': { play: restarted },
};
