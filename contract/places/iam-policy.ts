/** Rights of IAM users, by a stand-in that speaks IAM's own protocol. */
import { documentOf } from '../../src/access/aws-iam-policy/document.ts';
import {
  fault,
  IamServer,
  type Reply,
  send,
} from '../../src/access/aws-iam-policy/fixtures/iam-server.ts';
import { policyNameOf } from '../../src/access/aws-iam-policy/target.ts';
import { HOUR } from '../../src/core/time.ts';
import type { Place, PlaceKind, Thing } from '../place.ts';
import type { How, Troubles } from '../troubles.ts';
import { AT_AWS, startAt } from './aws.ts';

const SETTLE = 10_000;
const ACTION = 'elasticloadbalancing:RegisterTargets';
const RIGHT = {
  actions: [ACTION],
  resources: ['arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/1'],
};
type User = { policies: Map<string, string> };

const NAMES = Array.from({ length: 200 }, (_, nth) => `ops-${nth + 1}`);

export const IAM_POLICY: PlaceKind = {
  name: 'aws-iam-policy',
  type: 'aws-iam-policy',
  async open(stage) {
    const server = new IamServer(NAMES);
    const ways = { state: policiesOf(server), settle: SETTLE, send, refusal };
    return place(server, await startAt(server, stage, ways), () => stage.clock.now());
  },
};

function refusal(how: How): Reply {
  switch (how) {
    case 'throttled':
      return fault('Throttling');
    case 'full':
      return fault('LimitExceeded', 409);
    case 'busy':
      return fault('ConcurrentModification', 409);
    default:
      return fault('AccessDenied', 403);
  }
}

function place(server: IamServer, troubles: Troubles, now: () => number): Place {
  const name = (nth: number) => `ops-${nth}`;
  const policies = (nth: number) => server.users.get(name(nth))?.policies ?? new Map();
  const ours = (nth: number) =>
    [...policies(nth).keys()].find((one) => one.startsWith('hallpass-'));
  /** What other hands have put there, by user. */
  const byHand = new Set<string>();
  const later = () => documentOf(RIGHT, now() + 12 * HOUR);
  return {
    connection: { account: server.account },
    people: Object.fromEntries(NAMES.map((one) => [`${one}@example.com`, one])),
    target: { ...RIGHT, key: 'user' },
    inputs: { user: { type: 'text', label: 'whose rights', pattern: '.*', example: 'ops-1' } },
    asked: (nth) => `user=${name(nth)}`,
    knowsOurs: 'by seal',
    hostile: ['root', 'ops-0', 'ops-1@example.com', '*', 'ops-1/../admin', '__proto__'].map(
      (text) => `user=${text}`,
    ),
    troubles,
    ...AT_AWS,
    endsBy: 'target',
    remove: () => server.users.clear(),
    things: () =>
      [...server.users].flatMap(([user, held]) => thingsOf(user, held.policies, byHand)),
    opens: (nth) => server.allows(name(nth), ACTION, now()),
    put: (nth) => {
      byHand.add(name(nth));
      policies(nth).set(nameOf(server, name(nth)), later());
    },
    edit: (nth) => {
      const policy = ours(nth);
      if (policy !== undefined)
        policies(nth).set(policy, endless(policies(nth).get(policy) ?? '{}'));
    },
    take: (nth) => {
      policies(nth).clear();
      byHand.delete(name(nth));
    },
    stop: () => server.stop(),
  };
}

/** NB. Who its users are is no state of what they hold: that is all that is ever old. */
function policiesOf({ users }: IamServer) {
  return {
    get: () => [...users.values()].map((user) => [user, new Map(user.policies)] as const),
    set: (earlier: readonly (readonly [User, Map<string, string>])[]) => {
      for (const [user, policies] of earlier) user.policies = policies;
    },
  };
}

/** The same policy without its date. */
function endless(text: string): string {
  const { Statement, ...rest } = JSON.parse(text);
  const [{ Condition: _, ...statement }] = Statement;
  return JSON.stringify({ ...rest, Statement: [statement] });
}

function nameOf({ account, users }: IamServer, user: string): string {
  return policyNameOf(account, users.get(user)?.id ?? '', RIGHT);
}

function thingsOf(
  user: string,
  policies: ReadonlyMap<string, string>,
  byHand: ReadonlySet<string>,
): readonly Thing[] {
  return [...policies].map(([name, text]) => ({
    text: `${user} ${name} ${text}`,
    by: byHand.has(user) ? 'hand' : 'bot',
  }));
}
