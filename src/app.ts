/**
 * The composition root: the only file that knows which adapters exist in this run. Reads top to
 * bottom as a list of what Hallpass is made of; decides nothing.
 */
import { randomBytes } from 'node:crypto';
import { MemoryGate } from './access/memory/gate.ts';
import { memoryReport } from './access/memory/report.ts';
import type { Provider } from './access/provider.ts';
import { providers as allProviders } from './access/registry.ts';
import type { Insight } from './chat/local/page/insight.ts';
import type { LocalWorkspace } from './chat/local/workspace.ts';
import type { HttpHandler, Platform } from './chat/platform.ts';
import { platforms as allPlatforms, platformNames } from './chat/registry.ts';
import { verifyAudit } from './cli/audit-verify.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { type Config, isLocal } from './config.ts';
import { policyHashOf } from './core/ids.ts';
import type { GateReport } from './core/insight.ts';
import { policyDiff } from './core/policy-diff.ts';
import { formatIssue } from './core/policy-issue.ts';
import { SECOND } from './core/time.ts';
import type { HttpServer } from './http.ts';
import { createHttpServer } from './http.ts';
import { inProcessRunner } from './jobs/in-process.ts';
import type { Runner } from './jobs/runner.ts';
import type { Log } from './log.ts';
import { rosters as allRosters } from './oncall/registry.ts';
import type { PolicyChange } from './policy-file.ts';
import { PolicyHolder } from './policy-file.ts';
import { openAddresses } from './store/addresses.ts';
import { openLocalLog } from './store/local-log.ts';
import { openSqlite } from './store/sqlite.ts';
import type { Store } from './store/store.ts';
import { adoptPolicy, rejectPolicy } from './workflow/adopt.ts';
import type { Service } from './workflow/service.ts';
import { createService } from './workflow/service.ts';

/** What a test or a demo brings along instead of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  readonly random?: (bytes: number) => Uint8Array;
  readonly store?: Store;
  readonly runner?: Runner;
  /** The memory provider's gate, so that it outlives a restart of the app. */
  readonly gate?: MemoryGate;
  /** The local workspace, likewise. */
  readonly workspace?: LocalWorkspace;
  /** What the gate itself answers, where that is more than what the memory provider's would. */
  readonly askGate?: () => Promise<GateReport | null>;
  /** How much one account may ask at once, where a few play very many. */
  readonly burst?: number;
  /** The local workspace may be served beyond loopback: somebody said so in so many words. */
  readonly exposed?: boolean;
  /** Stands between the program and its adapters, for whoever must see each call. */
  readonly around?: Around;
}

export interface Around {
  readonly platform: (platform: Platform) => Platform;
  readonly provider: (provider: Provider) => Provider;
}

const NOTHING_AROUND: Around = {
  platform: (platform) => platform,
  provider: (provider) => provider,
};

export interface App {
  readonly service: Service;
  readonly policy: PolicyHolder;
  /** @returns the port that HTTP is served on, null when nothing is served */
  start(): Promise<number | null>;
  stop(): Promise<void>;
  settle(): Promise<void>;
  /** Reads the policy file again, as SIGHUP does; resolves when what came of it is committed. */
  reload(): Promise<PolicyChange>;
}

/** @throws PolicyFileError, LocalOnlyError, StoreError */
export async function createApp(config: Config, log: Log, overrides: Overrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const gate = overrides.gate ?? new MemoryGate(clock);
  const { around = NOTHING_AROUND } = overrides;
  const all = new Map(
    [...allProviders({ gate, clock, webhook: config.webhook })].map(([type, provider]) => [
      type,
      around.provider(provider),
    ]),
  );
  const providers = isLocal(config) ? onThisMachineOnly(all) : all;
  const rosters = allRosters(config, clock);
  let onChange: (change: PolicyChange) => void = () => {};
  const policy = new PolicyHolder({
    file: config.policyPath,
    context: { providers, platforms: platformNames(config), rosters: [...rosters.keys()] },
    clock,
    onChange: (change) => onChange(change),
  });
  if (isLocal(config) && !overrides.exposed) refuseOtherMachines(config.host);
  for (const warning of policy.warnings) log.warn({}, formatIssue(config.policyPath, warning));

  const store = overrides.store ?? openSqlite({ file: config.databasePath, log });
  const runner = overrides.runner ?? (await runnerFor(config, clock, log));
  const localLog = keepsLocalChat(config, overrides)
    ? openLocalLog(config.databasePath)
    : undefined;
  const addresses = config.teams === undefined ? undefined : openAddresses(config.databasePath);
  const askGate = overrides.askGate ?? (async () => memoryReport(gate, policy.current));
  const { http, hangUp, ...chat } = await allPlatforms({
    config,
    clock,
    log,
    policy: policy.current,
    workspace: overrides.workspace,
    localLog,
    addresses,
    exposed: overrides.exposed,
    insight: () => insightOf(service, askGate),
  });
  const platforms = chat.platforms.map(around.platform);
  const service = await createService({
    store,
    clock,
    log,
    runner,
    platforms,
    providers,
    rosters,
    policy: () => policy.current,
    settings: { ...config.delays, chatTimeout: 10 * SECOND },
    random: overrides.random ?? randomBytes,
    burst: overrides.burst,
  });
  const server = createServer(http, platforms, runner);
  const adoptions = new Adoptions(service, log, config.policyPath);
  onChange = (change) => adoptions.take(change);

  return {
    service,
    policy,
    async start() {
      await service.start();
      policy.watch();
      return server === null ? null : server.listen(config.port, config.host);
    },
    async stop() {
      policy.close();
      hangUp();
      await server?.close();
      await adoptions.stop();
      await service.stop();
      localLog?.close();
      addresses?.close();
    },
    settle: () => service.settle(),
    async reload() {
      const change = policy.reload();
      await adoptions.settled();
      return change;
    },
  };
}

