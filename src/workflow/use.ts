/** Looks at how access is used, by what its targets say; and again later, where that shows late. */
import type { Io, Provider, Span, Use } from '../access/provider.ts';
import { ProviderError } from '../access/provider.ts';
import type { Effect } from '../core/effect.ts';
import type { AccessRequest, Active, Finished, Grant } from '../core/request.ts';
import type { GrantUse } from '../core/request-event.ts';
import type { PlannedRight } from '../core/right.ts';
import type { Millis } from '../core/time.ts';
import { nextLook } from '../core/use.ts';
import type { Attempt, Outcome } from './attempt.ts';
import type { Dispatcher } from './dispatch.ts';
import { draft } from './effect-row.ts';
import { oneCall } from './patience.ts';
import type { Shell } from './shell.ts';

type Look = Extract<Effect, { kind: 'use' }>;

const DONE: Outcome = { kind: 'done' };

export function useHandler(shell: Shell, dispatcher: Dispatcher) {
  return async (look: Look, attempt: Attempt): Promise<Outcome> => {
    const request = (await shell.store.request(look.request))?.value;
    if (request === undefined || !isLookedAt(request)) return DONE;
    const uses = await usesOf(shell, request, attempt);
    const command = { kind: 'use', request: request.id, uses } as const;
    const next = request.status === 'active' ? whileActive(shell, request, uses) : undefined;
    const later = next ?? afterwards(shell, request, look);
    const settles = {
      effect: attempt.effect,
      attempt: attempt.number,
      next: { kind: 'done' },
    } as const;
    await dispatcher.dispatch(command, () => ({ settles, effects: later }));
    return { kind: 'settled' };
  };
}

/** NB. What is being taken away is looked at when that is over. */
function isLookedAt(request: AccessRequest): request is Active | Finished {
  return request.status === 'active' || 'finishedAt' in request;
}

/** NB. Where this look ends it, the end has a look of its own, and melts with this one. */
function whileActive(shell: Shell, request: Active, uses: readonly GrantUse[]) {
  const at = nextLook(request, uses, shell.ledger.now());
  const effect: Effect = { kind: 'use', request: request.id, after: 0 };
  return at === undefined ? [] : [draft(effect, at)];
}

/** Once, when all that was done should show. */
function afterwards(shell: Shell, request: Active | Finished, { after }: Look) {
  const lag = Math.max(0, ...request.grants.map((grant) => lagOf(shell, grant)));
  if (after > 0 || lag === 0 || request.status === 'active') return [];
  const effect: Effect = { kind: 'use', request: request.id, after: after + 1 };
  return [draft(effect, shell.ledger.now() + lag)];
}

function lagOf({ providers }: Shell, { right }: Grant): Millis {
  return right.tellsUse ? (providers.get(right.provider)?.capabilities.useLag ?? 0) : 0;
}

async function usesOf(
  shell: Shell,
  request: Active | Finished,
  attempt: Attempt,
): Promise<readonly GrantUse[]> {
  return Promise.all(
    request.grants.map(async (grant) => {
      const { accessId, right } = grant;
      const provider = shell.providers.get(right.provider);
      const use =
        provider?.used === undefined || !right.tellsUse
          ? ({ kind: 'unknown', why: 'its target does not tell' } as const)
          : await asked(shell, provider, right, spanOf(request), attempt);
      const lag = lagOf(shell, grant);
      return { accessId, use, ...(lag === 0 ? {} : { lag }) };
    }),
  );
}

function spanOf(request: Active | Finished): Span {
  return { since: request.startedAt, until: 'finishedAt' in request ? request.finishedAt : null };
}

/** @throws ProviderError for what is throttled alone: that is asked again, with growing pauses */
async function asked(
  shell: Shell,
  provider: Provider,
  { handle }: PlannedRight,
  span: Span,
  { signal }: Attempt,
): Promise<Use> {
  const { callTimeout, useTimeout = callTimeout } = provider.capabilities;
  const call = async (io: Io) => provider.used?.(handle, span, io) ?? SILENT;
  try {
    return await oneCall(shell, useTimeout, call, signal);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code === 'rate-limited') throw error;
    return { kind: 'unknown', why: error.message };
  }
}

const SILENT: Use = { kind: 'unknown', why: 'its target does not tell' };
