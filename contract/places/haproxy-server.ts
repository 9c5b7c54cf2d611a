/** Servers of a backend, at three HAProxy processes behind one name. */
import { join } from 'node:path';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import type { Place, PlaceKind, Thing } from '../place.ts';
import { type How, Troubles } from '../troubles.ts';
import { RuntimeServers } from './runtime-servers.ts';

const BACKEND = 'be_app';
const NAMES = Array.from({ length: 10 }, (_, nth) => nameOf(nth + 1));
const CAN: readonly How[] = [
  'cut before',
  'cut after',
  'silent before',
  'silent after',
  'forbidden',
];
const HOSTILE = [
  ...['web99', 'WEB1', '../web1', 'be_app/web1', '#1', '@1', '*', '__proto__', ''],
  ...['web1;show', '"web1 state maint"', '<<', 'web1\\'],
];

export const HAPROXY_SERVER: PlaceKind = {
  name: 'haproxy-server',
  type: 'haproxy-server',
  async open({ clock }) {
    const troubles = new Troubles(() => clock.now());
    const folder = makeTempFolder('hp').path;
    const nodes = ['a', 'b', 'c'].map(
      (name) => new RuntimeServers(join(folder, name), BACKEND, NAMES, troubles),
    );
    await Promise.all(nodes.map((node) => node.listen()));
    return place(nodes, troubles);
  },
};

function nameOf(nth: number): string {
  return `web${nth}`;
}

function place(nodes: readonly RuntimeServers[], troubles: Troubles): Place {
  const each = (act: (node: RuntimeServers) => void) => nodes.forEach(act);
  const byHand = (state: string) => (nth: number) =>
    each((node) => void node.put(nameOf(nth), state, 'hand'));
  return {
    connection: { nodes: nodes.map(({ path }) => `unix:${path}`) },
    target: { backend: BACKEND, key: 'server', set: 'drain' },
    inputs: { server: { type: 'text', label: 'which server', pattern: '.*', example: 'web1' } },
    asked: (nth) => `server=${nameOf(nth)}`,
    knowsOurs: 'not at all',
    hostile: HOSTILE.map((text) => `server=${text}`),
    troubles,
    can: { read: CAN, write: CAN },
    endsBy: 'nobody',
    setPart: (away) => {
      for (const node of nodes.slice(1, 2)) node.away = away;
    },
    remove: () =>
      each((node) => {
        node.removed = true;
      }),
    secrets: [],
    around: (provider) => provider,
    things: () => thingsOf(nodes),
    opens: (nth) =>
      nodes.some(({ changed }) =>
        changed.some(({ name, state }) => name === nameOf(nth) && state === 'drain'),
      ),
    put: byHand('drain'),
    edit: byHand('maint'),
    take: byHand('ready'),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** What every node has so is one thing; where they disagree, each has things of its own. */
function thingsOf(nodes: readonly RuntimeServers[]): readonly Thing[] {
  const all = nodes.map(({ changed }) =>
    changed.map(({ name, state, by }): Thing => ({ text: `${name} ${state}`, by })),
  );
  const [first = [], ...others] = all;
  const agree = others.every((one) => JSON.stringify(one) === JSON.stringify(first));
  return agree ? first : all.flat();
}