async function runnerFor(config: Config, clock: Clock, log: Log): Promise<Runner> {
  if (config.redisUrl === undefined) return inProcessRunner({ clock, log });
  const { bullmqRunner } = await import('./jobs/bullmq.ts');
  return bullmqRunner({ url: config.redisUrl.reveal(), clock, log });
}

function createServer(
  handlers: readonly HttpHandler[],
  platforms: readonly Platform[],
  runner: Runner,
): HttpServer | null {
  return platforms.length === 0 ? null : createHttpServer(handlers, () => runner.healthy());
}

/** What was posted is in the same file as everything else, unless a test brings its own. */
function keepsLocalChat(config: Config, { workspace, store }: Overrides): boolean {
  return isLocal(config) && workspace === undefined && store === undefined;
}

/** What can be looked at besides chat. */
function insightOf({ overview, shell }: Service, gate: Insight['gate']): Insight {
  return {
    live: (viewer) => overview.live(viewer),
    why: (request) => overview.why(request),
    trail: (request) => overview.trail(request),
    groupsOf: (email) => overview.groupsOf(email),
    gate,
    async verify() {
      const { sound, lines } = await verifyAudit(shell.store);
      return { whole: sound, said: lines.join(' ') };
    },
  };
}

/** Local chat authenticates nobody, so it is not to be reached from other machines. */
export class LocalOnlyError extends Error {
  override readonly name = 'LocalOnlyError';
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

function refuseOtherMachines(host: string): void {
  if (!LOOPBACK.has(host))
    throw new LocalOnlyError(
      `HOST is ${host}: local chat authenticates nobody, so it listens on loopback only.`,
    );
}

/** A target elsewhere is a fault of the policy then, at the start and at every reload. */
function onThisMachineOnly(all: ReadonlyMap<string, Provider>): ReadonlyMap<string, Provider> {
  const message =
    'is not on this machine. Local chat authenticates nobody: use providers on loopback or in memory.';
  const guarded = (provider: Provider): Provider => ({
    ...provider,
    check: (context) => [
      ...provider.check(context),
      ...(provider.isLocal(context.spec) ? [] : [{ path: ['provider'], message }]),
    ],
  });
  return new Map([...all].map(([type, provider]) => [type, guarded(provider)]));
}

/** Commits what came of policy files one after another, in the order in which they came. */
class Adoptions {
  readonly #service: Service;
  readonly #log: Log;
  readonly #file: string;
  #last: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<() => void>();

  constructor(service: Service, log: Log, file: string) {
    this.#service = service;
    this.#log = log;
    this.#file = file;
  }

  take(change: PolicyChange): void {
    this.#last = this.#last
      .then(() => this.#commit(change))
      .catch((error) => {
        this.#log.error({ err: error }, 'a policy change could not be recorded; it is tried again');
        this.#takeSoon(change);
      });
  }

  /** NB. Not what another one has taken the place of meanwhile: it would be put in force again. */
  #takeSoon(change: PolicyChange): void {
    const { clock, policy } = this.#service.shell;
    const cancel = clock.after(SECOND, () => {
      this.#waiting.delete(cancel);
      if (change.kind !== 'adopted' || change.policy.hash === policy().hash) this.take(change);
    });
    this.#waiting.add(cancel);
  }

  async stop(): Promise<void> {
    await this.#last;
    for (const cancel of this.#waiting) cancel();
  }

  settled(): Promise<void> {
    return this.#last;
  }

  async #commit(change: PolicyChange): Promise<void> {
    const { shell } = this.#service;
    switch (change.kind) {
      case 'adopted':
        await adoptPolicy(shell, change.policy.hash, policyDiff(change.before, change.policy));
        this.#log.info({ policy: change.policy.hash.slice(0, 8) }, 'a changed policy is in force');
        return;
      case 'rejected': {
        const lines = change.issues.map((issue) => formatIssue(this.#file, issue));
        for (const line of lines) this.#log.error({}, line);
        this.#log.error({}, 'the changed policy is faulty; the old one stays in force');
        await rejectPolicy(shell, policyHashOf(lines.join('\n')), lines);
        return;
      }
      case 'unwatched':
        this.#log.error({ why: change.why }, 'the policy file is not watched; SIGHUP still works');
        return;
      case 'unchanged':
    }
  }
}
