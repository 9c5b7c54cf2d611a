/** What any provider may answer while it is at work, by the words of the port alone. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Provider, Wish } from '../src/access/provider.ts';
import { HOUR, MINUTE, SECOND } from '../src/core/time.ts';
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
