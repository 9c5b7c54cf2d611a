/** Short lives that between them call everything there is to call. */
import type { FinalStatus } from '../src/core/request.ts';
import { MINUTE } from '../src/core/time.ts';
import { OTHER_POLICY, WITHOUT_DROPPED } from './cast.ts';
import type { World } from './world.ts';

export interface Script {
  readonly name: string;
  readonly play: (world: World) => Promise<void>;
  /** What becomes of each role's request. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Where its first life ends in any case: what is looked at is the life after it. */
  readonly firstEnd?: string;
}

type Outcome = FinalStatus | 'denied' | 'withdrawn' | 'expired' | 'cancelled';

/** An ask, a click that does not count, a summons, an approval, the warning and the end. */
const day: Script = {
  name: 'day',
  outcomes: { admin: 'ended', pair: 'returned' },
  async play(world) {
    await world.types('ada', 'admin 5m rotate the edge certificate');
    await world.looksAtHome('ada');
    await world.looksAtCard('grace', 'admin');
    await world.presses('mallory', 'admin', 'approve');
    await world.passes(3 * MINUTE);
    await world.presses('grace', 'admin', 'approve');
    await world.types('linus', 'pair 5m');
    await world.presses('grace', 'pair', 'approve');
    await world.presses('margaret', 'pair', 'approve');
    await world.passes(MINUTE);
    await world.presses('linus', 'pair', 'return');
    await world.passes(5 * MINUTE);
    await world.types('ada', 'history');
    await world.passes(2 * MINUTE);
  },
};

/** What never opens, and a policy that changes meanwhile. */
const no: Script = {
  name: 'no',
  outcomes: { denied: 'denied', dropped: 'withdrawn', forgotten: 'expired' },
  async play(world) {
    const values = { duration: '5m', reason: 'because', inputs: {} };
    await world.asksByForm('ada', { role: 'denied', ...values });
    await world.types('ada', 'dropped 5m');
    await world.fills('grace', 'denied', 'deny', 'not today');
    await world.reloads(OTHER_POLICY);
    await world.presses('ada', 'dropped', 'withdraw');
    await world.types('linus', 'forgotten 5m');
    await world.rejects('bad-signature');
    await world.restarts();
    await world.passes(10 * MINUTE);
    await world.skips(61 * MINUTE);
  },
};

/** A channel that loses answers, a target that throttles, one that loses answers, and one that fails. */
const troubles: Script = {
  name: 'troubles',
  outcomes: { slow: 'revoked', broken: 'activation-failed', lossy: 'ended' },
  async play(world) {
    await world.types('ada', 'slow 5m');
    await world.types('ada', 'broken 5m');
    await world.types('linus', 'lossy 5m');
    await world.passes(MINUTE);
    await world.fills('margaret', 'slow', 'revoke', 'enough');
    await world.passes(8 * MINUTE);
  },
};

/** A process that has died in the middle of posting is dead a second time while it recovers. */
const again: Script = {
  name: 'again',
  outcomes: { admin: 'withdrawn' },
  firstEnd: 'chat.postCard#1:after',
  async play(world) {
    await world.types('ada', 'admin 5m rotate the edge certificate');
    await world.presses('ada', 'admin', 'withdraw');
    await world.skips(2 * MINUTE);
  },
};

/** The same in the middle of opening. */
const opening: Script = {
  name: 'opening',
  outcomes: { slow: 'returned' },
  firstEnd: 'provider.converge#1:after',
  async play(world) {
    await world.types('ada', 'slow 5m');
    await world.presses('ada', 'slow', 'return');
    await world.passes(3 * MINUTE);
  },
};

/** More time for what is open. */
const longer: Script = {
  name: 'longer',
  outcomes: { admin: 'ended', 'admin extended': 'ended' },
  async play(world) {
    await world.types('ada', 'admin 5m rotate the edge certificate');
    await world.presses('grace', 'admin', 'approve');
    await world.passes(MINUTE);
    await world.types('ada', `extend ${await world.requestFor('admin')} 2m not done yet`);
    await world.presses('grace', 'admin', 'approve');
    await world.passes(9 * MINUTE);
  },
};

/** Without approval, and reviewed when that was overdue. */
const glass: Script = {
  name: 'glass',
  outcomes: { admin: 'ended' },
  async play(world) {
    await world.types('ada', 'break-glass admin 3m the edge is down');
    await world.passes(9 * MINUTE);
    await world.fills('margaret', 'admin', 'justified', 'it was down');
    await world.passes(MINUTE);
  },
};

/** What starts later: once as it was approved, once called off before, once given up at its start. */
const later: Script = {
  name: 'later',
  outcomes: { admin: 'ended', denied: 'cancelled', dropped: 'cancelled' },
  async play(world) {
    for (const role of ['admin', 'denied', 'dropped']) {
      await world.types('ada', `${role} 5m from 03:08 rotate the edge certificate`);
      await world.presses('grace', role, 'approve');
    }
    await world.fills('margaret', 'denied', 'revoke', 'not tonight');
    await world.reloads(WITHOUT_DROPPED);
    await world.passes(16 * MINUTE);
  },
};

/** Whoever would be told is away: one has somebody to be told instead, the other has not. */
const away: Script = {
  name: 'away',
  outcomes: { admin: 'ended' },
  async play(world) {
    await world.types('grace', 'mine');
    await world.types('margaret', 'delegate @grace until 04:00');
    await world.types('hedy', 'away until 04:00');
    await world.types('ada', 'admin 3m rotate the edge certificate');
    await world.passes(4 * MINUTE);
    await world.types('margaret', 'back');
    await world.presses('grace', 'admin', 'approve');
    await world.passes(5 * MINUTE);
  },
};

/** What stands at the gate and nobody was given is found, and taken away by two looks. */
const astray: Script = {
  name: 'astray',
  outcomes: { pair: 'withdrawn' },
  async play(world) {
    await world.types('ada', 'pair 5m');
    world.goesAstray('edge-admin for ghost@example.com');
    await world.passes(3 * MINUTE);
    await world.presses('ada', 'pair', 'withdraw');
    await world.passes(10 * MINUTE);
  },
};

/** All is frozen with something open and something waiting, and thawed, both by the buttons of what was told. */
const frozen: Script = {
  name: 'frozen',
  outcomes: { admin: 'revoked', pair: 'withdrawn' },
  async play(world) {
    await world.types('ada', 'admin 5m rotate the edge certificate');
    await world.types('linus', 'pair 5m');
    await world.presses('grace', 'admin', 'approve');
    await world.types('margaret', 'freeze a stolen laptop');
    await world.confirms('margaret');
    await world.passes(2 * MINUTE);
    await world.types('margaret', 'thaw it is found');
    await world.confirms('margaret');
    await world.presses('linus', 'pair', 'withdraw');
    await world.passes(MINUTE);
  },
};

export const SCRIPTS: readonly Script[] = [
  ...[day, no, troubles, again, opening, longer, glass, later, away, astray, frozen],
];
