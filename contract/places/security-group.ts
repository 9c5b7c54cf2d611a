/** A security group, by a stand-in that speaks EC2's own protocol. */
import {
  Ec2Server,
  fault,
  type Reply,
  send,
} from '../../src/access/aws-security-group/fixtures/ec2-server.ts';
import type { Stage } from '../../test/stories/stage.ts';
import { ScheduleStand } from '../../test/support/schedule-stand.ts';
import type { Place, PlaceKind } from '../place.ts';
import type { How, Troubles } from '../troubles.ts';
import { AT_AWS, startAt } from './aws.ts';

const HOSTILE = [
  ...['0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.9/24', 'localhost', '224.0.0.1'],
  ...['1.2.3.4&Action=DeleteSecurityGroup', '1.2.3.4;', '0.0.0.0'],
];
const OURS = 'hallpass';
const ROLE = 'arn:aws:iam::123456789012:role/hallpass-timer';
const SETTLE = 5_000;

export const SECURITY_GROUP: PlaceKind = {
  name: 'aws-security-group',
  type: 'aws-security-group',
  open: async (stage) => (await opened(stage)).place,
};

export const SECURITY_GROUP_WITH_TIMER: PlaceKind = {
  name: 'aws-security-group with a timer',
  type: 'aws-security-group',
  async open(stage) {
    const { place, server } = await opened(stage);
    const schedules = new ScheduleStand((_api, input) => {
      for (const permission of JSON.parse(input).IpPermissions) server.revokeBy(permission);
    });
    process.env.AWS_ENDPOINT_URL_SCHEDULER = await schedules.listen();
    const ring = () => schedules.ring(stage.clock.now());
    const { hook } = server;
    server.hook = (...exchange) => {
      ring();
      return hook(...exchange);
    };
    return {
      ...place,
      connection: { ...place.connection, timer: { role: ROLE } },
      endsBy: 'timer',
      things: () => {
        ring();
        return place.things();
      },
      opens: (nth) => {
        ring();
        return place.opens(nth);
      },
      async stop() {
        delete process.env.AWS_ENDPOINT_URL_SCHEDULER;
        await Promise.all([schedules.stop(), place.stop()]);
      },
    };
  },
};

async function opened(stage: Stage): Promise<{ place: Place; server: Ec2Server }> {
  const server = new Ec2Server();
  server.mostRules = 1_000;
  const state = {
    get: () => server.rules.map((rule) => ({ ...rule })),
    set: (earlier: Ec2Server['rules']) => {
      server.rules = earlier;
    },
  };
  const troubles = await startAt(server, stage, { state, settle: SETTLE, send, refusal });
  return { place: placeOf(server, troubles), server };
}

function refusal(how: How): Reply {
  switch (how) {
    case 'throttled':
      return fault('RequestLimitExceeded', 503);
    case 'full':
      return fault('RulesPerSecurityGroupLimitExceeded');
    case 'busy':
      return fault('IncorrectState');
    default:
      return fault('UnauthorizedOperation', 403);
  }
}

function placeOf(server: Ec2Server, troubles: Troubles): Place {
  const cidr = (nth: number) => `198.51.100.${nth}/32`;
  const { account, region, group } = server;
  return {
    connection: { account, region },
    target: { group, port: 443, key: 'from' },
    inputs: { from: { type: 'ip', label: 'from where' } },
    asked: (nth) => `from=198.51.100.${nth}`,
    knowsOurs: 'by seal',
    hostile: HOSTILE.map((text) => `from=${text}`),
    troubles,
    ...AT_AWS,
    endsBy: 'nobody',
    remove: () => {
      server.rules = [];
      server.removed = true;
    },
    things: () =>
      server.rules.map(({ id, cidr: from, tags }) => ({
        text: `${id} ${from}`,
        by: Object.hasOwn(tags, OURS) ? 'bot' : 'hand',
      })),
    opens: (nth) => server.rules.some((rule) => rule.cidr === cidr(nth)),
    put: (nth) => {
      server.add({ protocol: 'tcp', from: 443, to: 443, cidr: cidr(nth), tags: {} });
    },
    edit: (nth) => {
      for (const rule of server.rules) if (rule.cidr === cidr(nth)) rule.cidr = '198.51.0.0/16';
    },
    take: (nth) => {
      server.rules = server.rules.filter((rule) => rule.cidr !== cidr(nth));
    },
    stop: () => server.stop(),
  };
}
