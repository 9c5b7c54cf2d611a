import {
  type Farm,
  farmAsk,
  farmSpec,
  shown,
  startFarm,
} from '../../../test/support/haproxy-farm.ts';
import { needs } from '../../../test/support/servers.ts';
import { describeProvider, type Planned } from '../contract.ts';
import { haproxyServerProvider } from './index.ts';
import { handleSchema } from './target.ts';

const HOSTILE = [
  ...['', 'web1;show stat', 'web1\nshow stat', 'web1 state ready', '<<', '#1', '@1', 'web1\\'],
  ...['be_app/web1', '../web1', 'web9', 'WEB1', '__proto__', 'ｗｅｂ1', 'w'.repeat(101)],
];

const serverOf = ({ handle }: Planned) => handleSchema.parse(handle).server;

interface Way {
  readonly target: object;
  readonly byHand: string;
  readonly isSo: (stat: Awaited<ReturnType<typeof shown>>) => boolean;
}

const DRAIN: Way = {
  target: { set: 'drain' },
  byHand: 'state drain',
  isSo: ({ status }) => status === 'DRAIN',
};
const LESS: Way = {
  target: { set: { weight: '10%' } },
  byHand: 'weight 10',
  isSo: ({ weight }) => weight === '10',
};

const worldOf = (way: Way) => async () => {
  const farm: Farm = await startFarm();
  const spec = farmSpec([farm], way.target);
  return {
    provider: haproxyServerProvider(),
    spec,
    now: () => Date.now(),
    isUnmarked: true,
    ask: farmAsk(spec, 'web1'),
    otherAsk: farmAsk(spec, 'web2'),
    sameAsk: farmAsk(spec, ' web1 '),
    hostileAsks: HOSTILE.map((name) => farmAsk(spec, name)),
    opens: async (planned: Planned) => way.isSo(await shown(farm, serverOf(planned))),
    putByHand: async (planned: Planned) => {
      await farm.ask(`set server be_app/${serverOf(planned)} ${way.byHand}`);
    },
    hide: () => farm.kill(),
    end: () => farm.stop(),
  };
};

needs('haproxy')('the provider of servers in HAProxy', () => {
  describeProvider('haproxy-server, drain', worldOf(DRAIN));
  describeProvider('haproxy-server, weight', worldOf(LESS));
});
