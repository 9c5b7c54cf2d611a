/**
 * What all providers at AWS have in common: whose account it is, how a service is asked by its SDK, and what
 * its errors mean. The packages of the SDK themselves are each known to one provider alone.
 */
import { z } from 'zod';
import type { Answer, Finding } from './provider.ts';
import { ProviderError, type ProviderErrorCode } from './provider.ts';

export const accountShape = z
  .string()
  .regex(/^\d{12}$/, 'the twelve digits of the account')
  .meta({
    description: 'Whose credentials these have to be: nothing is written anywhere else',
    examples: ['123456789012'],
  });

export const profileShape = z
  .string()
  .regex(/^[\w.@/+-]{1,100}$/, 'the name of a profile')
  .nullable()
  .default(null)
  .meta({
    description:
      'A profile of the AWS configuration, which may assume a role; the usual credentials if left out',
    examples: ['hallpass'],
  });

export const regionShape = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-central-1')
  .meta({ description: 'Where it is', examples: ['eu-central-1'] });

/** More pages than anything has that is asked about here. */
export const MOST_PAGES = 100;

const CONNECTING = 3_000;
const ANSWERING = 8_000;

/**
 * For a client of the SDK. It tries nothing twice by itself: a second attempt of its own would find the first
 * one's work and take it for somebody else's. Nothing waits for ever.
 */
export function clientSettings(region: string, profile: string | null) {
  return {
    region,
    ...(profile === null ? {} : { profile }),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTING,
      requestTimeout: ANSWERING,
      throwOnRequestTimeout: true,
    },
  };
}

/** One package of the SDK, loaded when something is first asked of it: most installations need none. */
export class Service<Sdk, Client> {
  readonly #name: string;
  readonly #load: () => Promise<Sdk>;
  readonly #make: (sdk: Sdk, settings: ReturnType<typeof clientSettings>) => Client;
  readonly #clients = new Map<string, Client>();
  #sdk: Promise<Sdk> | undefined;

  constructor(
    name: string,
    load: () => Promise<Sdk>,
    make: (sdk: Sdk, settings: ReturnType<typeof clientSettings>) => Client,
  ) {
    this.#name = name;
    this.#load = load;
    this.#make = make;
  }

  /** @throws ProviderError when the package is not installed */
  async client(
    region: string,
    profile: string | null,
  ): Promise<{ readonly sdk: Sdk; readonly client: Client }> {
    const sdk = await this.#loaded();
    const key = `${region} ${profile ?? ''}`;
    const client = this.#clients.get(key) ?? this.#make(sdk, clientSettings(region, profile));
    this.#clients.set(key, client);
    return { sdk, client };
  }

  #loaded(): Promise<Sdk> {
    this.#sdk ??= this.#load().catch((cause: unknown) => {
      this.#sdk = undefined;
      throw new ProviderError('misconfigured', `the package ${this.#name} is missing`, { cause });
    });
    return this.#sdk;
  }
}

type Meaning = readonly [names: RegExp, code: ProviderErrorCode];

/** By https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and the common errors of IAM. */
const COMMON: readonly Meaning[] = [
  [
    /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException)$/,
    'rate-limited',
  ],
  [/^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthFailure)$/, 'permission-denied'],
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|InvalidClientTokenId)$/,
    'permission-denied',
  ],
  [/^(OptInRequired|Blocked|PendingVerification|SignatureDoesNotMatch)$/, 'permission-denied'],
  [
    /^(CredentialsProviderError|TokenProviderError|MissingAuthenticationToken)$/,
    'permission-denied',
  ],
];

/** How one service names what goes wrong there, besides what all of them have. */
export interface Errors {
  /** As people call it. */
  readonly service: string;
  readonly meanings: readonly Meaning[];
  /** What is not there any more. */
  readonly gone: RegExp;
  /** NB. A limit that is reached is no throttling: trying again cannot help. */
  readonly full: RegExp;
  /** What is said then. */
  readonly noRoom: string;
}

export function isNamed(error: unknown, names: RegExp): boolean {
  return error instanceof Error && names.test(error.name);
}

/** @returns what to throw; what is gone and what is full keep their own names */
export function faultOf(errors: Errors, error: unknown, signal: AbortSignal): Error {
  if (!(error instanceof Error) || error instanceof ProviderError) return error as Error;
  const { service, meanings, full, gone } = errors;
  if (signal.aborted || error.name === 'TimeoutError')
    return new ProviderError('timeout', `${service} did not answer in time`, { cause: error });
  if (isNamed(error, full) || isNamed(error, gone)) return error;
  const known = [...meanings, ...COMMON].find(([names]) => names.test(error.name));
  return new ProviderError(known?.[1] ?? 'unavailable', `${service}: ${error.name}`, {
    cause: error,
  });
}

/** A write that threw: what it means for the access. What is gone is for the provider to tell. */
export function answerOf({ full, noRoom }: Errors, error: unknown): Answer {
  if (isNamed(error, full)) return { kind: 'failed', class: 'quota', why: noRoom };
  if (!(error instanceof ProviderError)) throw error;
  switch (error.code) {
    case 'conflict':
      return { kind: 'conflict', why: error.message };
    case 'rate-limited':
      return { kind: 'throttled', retryAfter: error.retryAfter };
    case 'permission-denied':
      return { kind: 'failed', class: 'auth', why: error.message };
    case 'misconfigured':
      return { kind: 'failed', class: 'config', why: error.message };
    default:
      throw error;
  }
}

/**
 * NB. What has nothing to list says so by an empty list. An answer without any says nothing: it must not be read as
 * if nothing were there.
 *
 * @param what of the service, as people call it
 */
export function listed<T>(list: readonly T[] | undefined, what: string): readonly T[] {
  if (list !== undefined) return list;
  throw new ProviderError('bad-answer', `${what} are not in the answer`);
}

/** Something that the bot never does, and was allowed all the same. */
export function besides(what: string): Finding {
  const message = `The bot may also ${what}, which it never does: see examples/aws.`;
  return { level: 'warning', message };
}

/** What the bot never does, by a call that shows whether it may. */
export type Needless = readonly [what: string, ask: () => Promise<unknown>];

/** @returns what was answered, and should have been refused */
export async function answered(tries: readonly Needless[]): Promise<readonly string[]> {
  const shown = await Promise.all(
    tries.map(([, ask]) =>
      ask().then(
        () => true,
        () => false,
      ),
    ),
  );
  return tries.flatMap(([what], nth) => (shown[nth] === true ? [what] : []));
}
