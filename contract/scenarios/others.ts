/** Other people's hands at the target, and other people's leases. */
import { MINUTE } from '../../src/core/time.ts';
import { claim } from '../claim.ts';
import type { Scenario } from '../scenario.ts';

export const OTHERS: readonly Scenario[] = [
  {
    number: 8,
    name: 'deleted by hand before its end',
    async play(scene) {
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      scene.place.take(1);
      await scene.pass(MINUTE);
      claim(scene.said().includes('it was gone and is being put back'), 'drift is told');
      claim(scene.place.opens(1), 'what was approved is put back');
      scene.place.take(1);
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
    },
  },
  {
    number: 9,
    name: 'edited by hand',
    unfit: ({ edit }) => (edit === undefined ? 'What it holds cannot be edited.' : undefined),
    async play(scene) {
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      scene.place.edit?.(1);
      await scene.pass(MINUTE);
      claim(/by somebody else|was not whole|put back/.test(scene.said()), 'drift is told');
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
      claim(!scene.place.opens(1), 'ours is taken, however it was edited');
    },
  },
  {
    number: 10,
    name: 'the same access stood there before',
    async play(scene) {
      scene.place.put(1);
      const id = await scene.ask('ada', 1);
      await scene.pass(2 * MINUTE);
      await scene.is(id, 'activation-failed');
      claim(scene.ours().length === 0, 'nothing is given beside it');
      claim(scene.theirs().length === 1, 'it stands as it stood');
      claim(scene.said().includes('by somebody else’s hand'), 'the card says that it stands');
    },
  },
  {
    number: 11,
    name: 'two leases overlap, and the first ends',
    async play(scene) {
      const first = await scene.ask('ada', 1, '30m');
      const second = await scene.ask('linus', 1, '1h');
      await scene.pass(31 * MINUTE, 30_000);
      await scene.is(first, 'ended');
      await scene.is(second, 'active');
      claim(scene.place.opens(1), 'it stays open for the second');
      claim(scene.ours().length === 1, 'it is one thing');
      await scene.pass(31 * MINUTE, 30_000);
      await scene.is(second, 'ended');
      claim(!scene.place.opens(1), 'the last one out takes it');
    },
  },
  {
    number: 13,
    name: 'somebody else writes between our reading and our writing',
    async play(scene) {
      scene.place.troubles.onWrite = () => scene.place.put(2);
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      claim(scene.theirs().length === 1 && scene.ours().length === 1, 'both changes stand');
      scene.place.troubles.onWrite = () => scene.place.put(3);
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      claim(scene.theirs().length === 2, 'what they wrote meanwhile stands');
    },
  },
  {
    number: 14,
    name: 'a document that others write too',
    unfit: ({ others }) =>
      others === undefined
        ? 'It writes nothing into a document that anybody else writes.'
        : undefined,
    async play(scene) {
      const { others } = scene.place;
      const before = others?.read(1);
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      claim(others?.read(1) === before, 'what stood in it stands');
      others?.write(1);
      const written = others?.read(1);
      claim(written !== before, 'somebody else wrote in it');
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
      claim(others?.read(1) === written, 'what they wrote meanwhile stands');
    },
  },
  {
    number: 22,
    name: 'an old timer rings after an extension',
    unfit: ({ endsBy }) => (endsBy === 'timer' ? undefined : 'It has no timer.'),
    async play(scene) {
      await scene.ask('ada', 1, '30m');
      const second = await scene.ask('linus', 1, '1h');
      await scene.pass(29 * MINUTE, 30_000);
      scene.place.take(1);
      await scene.pass(2 * MINUTE);
      claim(scene.place.opens(1), 'extended access survives');
      await scene.is(second, 'active');
      scene.place.take(1);
      await scene.pass(MINUTE);
      claim(scene.place.opens(1), 'and survives a timer that rings twice');
    },
  },
  {
    number: 24,
    name: 'the person is renamed and gone before the end',
    async play(scene) {
      const id = await scene.ask('ada', 1, '30m');
      await scene.pass(MINUTE);
      scene.stage.workspace.setPerson({
        ...{ userId: 'ada', name: 'Augusta', email: 'augusta@example.com' },
        standing: 'deactivated',
      });
      await scene.pass(32 * MINUTE, MINUTE);
      await scene.is(id, 'ended');
      claim(!scene.place.opens(1), 'it is taken by what was stored');
    },
  },
];
