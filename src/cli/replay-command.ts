/** `hallpass policy replay`: page by page, so that a long past needs no more memory than a short one. */
import type { Policy } from '../core/policy.ts';
import type { AccessRequest } from '../core/request.ts';
import { formatInstant, parseDuration } from '../core/time.ts';
import { readPolicyFile } from '../policy-file.ts';
import type { Store } from '../store/store.ts';
import type { Command, Io } from './command.ts';
import { readArgs, WrongCall } from './command.ts';
import { withStore } from './database.ts';
import { policyCheck } from './policy-check.ts';
import { policyContext } from './policy-context.ts';
import { OUTCOMES, type Past, type Replayed, replayed } from './policy-replay.ts';
import { settings } from './settings.ts';

const PAGE = 500;

export const policyReplayCommand: Command = {
  help: [
    'Usage: hallpass policy replay --against <file> [--since <duration>] [--json]',
    '',
    'Asks again, under that policy, what was asked of this installation (DATABASE_URL), and lists the requests of',
    'which something else would come. It can run while Hallpass runs. --since 90d: only what was asked within',
    'that time. --json: a line for each change, and one for the summary. What the past does not tell is listed as',
    'unknown. Exit code 0, whatever changes. 1: the policy or the database cannot be read.',
  ].join('\n'),
  async run(args, io) {
    const options = {
      against: { type: 'string' },
      since: { type: 'string' },
      json: { type: 'boolean' },
    } as const;
    const { values } = readArgs(args, options);
    const { against, since, json = false } = values;
    if (against === undefined) throw new WrongCall('Name the policy to replay under (--against).');
    const length = since === undefined ? Number.POSITIVE_INFINITY : parseDuration(since);
    if (length === undefined) throw new WrongCall(`--since ${since} is no duration.`);
    const reading = readPolicyFile(against, policyContext());
    if (reading.kind === 'faulty') return policyCheck(against, io);
    const config = settings({ local: false, offline: true }, io);
    if (config === undefined) return 1;
    const quiet = json ? { ...io, out: () => undefined } : io;
    const tell = json ? jsonTeller(io) : tableTeller(io);
    const from = Date.now() - length;
    return withStore(config, quiet, async (store) => {
      await replayAll(store, reading.policy, from, tell);
      return 0;
    });
  },
};

type Counts = Readonly<Record<Replayed['outcome'], number>>;

export interface Teller {
  readonly change: (past: Past, replayed: Replayed) => void;
  readonly summary: (counts: Counts) => void;
}

/** Everything that was asked at `from` or later, in the order of ids. */
export async function replayAll(
  store: Store,
  policy: Policy,
  from: number,
  tell: Teller,
): Promise<void> {
  const counts = {
    same: 0,
    'role-gone': 0,
    refused: 0,
    shorter: 0,
    automatic: 0,
    approvers: 0,
    unknown: 0,
  };
  for (let after = ''; ; ) {
    const page = await store.requestsAfter(after, PAGE);
    for (const { value } of page) {
      after = value.id;
      if (value.askedAt < from) continue;
      const past = await pastOf(value, store);
      const came = replayed(past, policy);
      counts[came.outcome] += 1;
      if (came.outcome !== 'same') tell.change(past, came);
    }
    if (page.length < PAGE) return tell.summary(counts);
  }
}

async function pastOf(request: AccessRequest, store: Store): Promise<Past> {
  const emailOf = async (id: AccessRequest['requester']) =>
    (await store.person(id))?.value.principal.email ?? '';
  const { reason, requester, approvals } = request;
  return {
    request,
    requester: await emailOf(requester),
    approvers: await Promise.all(approvals.map(({ by }) => emailOf(by))),
    reason: reason === null ? '' : (await store.text(reason.digest))?.text,
  };
}

function tableTeller({ out }: Io): Teller {
  return {
    change: ({ request: { id, askedAt, role }, requester }, { outcome, why }) =>
      out([id, formatInstant(askedAt), outcome.padEnd(9), role.name, requester, why].join('  ')),
    summary: (counts) => {
      const all = OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
      const parts = OUTCOMES.map((outcome) => `${counts[outcome]} ${outcome}`);
      out(`${all} requests: ${parts.join(', ')}.`);
    },
  };
}

function jsonTeller({ out }: Io): Teller {
  return {
    change: ({ request: { id, askedAt, role }, requester }, { outcome, why }) =>
      out(JSON.stringify({ request: id, askedAt, role: role.name, requester, outcome, why })),
    summary: (counts) => out(JSON.stringify({ summary: counts })),
  };
}
