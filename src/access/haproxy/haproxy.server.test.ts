import { askOf, epoch, specOf, startGate, visit } from '../../../test/support/haproxy-gate.ts';
import { needs } from '../../../test/support/servers.ts';
import type { Instant } from '../../core/time.ts';
import { describeProvider, type Planned } from '../contract.ts';
import { haproxyProvider } from './index.ts';

const HOSTILE = [
  '',
  '1.2.3.4;show stat',
  '1.2.3.4\nshow stat',
  '1.2.3.4 5',
  '<<',
  '#0x55d217e010e0',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/8',
  '10.0.0.9/24',
  '2002:c000:207::1',
  'localhost',
];

async function gateWorld() {
  const gate = await startGate();
  const spec = specOf([gate]);
  const addressOf = (planned: Planned) => planned.key.split(' ').at(-1) ?? '';
  return {
    provider: haproxyProvider(),
    spec,
    now: () => Date.now(),
    ask: askOf(spec, '127.0.0.2'),
    otherAsk: askOf(spec, '127.0.0.3'),
    sameAsk: askOf(spec, ' ::FFFF:127.0.0.2 '),
    hostileAsks: HOSTILE.map((from) => askOf(spec, from)),
    opens: async (planned: Planned) =>
      (await visit(gate.ports.http, { from: addressOf(planned) })) === 200,
    putByHand: async (planned: Planned, until: Instant) => {
      await gate.ask(`add map ${gate.dir}/jit.map ${addressOf(planned)}/32 ${epoch(until)}`);
    },
    hide: () => gate.kill(),
    end: () => gate.stop(),
  };
}

needs('haproxy')('the HAProxy provider', () => {
  describeProvider('haproxy', gateWorld);
});
