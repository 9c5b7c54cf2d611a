import { describe, expect, it } from 'vitest';
import type { Server } from './servers.ts';
import {
  comesToNothing,
  type Setting,
  settingShape,
  settingText,
  settingWords,
  standsAt,
  takesAway,
} from './setting.ts';

const server = (more: Partial<Server> = {}): Server => ({
  ...{ name: 'web1', mode: 'ready', weight: 100, initialWeight: 100, isUsed: true },
  ...more,
});

describe('a setting', () => {
  it.each([
    ['drain', 'drain', 'state drain'],
    [{ weight: '10%' }, 'weight 10%', 'weight 10%'],
    [{ weight: 0 }, 'weight 0', 'weight 0'],
  ] as const)('%j is said as %s', (setting, text, words) => {
    expect(settingText(setting)).toBe(text);
    expect(settingWords(setting).join(' ')).toBe(words);
  });

  it.each([
    'stop',
    'ready;show stat',
    { weight: '10' },
    { weight: '010%' },
    { weight: '-1%' },
    { weight: '10%\n' },
    { weight: '1000%' },
    { weight: 257 },
    { weight: 1.5 },
    { weight: -1 },
    { weight: 1, state: 'drain' },
  ])('is not %j', (setting) => {
    expect(settingShape.safeParse(setting).success).toBe(false);
  });

  it.each([
    ['10%', 100, 10],
    ['10%', 1, 0],
    ['10%', 19, 1],
    ['150%', 100, 150],
    ['999%', 100, 256],
    ['100%', 7, 7],
    ['0%', 100, 0],
    [25, 100, 25],
  ])('of weight %s with %d in haproxy.cfg comes to %d', (weight, initialWeight, comes) => {
    const setting: Setting = { weight };
    const stands = server({ initialWeight, weight: comes });
    expect(standsAt(stands, setting)).toBe(true);
    expect(standsAt({ ...stands, weight: comes + 1 }, setting)).toBe(false);
    expect(takesAway(stands, setting)).toBe(comes === 0);
  });

  it('of a share that is nothing is told from one that is meant to be nothing', () => {
    const light = server({ weight: 1, initialWeight: 1 });
    expect(comesToNothing(light, { weight: '10%' })).toBe(true);
    for (const meant of [{ weight: '0%' }, { weight: 0 }, 'drain'] as const)
      expect(comesToNothing(light, meant)).toBe(false);
  });

  it('leaves the other kind of it alone', () => {
    expect(standsAt(server({ weight: 3 }), 'ready')).toBe(true);
    expect(standsAt(server({ mode: 'maint' }), { weight: '100%' })).toBe(true);
  });
});
