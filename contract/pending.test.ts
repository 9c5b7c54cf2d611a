/** What any provider may answer while it is at work, or not answer at all, by the words of the port alone. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Provider, Wish } from '../src/access/provider.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../src/core/time.ts';
import type { PlaceKind } from './place.ts';
import { MEMORY } from './places/memory.ts';
import { Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

const changed = (change: (provider: Provider) => Partial<Provider>): PlaceKind => ({
  ...MEMORY,
  open: async (stage) => ({
    ...(await MEMORY.open(stage)),
    around: (provider) => ({ ...provider, ...change(provider) }),
  }),
});

describe('a provider that is at work on something', { timeout: 60_000 }, () => {
  it('for hours is asked after at a measured pace, although it says at once', async () => {
    let asked = 0;
    scene = await Scene.open(
      changed(() => ({
        converge: async () => {
          asked += 1;
          return { kind: 'pending', pollAfter: 0, receipt: null };
        },
        read: async () => ({ kind: 'absent', evidence: 'not yet' }),
      })),
    );
    await scene.ask('ada', 1, '15m');
    await scene.pass(3 * HOUR, MINUTE);
    asked = 0;
    await scene.pass(MINUTE, 100);
    expect(asked).toBeLessThan(60);
  });

  it('and then cannot take it away once, while an old state is read, has given it all the same', async () => {
    let stands = false;
    let ends = 0;
    let stale = 0;
    const answer = ({ wanted, held, receipt }: Wish): Answer => {
      if (wanted.kind === 'until') {
        if (receipt === null) return { kind: 'pending', pollAfter: SECOND, receipt: { job: 1 } };
        stands = true;
        return { kind: 'pending', pollAfter: MINUTE, receipt };
      }
      if (!stands) return { kind: 'already', owner: 'absent' };
      if (!held && receipt === null) return { kind: 'already', owner: 'foreign' };
      ends += 1;
      if (ends === 1) {
        stale = 1;
        return { kind: 'failed', class: 'auth', why: 'not allowed just now' };
      }
      stands = false;
      return { kind: 'done' };
    };
    scene = await Scene.open(
      changed(() => ({
        converge: async (_handle, wish) => answer(wish),
        read: async () => {
          if (!stands || stale-- > 0) return { kind: 'absent', evidence: 'nothing' };
          return { kind: 'present', until: null, evidence: 'it stands' };
        },
      })),
    );
    const id = await scene.ask('ada', 1, '1h');
    await scene.pass(5 * SECOND, SECOND);
    expect(stands).toBe(true);
    await scene.giveBack('ada', id);
    await scene.pass(2 * HOUR, 30 * SECOND);
    expect({ ends, stands }).toEqual({ ends: 2, stands: false });
  });
});

describe('a provider that asks to be left alone for a day', { timeout: 60_000 }, () => {
  it('when it is read has taken from it all the same whatever else is over there', async () => {
    scene = await Scene.open(MEMORY);
    const { place } = scene;
    const [ada, linus] = [await scene.ask('ada', 1), await scene.ask('linus', 2)];
    await scene.pass(10 * SECOND);
    place.troubles.set('read', 'throttled', 1, DAY);
    await scene.pass(MINUTE);
    expect(place.troubles.calls.some(({ trouble }) => trouble === 'throttled')).toBe(true);
    await scene.giveBack('ada', ada);
    await scene.giveBack('linus', linus);
    await scene.pass(MINUTE);
    await scene.is(ada, 'returned');
    await scene.is(linus, 'returned');
  });

  it.each<[string, Answer]>([
    ['that it is throttled', { kind: 'throttled', retryAfter: DAY }],
    ['that it is at work', { kind: 'pending', pollAfter: DAY, receipt: { job: 1 } }],
  ])('by saying %s when something is taken is come back to within a minute', async (_, said) => {
    let ends = 0;
    scene = await Scene.open(
      changed((provider) => ({
        converge: async (handle, wish, io) => {
          if (wish.wanted.kind === 'nothing') ends += 1;
          const isFirst = wish.wanted.kind === 'nothing' && ends === 1;
          return isFirst ? said : provider.converge(handle, wish, io);
        },
      })),
    );
    const id = await scene.ask('ada', 1);
    await scene.pass(10 * SECOND);
    await scene.giveBack('ada', id);
    await scene.is(id, 'revoking');
    await scene.pass(MINUTE);
    await scene.is(id, 'returned');
  });
});

describe('a provider that never answers, whatever it is told', { timeout: 60_000 }, () => {
  let hangs: 'plan' | 'read' | 'converge' | null = null;
  const deaf = new AbortController().signal;
  let leftBehind: (() => Promise<unknown>)[] = [];
  afterEach(() => {
    hangs = null;
    leftBehind = [];
  });

  function hanging(): Promise<Scene> {
    return Scene.open({
      ...MEMORY,
      open: async (stage) => {
        const place = await MEMORY.open(stage);
        const or = <T>(what: typeof hangs, work: () => Promise<T>): Promise<T> => {
          if (hangs !== what) return work();
          place.troubles.held += 1;
          leftBehind.push(work);
          return new Promise<never>(() => {});
        };
        return {
          ...place,
          around: (provider) => ({
            ...provider,
            plan: (ask, io) => or('plan', () => provider.plan(ask, io)),
            read: (handle, io) => or('read', () => provider.read(handle, io)),
            converge: (handle, wish, io) =>
              or('converge', () => provider.converge(handle, wish, { ...io, signal: deaf })),
          }),
        };
      },
    });
  }

  it('of what it would give is answered for, as unreachable', async () => {
    scene = await hanging();
    hangs = 'plan';
    await scene.tryToAsk('ada', scene.place.asked(1));
    await scene.pass(30 * SECOND);
    expect(scene.stage.answer('ada')).toContain('did not answer in time');
  });

  it('how its access stands is told of, and read again once it does', async () => {
    scene = await hanging();
    const id = await scene.ask('ada', 1, '2h');
    await scene.pass(10 * SECOND);
    await scene.is(id, 'active');
    hangs = 'read';
    await scene.pass(10 * MINUTE);
    expect(scene.said()).toContain('could not be read back as it should be');
    hangs = null;
    await scene.giveBack('ada', id);
    await scene.pass(6 * MINUTE);
    await scene.is(id, 'returned');
  });

  it('what became of its write is not known, and what lands then is taken', async () => {
    scene = await hanging();
    hangs = 'converge';
    const id = await scene.ask('ada', 1);
    await scene.giveBack('ada', id);
    hangs = null;
    await scene.pass(5 * SECOND, SECOND / 2);
    await scene.is(id, 'revoking');
    expect(leftBehind).toHaveLength(1);
    await leftBehind[0]?.();
    expect(scene.place.opens(1)).toBe(true);
    await scene.pass(10 * SECOND, SECOND / 2);
    await scene.is(id, 'returned');
    expect(scene.place.opens(1)).toBe(false);
  });

  it('may note nothing any more, and so asks for nothing', async () => {
    let late: Wish | undefined;
    scene = await Scene.open({
      ...MEMORY,
      open: async (stage) => {
        const place = await MEMORY.open(stage);
        return {
          ...place,
          around: (provider) => ({
            ...provider,
            converge(_handle, wish) {
              place.troubles.held += 1;
              late ??= wish;
              return new Promise<never>(() => {});
            },
          }),
        };
      },
    });
    await scene.ask('ada', 1);
    await scene.pass(10 * SECOND, SECOND / 2);
    await expect(late?.note({ job: 1 })).rejects.toMatchObject({ code: 'timeout' });
  });
});
