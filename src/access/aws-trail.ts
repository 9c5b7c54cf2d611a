/**
 * What somebody did in an account, by the event history of CloudTrail: management events of the last ninety days,
 * region by region, some minutes late. Calls that only touch data (objects, items, messages) are not in it.
 *
 * It is asked by one name at a time, and newest first. What it answers of that name is sorted out here, because the
 * same name may be that of other sessions: by roles, which IAM alone can name, and by ids.
 */
import type { CloudTrailClient, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { DAY, type Instant, MINUTE, SECOND, wholeSecond } from '../core/time.ts';
import * as aws from './aws.ts';
import { type Deed, deedIn, wordsFor } from './aws-trail-deed.ts';
import { Pace } from './aws-trail-pace.ts';
import type { Finding, Io, Span, Use } from './provider.ts';
import { ProviderError } from './provider.ts';

type Sdk = typeof import('@aws-sdk/client-cloudtrail');

/** AWS speaks of five minutes on average and promises none; others have seen fifteen. */
export const TRAIL_LAG = 20 * MINUTE;
/** Several pages at its pace, and it is slow in us-east-1. */
export const TRAIL_TIMEOUT = 15 * SECOND;
/** Of fifty events each, and of each region. */
const MOST_PAGES = 6;
const KEPT = 90 * DAY;
const MOST_KINDS = 50;
/** Where what belongs to no region is written down: IAM, Route 53, CloudFront. */
const GLOBAL = 'us-east-1';

export const trailShape = z
  .strictObject({
    profile: aws.profileShape.meta({
      description:
        'A profile that may look up events in the account that is opened; that of the provider if left out',
      examples: ['hallpass-prod'],
    }),
    regions: z
      .array(aws.regionShape)
      .min(1)
      .max(20)
      .meta({
        description: 'Every region in which it can be used: what is done elsewhere does not show',
        examples: [['eu-central-1', GLOBAL]],
      }),
  })
  .optional()
  .meta({
    description:
      'By CloudTrail it is told what was done, and what is not used goes back; not told if left out',
    examples: [{ profile: 'hallpass-prod', regions: ['eu-central-1', GLOBAL] }],
  });

export interface Where {
  readonly account: string;
  readonly profile: string | null;
  readonly regions: readonly string[];
}

/** Who had the access, and what of theirs is done by it. */
export interface Whom {
  /** By which it is looked up: of a user, or of a session. */
  readonly name: string;
  /** `perhaps`: it was them, and nobody can tell whether by this access. */
  by(deed: Deed): 'access' | 'perhaps' | 'other';
}

/** What one region shows. */
interface View {
  readonly deeds: readonly Deed[];
  /** There is more from before this, which was not read. */
  readonly from?: Instant;
}

export class Trail {
  readonly #pace: Pace;
  readonly #cloudTrail = new aws.Service<Sdk, CloudTrailClient>(
    '@aws-sdk/client-cloudtrail',
    () => import('@aws-sdk/client-cloudtrail'),
    (sdk, settings) => new sdk.CloudTrailClient(settings),
  );

  constructor(clock: Pick<Clock, 'monotonic' | 'after'>) {
    this.#pace = new Pace(clock);
  }

  /** @throws ProviderError unless every region was read, and shows the account that policy names */
  async used(where: Where, whom: Whom, span: Span, io: Io): Promise<Use> {
    const since = wholeSecond(Math.max(span.since, io.now - KEPT));
    const views = await Promise.all(
      where.regions.map((region) => this.#view(region, where, whom, { ...span, since }, io)),
    );
    // What belongs to no region may be shown by several.
    const deeds = [...new Map(views.flatMap((view) => view.deeds).map((d) => [d.id, d])).values()];
    await this.#prove(where, deeds, io);
    const isWithin = ({ at }: Deed) => at >= since && (span.until === null || at <= span.until);
    const froms = views.flatMap(({ from }) => from ?? []);
    const forgotten = since > wholeSecond(span.since) ? [since] : [];
    return useOf(deeds.filter(isWithin), whom, [...froms, ...forgotten]);
  }

  /** May it be asked in each region, and does it show this account? */
  async examine(where: Where, io: Io): Promise<readonly Finding[]> {
    const found = await Promise.all(where.regions.map((region) => this.#shown(region, where, io)));
    const isWorldwide = where.regions.some((region) => !/^(cn|us-gov|us-iso)/.test(region));
    if (!isWorldwide || where.regions.includes(GLOBAL)) return found;
    const message = `CloudTrail is not read in ${GLOBAL}, where IAM and other global services are written down.`;
    return [...found, { level: 'warning', message }];
  }

  async #shown(region: string, where: Where, io: Io): Promise<Finding> {
    const place = `CloudTrail in ${region}`;
    try {
      const deed = await this.#latest(region, where, io);
      if (deed === undefined)
        return { level: 'warning', message: `${place} shows nothing so far.` };
      proveOf(where, [deed]);
      return { level: 'ok', message: `${place} shows what is done in ${where.account}.` };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      return { level: 'fault', message: error.message };
    }
  }

  /** NB. With the credentials of another account nothing shows of anybody, which proves nothing. */
  async #prove(where: Where, deeds: readonly Deed[], io: Io): Promise<void> {
    if (deeds.length > 0) return proveOf(where, deeds);
    for (const region of where.regions) {
      const deed = await this.#latest(region, where, io);
      if (deed !== undefined) return proveOf(where, [deed]);
    }
    throw new ProviderError('bad-answer', 'CloudTrail shows nothing at all, of whichever account');
  }

  async #latest(region: string, where: Where, io: Io): Promise<Deed | undefined> {
    const { events } = await this.#ask(region, where, { MaxResults: 1 }, io);
    return events[0] === undefined ? undefined : deedIn(events[0].CloudTrailEvent);
  }

  async #view(region: string, where: Where, { name }: Whom, span: Span, io: Io): Promise<View> {
    const asked = {
      LookupAttributes: [{ AttributeKey: 'Username' as const, AttributeValue: name }],
      StartTime: new Date(span.since),
      ...(span.until === null ? {} : { EndTime: new Date(span.until) }),
    };
    const deeds: Deed[] = [];
    let more: { NextToken?: string } = {};
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { events, next } = await this.#ask(region, where, { ...asked, ...more }, io);
      deeds.push(...events.map((event) => deedIn(event.CloudTrailEvent)));
      if (next === undefined || next === '') return { deeds };
      more = { NextToken: next };
    }
    return { deeds, from: Math.min(io.now, ...deeds.map(({ at }) => at)) };
  }

  async #ask(region: string, { account, profile }: Where, asked: LookupEventsCommandInput, io: Io) {
    const { sdk, client } = await this.#cloudTrail.client(region, profile);
    await this.#pace.turn(`${account} ${region}`, io.signal);
    const options = { abortSignal: io.signal };
    const service = `CloudTrail in ${region}`;
    const command = new sdk.LookupEventsCommand(asked);
    const answer = await client.send(command, options).catch((error: unknown) => {
      throw aws.faultOf({ ...ERRORS, service }, error, io.signal);
    });
    return { events: aws.listed(answer.Events, `${service}: events`), next: answer.NextToken };
  }
}

