/** Weights and targets of an application load balancer, by a stand-in that speaks ELB's own protocol. */
import { ActionServer, send } from '../../src/access/aws-elb-action/fixtures/action-server.ts';
import { fault, type Reply } from '../../src/access/aws-elb-action/fixtures/query.ts';
import type { Place, PlaceKind, Thing } from '../place.ts';
import type { How, Troubles } from '../troubles.ts';
import { AT_AWS, startAt } from './aws.ts';

const HOSTILE = ['nobody', '*', 'one-1;', 'one-1&Action=DeleteRule', '__proto__', 'constructor'];
const EACH = Array.from({ length: 200 }, (_, nth) => nth + 1);
const STICKY = (seconds: number) => ({
  TargetGroupStickinessConfig: { Enabled: 'true', DurationSeconds: String(seconds) },
});
const SETTLE = 5_000;

export const ELB_WEIGHTS: PlaceKind = kindOf('aws-elb-action, weights', weights);
export const ELB_REGISTRATION: PlaceKind = kindOf('aws-elb-action, a target', registration);

function kindOf(name: string, own: (server: ActionServer) => Own): PlaceKind {
  return {
    name,
    type: 'aws-elb-action',
    async open(stage) {
      const server = new ActionServer();
      const parts = own(server);
      const state = {
        get: () => ({ rules: server.rules, targets: server.targets }),
        set: (earlier: Pick<ActionServer, 'rules' | 'targets'>) => Object.assign(server, earlier),
      };
      const ways = { state, settle: SETTLE, send, refusal };
      return placeOf(server, await startAt(server, stage, ways), parts);
    },
  };
}

function refusal(how: How): Reply {
  switch (how) {
    case 'throttled':
      return fault('Throttling');
    case 'full':
      return fault('TooManyTargets');
    case 'busy':
      return fault('OperationNotPermitted');
    default:
      return fault('AccessDenied', 403);
  }
}

/** What the two kinds differ in. */
interface Own extends Pick<Place, 'target' | 'remove' | 'others'> {
  readonly isSet: (nth: number) => boolean;
  readonly set: (nth: number) => void;
  readonly reset: (nth: number) => void;
  readonly edit: (nth: number) => void;
}

function weights(server: ActionServer): Own {
  for (const nth of EACH) server.weigh(nth, 100, 0, STICKY(60));
  const rules = Object.fromEntries(EACH.map((nth) => [nameOf(nth), server.rule(nth)]));
  const set = { blue: 0, green: 100 };
  const isSet = (nth: number) => server.weights(nth)?.join() === '0,100';
  return {
    target: { rules, set, otherwise: { blue: 100, green: 0 }, key: 'which' },
    isSet,
    set: (nth) => server.weigh(nth, 0, 100, STICKY(60)),
    reset: (nth) => server.weigh(nth, 100, 0, STICKY(60)),
    edit: (nth) => server.weigh(nth, 70, 30),
    remove: () => {
      server.rules = server.rules.filter(({ isDefault }) => isDefault);
    },
    others: {
      read: (nth) => JSON.stringify(server.actions(nth)).replaceAll(/"Weight":"\d+"/g, ''),
      write: (nth) => server.weigh(nth, 0, 100, STICKY(3_600)),
    },
  };
}

function registration(server: ActionServer): Own {
  const member = (nth: number) => ({ id: `10.0.0.${nth}`, port: 8080 });
  const stored = (nth: number) => ({ id: member(nth).id, port: '8080' });
  const reset = (nth: number) => server.register({ ...stored(nth), state: 'healthy' });
  for (const nth of [...EACH, EACH.length + 1]) reset(nth);
  const servers = Object.fromEntries(EACH.map((nth) => [nameOf(nth), member(nth)]));
  return {
    target: { group: server.group, servers, key: 'which' },
    isSet: (nth) => !server.removed && !server.isRegistered(member(nth).id),
    set: (nth) => server.deregister(stored(nth)),
    reset,
    edit: (nth) => server.register({ ...stored(nth), zone: 'all', state: 'healthy' }),
    remove: () => {
      server.removed = true;
    },
  };
}

function placeOf(server: ActionServer, troubles: Troubles, own: Own): Place {
  const { account, region } = server;
  /** What other hands have set. */
  const byHand = new Set<number>();
  return {
    connection: { account, region },
    target: own.target,
    inputs: { which: { type: 'text', label: 'which', pattern: '.*', example: nameOf(1) } },
    asked: (nth) => `which=${nameOf(nth)}`,
    knowsOurs: 'not at all',
    hostile: HOSTILE.map((text) => `which=${text}`),
    troubles,
    ...AT_AWS,
    endsBy: 'nobody',
    things: () =>
      EACH.filter(own.isSet).map(
        (nth): Thing => ({ text: nameOf(nth), by: byHand.has(nth) ? 'hand' : 'bot' }),
      ),
    opens: own.isSet,
    put: (nth) => {
      byHand.add(nth);
      own.set(nth);
    },
    edit: own.edit,
    take: (nth) => {
      byHand.delete(nth);
      own.reset(nth);
    },
    ...(own.remove && { remove: own.remove }),
    ...(own.others && { others: own.others }),
    stop: () => server.stop(),
  };
}

function nameOf(nth: number): string {
  return `one-${nth}`;
}
