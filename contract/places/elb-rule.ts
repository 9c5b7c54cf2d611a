/** A listener of an application load balancer, by a stand-in that speaks ELB's own protocol. */
import {
  ElbServer,
  fault,
  type Reply,
  send,
} from '../../src/access/aws-elb-rule/fixtures/elb-server.ts';
import type { Place, PlaceKind } from '../place.ts';
import type { How, Troubles } from '../troubles.ts';
import { AT_AWS, startAt } from './aws.ts';

const HOSTILE = [
  ...['0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.9/24', 'localhost', '224.0.0.1'],
  ...['1.2.3.4&Action=DeleteRule', '1.2.3.4;', '0.0.0.0', '*'],
];
const OURS = 'hallpass';
const SETTLE = 5_000;

export const ELB_RULE: PlaceKind = {
  name: 'aws-elb-rule',
  type: 'aws-elb-rule',
  async open(stage) {
    const server = new ElbServer();
    server.mostRules = 1_000;
    const state = {
      get: () => server.rules.map((rule) => ({ ...rule })),
      set: (earlier: ElbServer['rules']) => {
        server.rules = earlier;
      },
    };
    return place(server, await startAt(server, stage, { state, settle: SETTLE, send, refusal }));
  },
};

function refusal(how: How): Reply {
  switch (how) {
    case 'throttled':
      return fault('Throttling');
    case 'full':
      return fault('TooManyRules');
    case 'busy':
      return fault('OperationNotPermitted');
    default:
      return fault('AccessDenied', 403);
  }
}

function place(server: ElbServer, troubles: Troubles): Place {
  const cidr = (nth: number) => `198.51.100.${nth}/32`;
  const isOf = (nth: number) => (rule: ElbServer['rules'][number]) =>
    rule.conditions['source-ip']?.includes(cidr(nth)) === true;
  const { account, region, listener, group: forward } = server;
  return {
    connection: { account, region },
    target: { listener, forward, priorities: { from: 1, until: 1_000 }, key: 'from' },
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
      server.rules
        .filter(({ priority }) => priority !== null)
        .map(({ arn, conditions, tags }) => ({
          text: `${arn} ${conditions['source-ip']?.join(' ')}`,
          by: Object.hasOwn(tags, OURS) ? 'bot' : 'hand',
        })),
    opens: (nth) => server.opens(cidr(nth)),
    put: (nth) => {
      const conditions = { 'source-ip': [cidr(nth)] };
      const taken = new Set(server.rules.map((rule) => rule.priority));
      // Where ours would come next, so that it is in the way.
      let priority = 1;
      while (taken.has(priority)) priority += 1;
      server.add({ priority, conditions, action: `forward ${server.group}`, tags: {} });
    },
    edit: (nth) => {
      for (const rule of server.rules.filter(isOf(nth)))
        rule.conditions['source-ip'] = ['198.51.0.0/16'];
    },
    take: (nth) => {
      const mine = isOf(nth);
      server.rules = server.rules.filter((rule) => !mine(rule));
    },
    stop: () => server.stop(),
  };
}
