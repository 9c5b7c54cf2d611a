/** Three HAProxy processes behind one name. */
import { join } from 'node:path';
import { HOUR, SECOND } from '../../src/core/time.ts';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import type { Place, PlaceKind, Thing } from '../place.ts';
import { type How, Troubles } from '../troubles.ts';
import { RuntimeApi } from './runtime-api.ts';

const MAP = '/etc/haproxy/jit/edge.map';
const CAN: readonly How[] = [
  'cut before',
  'cut after',
  'silent before',
  'silent after',
  'forbidden',
];
const HOSTILE = [
  ...['0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.9/24', '2002:c000:207::1', 'localhost'],
  ...['1.2.3.4;show', '"1.2.3.4 5"', '<<', '#0x55d217e010e0', ''],
];

export const HAPROXY: PlaceKind = {
  name: 'haproxy',
  type: 'haproxy',
  async open({ clock }) {
    const troubles = new Troubles(() => clock.now());
    const folder = makeTempFolder('hp').path;
    const nodes = ['a', 'b', 'c'].map(
      (name) => new RuntimeApi(join(folder, name), MAP, troubles, () => clock.now()),
    );
    await Promise.all(nodes.map((node) => node.listen()));
    return place(nodes, troubles, () => clock.now());
  },
};

function place(nodes: readonly RuntimeApi[], troubles: Troubles, now: () => number): Place {
  const key = (nth: number) => `192.0.2.${nth}`;
  const each = (act: (node: RuntimeApi) => void) => nodes.forEach(act);
  const end = (hours: number) => String(Math.floor((now() + hours * HOUR) / SECOND));
  return {
    connection: { nodes: nodes.map(({ path }) => `unix:${path}`) },
    target: { map: MAP, key: 'from' },
    inputs: { from: { type: 'ip', label: 'from where' } },
    asked: (nth) => `from=${key(nth)}`,
    knowsOurs: 'not at all',
    hostile: HOSTILE.map((text) => `from=${text}`),
    troubles,
    can: { read: CAN, write: CAN },
    endsBy: 'target',
    setPart: (away) => {
      for (const node of nodes.slice(1, 2)) node.away = away;
    },
    remove: () =>
      each((node) => {
        node.lines = [];
        node.removed = true;
      }),
    secrets: [],
    around: (provider) => provider,
    things: () => thingsOf(nodes),
    opens: (nth) => nodes.some((node) => node.opens(key(nth))),
    put: (nth) => each((node) => node.put(key(nth), end(12), 'hand')),
    edit: (nth) =>
      each(({ lines }) => {
        for (const line of lines) if (line.key === key(nth)) line.value = end(7);
      }),
    take: (nth) =>
      each((node) => {
        node.lines = node.lines.filter((line) => line.key !== key(nth));
      }),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** What every node holds is one thing; where they disagree, each holds things of its own. */
function thingsOf(nodes: readonly RuntimeApi[]): readonly Thing[] {
  const all = nodes.map(({ lines }) =>
    lines.map(({ key, value, by }): Thing => ({ text: `${key} ${value}`, by })),
  );
  const [first = [], ...others] = all;
  const agree = others.every((each) => JSON.stringify(each) === JSON.stringify(first));
  return agree ? first : all.flat();
}
