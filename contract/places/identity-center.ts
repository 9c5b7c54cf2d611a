/** Assignments and a group of Identity Center, by a stand-in that speaks its protocol and Scheduler's. */
import {
  CenterServer,
  fault,
  type Reply,
  send,
} from '../../src/access/aws-identity-center/fixtures/center-server.ts';
import { invariant } from '../../src/core/invariant.ts';
import type { Place, PlaceKind, Thing } from '../place.ts';
import type { How, Troubles } from '../troubles.ts';
import { AT_AWS, startAt } from './aws.ts';

const SETTLE = 10_000;
const PEOPLE = Array.from({ length: 200 }, (_, nth) => emailOf(nth + 1));
const HOSTILE = ['root', 'nobody@example.com', '*', '', 'ops-1', 'ops-1@example.com;', '__proto__'];

type Kind = 'assignment' | 'membership';

export const ASSIGNMENT: PlaceKind = kindOf('aws-identity-center', 'assignment');
export const MEMBERSHIP: PlaceKind = kindOf('aws-identity-center, a group', 'membership');

function kindOf(name: string, kind: Kind): PlaceKind {
  return {
    name,
    type: 'aws-identity-center',
    async open(stage) {
      const server = new CenterServer(PEOPLE);
      const troubles = await startAt(server, stage, {
        ...{ state: heldBy(server), settle: SETTLE, send },
        refusal: (how, answer) => refusal(how, server, answer),
      });
      const { hook } = server;
      server.hook = (line, what, answer) => {
        server.ring(stage.clock.now());
        // NB. Scheduler is another service, and well while this one is not.
        return what === 'arm' ? send(line.response, answer()) : hook(line, what, answer);
      };
      return new CenterPlace(server, kind, troubles, () => stage.clock.now());
    },
  };
}

function heldBy({ assignments, members }: CenterServer) {
  return {
    get: () => [[...assignments], [...members]] as const,
    set: (earlier: readonly (readonly string[])[]) => {
      for (const [nth, held] of [assignments, members].entries()) {
        held.clear();
        for (const one of earlier[nth] ?? []) held.add(one);
      }
    },
  };
}

function emailOf(nth: number): string {
  return `ops-${nth}@example.com`;
}

function refusal(how: How, server: CenterServer, answer: () => Reply): Reply {
  switch (how) {
    case 'throttled':
      return fault('ThrottlingException');
    case 'full':
      return fault('ServiceQuotaExceededException');
    case 'busy':
      return fault('ConflictException');
    case 'fails later':
      server.failsNext = true;
      return answer();
    default:
      return fault('AccessDeniedException');
  }
}

export function centerOf({ place }: { readonly place: Place }): CenterPlace {
  invariant(place instanceof CenterPlace, 'it is played at Identity Center');
  return place;
}

export class CenterPlace implements Place {
  readonly connection: object;
  readonly target: object;
  readonly inputs = { who: { type: 'text', label: 'who', pattern: '.*', example: emailOf(1) } };
  readonly knowsOurs = 'not at all';
  readonly hostile = HOSTILE.map((text) => `who=${text}`);
  readonly troubles: Troubles;
  readonly can: Place['can'];
  readonly endsBy: Place['endsBy'];
  readonly saysWhen = AT_AWS.saysWhen;
  readonly secrets = AT_AWS.secrets;
  /** What it is played at, to be looked at and changed past the provider. */
  readonly server: CenterServer;
  readonly #kind: Kind;
  readonly #now: () => number;
  /** What other hands have put there. */
  readonly #byHand = new Set<string>();

  constructor(server: CenterServer, kind: Kind, troubles: Troubles, now: () => number) {
    const { region, instance, store, account, permissionSet, group } = server;
    const isAssignment = kind === 'assignment';
    const timer = { role: `arn:aws:iam::${account}:role/hallpass-timer` };
    this.connection = { region, instance, store, ...(isAssignment && { timer }) };
    this.target = { ...(isAssignment ? { account, permissionSet } : { group }), key: 'who' };
    this.endsBy = isAssignment ? 'timer' : 'nobody';
    const { read, write } = AT_AWS.can;
    this.can = { read, write: isAssignment ? [...write, 'fails later'] : write };
    this.troubles = troubles;
    this.server = server;
    this.#kind = kind;
    this.#now = now;
  }

  around: Place['around'] = AT_AWS.around;

  asked: Place['asked'] = (nth) => `who=${emailOf(nth)}`;

  things: Place['things'] = () =>
    [...this.#held()].map((text): Thing => ({ text, by: this.#byHand.has(text) ? 'hand' : 'bot' }));

  opens: Place['opens'] = (nth) => this.#held().has(this.#nameOf(nth));

  put: Place['put'] = (nth) => {
    const name = this.#nameOf(nth);
    this.#byHand.add(name);
    this.#held().add(name);
  };

  take: Place['take'] = (nth) => {
    const name = this.#nameOf(nth);
    this.#byHand.delete(name);
    this.#held().delete(name);
  };

  remove: Place['remove'] = () => {
    this.#held().clear();
    this.server.removed = true;
  };

  stop: Place['stop'] = () => this.server.stop();

  #held(): Set<string> {
    this.server.ring(this.#now());
    return this.#kind === 'assignment' ? this.server.assignments : this.server.members;
  }

  #nameOf(nth: number): string {
    const userId = this.server.users.get(emailOf(nth)) ?? '';
    return this.#kind === 'assignment' ? this.server.keyOf(userId) : userId;
  }
}
