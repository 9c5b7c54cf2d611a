/** A stand-in of an AWS service, where the SDK finds it, that goes wrong as it is told. */
import type { ServerResponse } from 'node:http';
import type { Millis } from '../../src/core/time.ts';
import type { Stage } from '../../test/stories/stage.ts';
import type { Place } from '../place.ts';
import { type How, Troubles, type What } from '../troubles.ts';
import { Staleness, type State } from './staleness.ts';
import { BY_WIRE, type Exchange, exchange } from './wire.ts';

/** By which the bot signs: it is said nowhere. */
const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const FAULTS: readonly How[] = [...BY_WIRE, 'throttled', 'forbidden'];

/** What is the same at all of them. Nothing here is anywhere else than on this machine. */
export const AT_AWS = {
  can: { read: [...FAULTS, 'stale'], write: [...FAULTS, 'full', 'busy'] },
  saysWhen: false,
  secrets: [SECRET],
  around: (provider) => ({ ...provider, isLocal: () => true }),
} satisfies Partial<Place>;

interface StandIn<Reply> {
  listen(): Promise<string>;
  /** Stands between the line and what is answered. */
  hook: (
    line: Pick<Exchange, 'request' | 'response'>,
    what: What,
    answer: () => Reply,
  ) => Promise<void> | void;
}

interface Ways<Reply, T> {
  readonly state: State<T>;
  /** How long after a write its old state may still be read. */
  readonly settle: Millis;
  readonly send: (response: ServerResponse, reply: Reply) => void;
  /** How the service says no. */
  readonly refusal: (how: How, answer: () => Reply) => Reply;
}

/** Starts it, and tells the SDK where it is. @returns by what it is told to go wrong */
export async function startAt<Reply, T>(
  server: StandIn<Reply>,
  { clock }: Stage,
  { state, settle, send, refusal }: Ways<Reply, T>,
): Promise<Troubles> {
  const now = () => clock.now();
  const troubles = new Troubles(now);
  const staleness = new Staleness(state, settle, now);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: await server.listen(),
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  server.hook = (line, what, answer) =>
    exchange(line, troubles, what, {
      async answer(isHeard) {
        const reply = staleness.keeping(what, answer);
        if (isHeard) send(line.response, reply);
      },
      refuse: ({ how }) =>
        send(line.response, how === 'stale' ? staleness.earlier(answer) : refusal(how, answer)),
    });
  return troubles;
}
