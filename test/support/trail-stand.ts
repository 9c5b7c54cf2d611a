/**
 * CloudTrail's event history as far as looking up by one name goes, in its own words: JSON 1.1, region by region,
 * newest first, so much later than it was done, and twice a second at most where there is a clock to tell by.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant, Millis } from '../../src/core/time.ts';
import { formatInstant, SECOND } from '../../src/core/time.ts';

export const ACCOUNT = '123456789012';
const MOST = 50;

export interface Done {
  readonly at: Instant;
  readonly call?: string;
  readonly source?: string;
  readonly region?: string;
  readonly account?: string;
  /** By which it is looked up. */
  readonly name: string;
  readonly by: object;
  /** Instead of all the rest. */
  readonly text?: string;
}

interface Asked {
  readonly LookupAttributes?: readonly { AttributeKey: string; AttributeValue: string }[];
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface Reply {
  readonly status: number;
  readonly body: object;
}

export class TrailStand {
  readonly events: Done[] = [];
  /** In which region each was asked, and what. */
  readonly asked: { readonly region: string; readonly asked: Asked; readonly at: Millis }[] = [];
  /** What is answered instead, if anything. */
  instead: (region: string) => Reply | undefined = () => undefined;
  /** How long after it was done something shows. */
  lag: Millis = 0;
  pageSize = MOST;
  readonly #now: (() => Instant) | undefined;
  readonly #server: Server;

  constructor(now?: () => Instant) {
    this.#now = now;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const asked = JSON.parse(Buffer.concat(parts).toString('utf8')) as Asked;
    const scope = /Credential=[^/]+\/\d+\/([a-z0-9-]+)\/cloudtrail\//;
    const region = scope.exec(request.headers.authorization ?? '')?.[1] ?? '';
    this.asked.push({ region, asked, at: this.#now?.() ?? 0 });
    const isLookup = request.headers['x-amz-target'] === 'CloudTrail_20131101.LookupEvents';
    const answer = isLookup ? this.#answer(region, asked) : fault('UnknownOperationException');
    const { status, body } = this.instead(region) ?? answer;
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(body));
  }

  #answer(region: string, asked: Asked): Reply {
    const { LookupAttributes = [], MaxResults = MOST, NextToken = '0' } = asked;
    if (this.#isTooOften(region)) return fault('ThrottlingException');
    if (LookupAttributes.length > 1) return fault('InvalidLookupAttributesException');
    if (MaxResults > MOST) return fault('InvalidMaxResultsException');
    const [start, end] = [1_000 * (asked.StartTime ?? 0), 1_000 * (asked.EndTime ?? Infinity)];
    if (start > end) return fault('InvalidTimeRangeException');
    const all = this.events
      .filter(({ at, ...event }) => (event.region ?? 'eu-central-1') === region && this.#shows(at))
      .filter(({ at }) => at >= start && at <= end)
      .filter(({ name }) => LookupAttributes.every(({ AttributeValue }) => AttributeValue === name))
      .sort((one, other) => other.at - one.at);
    const [from, size] = [Number(NextToken), Math.min(MaxResults, this.pageSize)];
    const next = from + size < all.length ? { NextToken: String(from + size) } : {};
    const Events = all.slice(from, from + size).map((event) => this.#shown(event, region));
    return { status: 200, body: { Events, ...next } };
  }

  #shows(at: Instant): boolean {
    return this.#now === undefined || at + this.lag <= this.#now();
  }

  #isTooOften(region: string): boolean {
    if (this.#now === undefined) return false;
    const lately = this.#now() - SECOND;
    return this.asked.filter((one) => one.region === region && one.at > lately).length > 2;
  }

  #shown(done: Done, region: string) {
    const { at, call = 'StopInstances', source = 'ec2.amazonaws.com', account = ACCOUNT } = done;
    const eventID = `event-${this.events.indexOf(done)}`;
    const record = {
      eventVersion: '1.08',
      userIdentity: done.by,
      eventTime: formatInstant(at),
      eventSource: source,
      eventName: call,
      awsRegion: region,
      eventID,
      eventType: 'AwsApiCall',
      recipientAccountId: account,
    };
    const CloudTrailEvent = done.text ?? JSON.stringify(record);
    return { EventId: eventID, EventTime: at / 1_000, EventName: call, CloudTrailEvent };
  }
}

export function fault(code: string, status = 400): Reply {
  return { status, body: { __type: code, message: 'said the stand-in' } };
}

/** A session of a role that Identity Center made for a permission set. */
export function inSession(name: string, set: string, account = ACCOUNT): Pick<Done, 'name' | 'by'> {
  const path = 'aws-reserved/sso.amazonaws.com/eu-central-1';
  return { name, by: sessionIn(name, `${path}/AWSReservedSSO_${set}_0123456789abcdef`, account) };
}

/** A session of any role. @param role with its path */
export function sessionIn(name: string, role: string, account = ACCOUNT): object {
  const arn = `arn:aws:iam::${account}:role/${role}`;
  return {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLE0000000000:${name}`,
    accountId: account,
    sessionContext: { sessionIssuer: { type: 'Role', arn, accountId: account } },
  };
}

export function asUser(name: string, principalId: string): Pick<Done, 'name' | 'by'> {
  return { name, by: { type: 'IAMUser', principalId, accountId: ACCOUNT, userName: name } };
}