const NEVER = /(?!)/;

const ERRORS: Omit<aws.Errors, 'service'> = {
  meanings: [
    [/^Invalid(TimeRange|LookupAttributes|MaxResults)Exception$/, 'misconfigured'],
    [/^InvalidNextTokenException$/, 'bad-answer'],
    [/^(OperationNotPermitted|UnsupportedOperation)Exception$/, 'permission-denied'],
  ],
  gone: NEVER,
  full: NEVER,
  noRoom: '',
};

function proveOf({ account }: Where, deeds: readonly Deed[]): void {
  if (deeds.some((deed) => deed.account !== account))
    throw new ProviderError(
      'permission-denied',
      `CloudTrail shows another account than ${account}`,
    );
}

function useOf(deeds: readonly Deed[], whom: Whom, unread: readonly Instant[]): Use {
  const own = deeds.filter((deed) => whom.by(deed) === 'access');
  const doubtful = deeds.filter((deed) => whom.by(deed) === 'perhaps');
  const froms = [...unread, ...doubtful.map(({ at }) => at)];
  const from = froms.length === 0 ? {} : { from: Math.max(...froms) };
  if (own.length === 0) return { kind: 'unused', ...from };
  const lastAt = Math.max(...own.map(({ at }) => at));
  return { kind: 'used', count: own.length, lastAt, what: kindsOf(own), ...from };
}

/** What was done most comes first. */
function kindsOf(deeds: readonly Deed[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const words of deeds.map(wordsFor)) counts.set(words, (counts.get(words) ?? 0) + 1);
  const all = [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return all.slice(0, MOST_KINDS).map(([words]) => words);
}
