/** Targets that throttle, forbid, run full, lie for a while, or go away. */
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { claim } from '../claim.ts';
import { ASKERS } from '../policy.ts';
import { needs, type Scenario } from '../scenario.ts';

const FOR_EVER = 1_000_000;
const EACH = 20;

export const TROUBLES: readonly Scenario[] = [
  {
    number: 12,
    name: 'given anew while the target is still busy with taking',
    unfit: needs('write', 'busy', 'It is never busy: what it answers is done.'),
    async play(scene) {
      const first = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.giveBack('ada', first);
      scene.place.troubles.set('write', 'busy', 3);
      const second = await scene.ask('linus', 1);
      await scene.pass(4 * MINUTE);
      await scene.is(first, 'returned');
      await scene.is(second, 'active');
      claim(scene.place.opens(1), 'what is wanted last is what is');
    },
  },
  {
    number: 15,
    name: 'two hundred end in one second, and the target throttles for five minutes',
    unfit: needs('write', 'throttled', 'It never throttles.'),
    async play(scene) {
      for (const [who, user] of ASKERS.slice(0, 10).entries())
        for (let nth = 0; nth < EACH; nth += 1) await scene.ask(user, 1 + who * EACH + nth);
      const areGiven = () => scene.ours().length === 10 * EACH;
      const took = await scene.passUntil(areGiven, 10 * MINUTE, SECOND / 2);
      claim(areGiven(), 'two hundred are given');
      await scene.pass(59 * MINUTE - took, MINUTE);
      const { troubles } = scene.place;
      const before = troubles.writes().length;
      troubles.set('write', 'throttled', FOR_EVER);
      await scene.pass(6 * MINUTE, 15 * SECOND);
      const isAlarmed = scene.said().includes('Access may still be open');
      claim(isAlarmed || scene.place.endsBy === 'timer', 'what takes long is alarmed');
      troubles.clear();
      await scene.passUntil(() => scene.ours().length === 0, 10 * MINUTE, SECOND / 2);
      claim(scene.ours().length === 0, 'all are taken');
      await scene.passUntil(() => scene.areOver(), 15 * MINUTE, SECOND / 2);
      claim(await scene.areOver(), 'all are proven gone');
      const calls = troubles.writes().length - before;
      claim(calls <= 10 * EACH * 3, `it is not stormed: ${calls} writes`);
    },
  },
  {
    number: 16,
    name: 'it throttles, and says when to come again, or does not',
    unfit: needs('write', 'throttled', 'It never throttles.'),
    async play(scene) {
      const { troubles } = scene.place;
      const wanted = scene.place.saysWhen === false ? null : 40 * SECOND;
      troubles.set('write', 'throttled', 1, wanted);
      const id = await scene.ask('ada', 1);
      await scene.pass(2 * MINUTE, SECOND);
      await scene.is(id, 'active');
      const [first, second] = troubles.writes();
      const wait = (second?.at ?? 0) - (first?.at ?? 0);
      claim(wait >= (wanted ?? 500), `it is not asked before it said: ${wait} ms`);
      const before = troubles.writes().length;
      troubles.set('write', 'throttled', 3);
      await scene.giveBack('ada', id);
      await scene.pass(2 * MINUTE, SECOND);
      await scene.is(id, 'returned');
      const own = troubles.writes().slice(before);
      claim(
        own.filter(({ trouble }) => trouble !== null).length === 3,
        'no call is made in secret',
      );
      const pauses = own.slice(1).map(({ at }, nth) => at - (own[nth]?.at ?? at));
      claim(
        pauses.slice(0, 3).every((pause) => pause >= 500),
        `it pauses in between: ${pauses}`,
      );
    },
  },
  {
    number: 17,
    name: 'there is no room left',
    unfit: needs('write', 'full', 'It has no quota.'),
    async play(scene) {
      scene.place.troubles.set('write', 'full', FOR_EVER);
      const id = await scene.ask('ada', 1);
      await scene.pass(2 * MINUTE);
      await scene.is(id, 'activation-failed');
      claim(scene.ours().length === 0, 'nothing is half made');
    },
  },
  {
    number: 18,
    name: 'giving is accepted, and fails later',
    unfit: needs('write', 'fails later', 'It does at once what it accepts.'),
    async play(scene) {
      scene.place.troubles.set('write', 'fails later', FOR_EVER);
      const id = await scene.ask('ada', 1);
      await scene.pass(2 * MINUTE);
      claim((await scene.request(id)).status !== 'active', 'it is not active');
      await scene.pass(13 * MINUTE);
      claim((await scene.request(id)).status !== 'active', 'it is never active');
      // What is still being given is not gone: that is known when the provider says so.
      scene.place.troubles.clear();
      await scene.pass(8 * MINUTE);
      await scene.is(id, 'activation-failed');
      claim(scene.said().includes('could not be given'), 'the requester is told');
    },
  },
  {
    number: 19,
    name: 'taking is accepted, and fails later',
    unfit: needs('write', 'fails later', 'It does at once what it accepts.'),
    async play(scene) {
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      scene.place.troubles.set('write', 'fails later', FOR_EVER);
      await scene.giveBack('ada', id);
      await scene.pass(5 * MINUTE);
      await scene.is(id, 'revoking');
      claim(scene.said().includes('Access may still be open'), 'it alarms');
      scene.place.troubles.clear();
      await scene.pass(6 * MINUTE);
      await scene.is(id, 'returned');
    },
  },
  {
    number: 20,
    name: 'one of several parts is away',
    unfit: ({ setPart }) => (setPart === undefined ? 'It has one part only.' : undefined),
    async play(scene) {
      scene.place.troubles.onWrite = () => scene.place.setPart?.(true);
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'activating');
      scene.place.setPart?.(false);
      await scene.pass(2 * MINUTE);
      await scene.is(id, 'active');
      scene.place.setPart?.(true);
      await scene.giveBack('ada', id);
      await scene.pass(3 * MINUTE);
      await scene.is(id, 'revoking');
      claim(scene.said().includes('Access may still be open'), 'it alarms');
      scene.place.setPart?.(false);
      await scene.pass(6 * MINUTE);
      await scene.is(id, 'returned');
    },
  },
  {
    number: 23,
    name: 'taken early, and what remains is said',
    async play(scene) {
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
      const { residue } = await scene.right(id);
      const how =
        residue?.lasts === null ? 'Until when that may be is not known.' : 'That may be until';
      claim(
        residue === null || scene.said().includes(`${residue.text} ${how}`),
        'it is said what may remain, and until when',
      );
    },
  },
  {
    number: 25,
    name: 'the target itself is deleted',
    unfit: ({ remove }) => (remove === undefined ? 'It cannot be deleted.' : undefined),
    async play(scene) {
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(MINUTE);
      scene.place.remove?.();
      await scene.pass(40 * MINUTE, MINUTE);
      const { status } = await scene.request(id);
      if (status === 'ended') return;
      claim(scene.said().includes('Access may still be open'), 'what cannot be told is alarmed');
      await scene.stage.workspace.type('margaret', `attest ${id} the target is no more`);
      await scene.pass(MINUTE);
      await scene.is(id, 'ended');
    },
  },
  {
    number: 26,
    name: 'the bot may not look or write any more',
    unfit: needs('read', 'forbidden', 'It forbids nothing.'),
    async play(scene) {
      const { troubles } = scene.place;
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      troubles.set('read', 'forbidden', FOR_EVER);
      troubles.set('write', 'forbidden', FOR_EVER);
      await scene.giveBack('ada', id);
      await scene.pass(5 * MINUTE);
      await scene.is(id, 'revoking');
      claim(scene.ours().length === 1, 'it stands, and nobody says otherwise');
      claim(scene.said().includes('Access may still be open'), 'it alarms');
      troubles.clear();
      await scene.pass(6 * MINUTE);
      await scene.is(id, 'returned');
      troubles.set('write', 'forbidden', FOR_EVER);
      const other = await scene.ask('linus', 2);
      await scene.pass(2 * MINUTE);
      await scene.is(other, 'activation-failed');
    },
  },
  {
    number: 27,
    name: 'what is read is a moment old',
    unfit: needs('read', 'stale', 'What it answers is never old.'),
    async play(scene) {
      const { troubles } = scene.place;
      troubles.set('read', 'stale', 4);
      const id = await scene.ask('ada', 1);
      await scene.pass(2 * MINUTE, SECOND);
      await scene.is(id, 'active');
      claim(scene.ours().length === 1, 'it is given once');
      troubles.set('read', 'stale', 4);
      await scene.giveBack('ada', id);
      await scene.pass(4 * MINUTE, SECOND);
      await scene.is(id, 'returned');
    },
  },
  {
    number: 30,
    name: 'hostile input',
    async play(scene) {
      for (const text of scene.place.hostile) {
        const id = await scene.tryToAsk('ada', text);
        claim(id === undefined, `${JSON.stringify(text)} is refused`);
      }
      claim(scene.place.things().length === 0, 'nothing was written');
      await scene.tryToAsk('ada', `${scene.place.asked(1)} ${'x'.repeat(10_000)}`);
      await scene.pass(HOUR + MINUTE, MINUTE);
    },
  },
];
