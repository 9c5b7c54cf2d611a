/** A security group, by a stand-in that speaks EC2's own protocol. */
import {
  Ec2Server,
  fault,
  type Reply,
  send,
} from '../../src/access/aws-security-group/fixtures/ec2-server.ts';
import type { Place, PlaceKind } from '../place.ts';
import { type How, Troubles } from '../troubles.ts';
import { Staleness } from './staleness.ts';
import { BY_WIRE, exchange } from './wire.ts';

const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const READ: readonly How[] = [...BY_WIRE, 'throttled', 'forbidden', 'stale'];
const WRITE: readonly How[] = [...BY_WIRE, 'throttled', 'forbidden', 'full', 'busy'];
const HOSTILE = [
  ...['0.0.0.0/0', '::/0', '10.0.0.0/8', '10.0.0.9/24', 'localhost', '224.0.0.1'],
  ...['1.2.3.4&Action=DeleteSecurityGroup', '1.2.3.4;', '0.0.0.0'],
];
const OURS = 'hallpass';
const SETTLE = 5_000;

export const SECURITY_GROUP: PlaceKind = {
  name: 'aws-security-group',
  type: 'aws-security-group',
  async open({ clock }) {
    const troubles = new Troubles(() => clock.now());
    const server = new Ec2Server();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: await server.listen(),
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    server.mostRules = 1_000;
    const rules = {
      get: () => server.rules.map((rule) => ({ ...rule })),
      set: (earlier: Ec2Server['rules']) => {
        server.rules = earlier;
      },
    };
    const staleness = new Staleness(rules, SETTLE, () => clock.now());
    server.hook = (line, what, answer) =>
      exchange(line, troubles, what, {
        async answer(isHeard) {
          const reply = staleness.keeping(what, answer);
          if (isHeard) send(line.response, reply);
        },
        refuse: ({ how }) =>
          send(line.response, how === 'stale' ? staleness.earlier(answer) : said(how)),
      });
    return place(server, troubles);
  },
};

function said(how: How): Reply {
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

function place(server: Ec2Server, troubles: Troubles): Place {
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
    can: { read: READ, write: WRITE },
    endsBy: 'nobody',
    saysWhen: false,
    remove: () => {
      server.rules = [];
      server.removed = true;
    },
    secrets: [SECRET],
    // Nothing here is anywhere else than on this machine.
    around: (provider) => ({ ...provider, isLocal: () => true }),
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
