import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../core/time.ts';
import { MOST_A_SECOND, Rechecks } from './rechecks.ts';

const NOW = Date.UTC(2026, 10, 21, 9);

test('few are read back at the moment that was asked for', () => {
  const rechecks = new Rechecks();
  const asked = Array.from({ length: MOST_A_SECOND }, (_, nth) => NOW + nth);
  expect(asked.map((at) => rechecks.next(at))).toEqual(asked);
});

test('no second holds more than it has room for', () => {
  const rechecks = new Rechecks();
  const given = Array.from({ length: 20 * MOST_A_SECOND }, () => rechecks.next(NOW));
  const bySecond = new Map<number, number>();
  for (const at of given) {
    const second = Math.floor(at / SECOND);
    bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
  }
  expect(Math.max(...bySecond.values())).toBe(MOST_A_SECOND);
  expect(bySecond.size).toBe(20);
});

test('what waits longer waits at moments of its own', () => {
  const rechecks = new Rechecks();
  const given = Array.from({ length: 3 * MOST_A_SECOND }, () => rechecks.next(NOW));
  const later = given.filter((at) => at > NOW);
  expect(new Set(later).size).toBeGreaterThan(2 * MOST_A_SECOND - 3);
});

test('once there are few again, they are read back as soon as asked for', () => {
  const rechecks = new Rechecks();
  for (let nth = 0; nth < 10 * MOST_A_SECOND; nth += 1) rechecks.next(NOW);
  expect(rechecks.next(NOW + HOUR)).toBe(NOW + HOUR);
});
