/** Giving, taking, and what one process does twice or dies of. */
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts';
import { claim } from '../claim.ts';
import type { Scenario } from '../scenario.ts';

const FOR_EVER = 1_000_000;

export const LIFE: readonly Scenario[] = [
  {
    number: 1,
    name: 'given, read back, taken, read back',
    async play(scene) {
      scene.place.put(2);
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      claim(scene.ours().length === 1, 'just one thing is given');
      claim(scene.place.opens(1), 'it lets in whom it was given to');
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
      claim(!scene.place.opens(1), 'it lets nobody in any more');
      claim(scene.theirs().length === 1, 'what somebody else gave stands');
    },
  },
  {
    number: 2,
    name: 'killed after the write, before its outcome is stored',
    async play(scene) {
      scene.place.troubles.onWrite = () => scene.doom();
      await scene.ask('ada', 1);
      // Where what will be written is written down first, the next attempt writes it.
      await scene.pass(5 * SECOND, SECOND);
      claim(scene.ours().length === 1, 'it was written before the process died');
      await scene.kill();
      await scene.boot();
      await scene.pass(2 * MINUTE);
      claim(scene.ours().length === 1, 'it is found again, and not doubled');
      claim(scene.place.opens(1), 'it is open until its end');
      await scene.pass(HOUR, MINUTE);
      claim(!scene.place.opens(1), 'it ends in time');
    },
  },
  {
    number: 3,
    name: 'killed before the write',
    async play(scene) {
      scene.place.troubles.set('write', 'cut before', FOR_EVER);
      scene.place.troubles.onWrite = () => scene.doom();
      const id = await scene.ask('ada', 1);
      await scene.kill();
      claim(scene.ours().length === 0, 'nothing was written');
      scene.stage.clock.advance(2 * HOUR);
      scene.place.troubles.clear();
      await scene.boot();
      // What may have been asked for, by a process that died of it, is waited for: whatever the clock says.
      await scene.pass(6 * MINUTE);
      await scene.is(id, 'activation-failed', 'ended');
      claim(scene.ours().length === 0, 'an end that has passed is not written');
    },
  },
  {
    number: 4,
    name: 'the answer to a write is lost',
    async play(scene) {
      scene.place.troubles.set('write', 'cut after');
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      claim(scene.ours().length === 1, 'what was written is known as ours, and not doubled');
      scene.place.troubles.set('write', 'cut after');
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
    },
  },
  {
    number: 5,
    name: 'a call is never answered',
    async play(scene) {
      const { troubles } = scene.place;
      troubles.set('write', 'silent after');
      const done = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(done, 'active');
      troubles.set('write', 'silent before');
      const undone = await scene.ask('linus', 2);
      await scene.pass(MINUTE);
      await scene.is(undone, 'active');
      claim(scene.ours().length === 2, 'each is given once');
      troubles.set('read', 'silent before');
      await scene.giveBack('ada', done);
      await scene.pass(2 * MINUTE);
      await scene.is(done, 'returned');
      claim(troubles.held === 0, 'nothing is waited for any more');
    },
  },
  {
    number: 6,
    name: 'two want the same at the same moment',
    async play(scene) {
      const { workspace } = scene.stage;
      const text = `door 1h ${scene.place.asked(1)}`;
      await Promise.all([workspace.type('ada', text), workspace.type('linus', text)]);
      await scene.pass(MINUTE);
      claim(scene.ours().length === 1, 'one thing is given');
      const { provider, io } = scene;
      const { handle } = await scene.right(await scene.ask('ada', 1));
      const nothing = {
        wanted: { kind: 'nothing' },
        aims: [],
        held: true,
        receipt: null,
        note: async () => {},
      } as const;
      await Promise.allSettled([
        provider.converge(handle, nothing, io),
        provider.converge(handle, nothing, io),
      ]);
      await scene.pass(MINUTE);
      claim(scene.ours().length === 1, 'what is wanted is put back, once');
    },
  },
  {
    number: 7,
    name: 'taken twice, and taken where nothing ever was',
    async play(scene) {
      const id = await scene.ask('ada', 1);
      await scene.giveBack('ada', id);
      await scene.pass(MINUTE);
      await scene.is(id, 'returned');
      const { handle } = await scene.right(id);
      const nothing = {
        wanted: { kind: 'nothing' },
        aims: [],
        held: false,
        receipt: null,
        note: async () => {},
      } as const;
      for (const _ of [1, 2]) {
        const answer = await scene.provider.converge(handle, nothing, scene.io);
        claim(
          answer.kind === 'already' && answer.owner === 'absent',
          `there is nothing to take: ${JSON.stringify(answer)}`,
        );
      }
    },
  },
  {
    number: 21,
    name: 'the program is dead when access ends',
    async play(scene) {
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      await scene.kill();
      scene.stage.clock.advance(2 * HOUR);
      const opens = scene.place.opens(1);
      if (scene.place.endsBy !== 'nobody') claim(!opens, 'the target ends it by itself');
      await scene.boot();
      await scene.pass(MINUTE);
      await scene.is(id, 'ended');
      claim(!scene.place.opens(1), 'it is taken at the start at the latest');
    },
  },
  {
    number: 29,
    name: 'clocks that are wrong, ends that have passed, too long a time',
    async play(scene) {
      const { clock } = scene.stage;
      const id = await scene.ask('ada', 1);
      await scene.pass(MINUTE);
      clock.step(10 * MINUTE);
      await scene.pass(MINUTE);
      await scene.is(id, 'active');
      clock.step(-10 * MINUTE);
      await scene.pass(MINUTE);
      const tooLong = await scene.tryToAsk('linus', scene.place.asked(2), '9h');
      claim(tooLong === undefined, 'what is too long is refused');
      const { handle } = await scene.right(id);
      const end = (await scene.request(id)) as { readonly endsAt?: number };
      claim((end.endsAt ?? 1) % SECOND === 0, 'an end is a whole second');
      claim(Object.hasOwn(Object(handle), 'v'), 'a handle has a version');
    },
  },
];
