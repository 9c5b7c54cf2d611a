/** `hallpass doctor`: is everything there that Hallpass needs, and set up so that it has an effect? */
import { existsSync } from 'node:fs';
import { MemoryGate } from '../access/memory/gate.ts';
import type { Provider } from '../access/provider.ts';
import { providers } from '../access/registry.ts';
import { platformNames, platforms } from '../chat/registry.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { channelsOf } from '../core/channels.ts';
import type { Policy, TargetSpec } from '../core/policy.ts';
import { formatIssue } from '../core/policy-issue.ts';
import { SECOND } from '../core/time.ts';
import type { Log } from '../log.ts';
import { createLog } from '../log.ts';
import { rosters } from '../oncall/registry.ts';
import { readPolicyFile } from '../policy-file.ts';
import { openAddresses } from '../store/addresses.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Command, Io } from './command.ts';
import { readArgs } from './command.ts';
import { overdueReviews } from './doctor-reviews.ts';
import { rosterFindings } from './doctor-rosters.ts';
import { settings } from './settings.ts';

interface Finding {
  readonly level: 'ok' | 'warning' | 'fault';
  readonly message: string;
}

export const doctor: Command = {
  help: [
    'Usage: hallpass doctor [--local]',
    '',
    'Looks at everything that Hallpass needs and changes nothing. Each line is ok, warning or fault;',
    'exit code 1 when there is a fault.',
    '',
    '  --local   for a setup that is served with --local',
  ].join('\n'),
  async run(args, io) {
    const { values } = readArgs(args, { local: { type: 'boolean' } });
    const config = settings({ local: values.local === true }, io);
    return config === undefined ? 1 : examine(config, io);
  },
};

async function examine(config: Config, io: Io): Promise<number> {
  const log = createLog('silent');
  let faults = 0;
  const say = (where: string, findings: readonly Finding[]) => {
    for (const { level, message } of findings) {
      io.out(`${level.padEnd(7)} ${where}: ${message}`);
      if (level === 'fault') faults += 1;
    }
  };
  const all = providers({
    gate: new MemoryGate(systemClock),
    clock: systemClock,
    webhook: config.webhook,
  });
  const onCall = rosters(config, systemClock);
  const reading = readPolicyFile(config.policyPath, {
    providers: all,
    platforms: platformNames(config),
    rosters: [...onCall.keys()],
  });
  const issues = reading.kind === 'policy' ? reading.warnings : reading.issues;
  say(
    'policy',
    issues.map((issue) => ({
      level: issue.severity,
      message: formatIssue(config.policyPath, issue),
    })),
  );
  say('store', await storeFindings(config, log));
  say('redis', [await redisFinding(config)]);
  if (reading.kind === 'policy') {
    say('policy', [{ level: 'ok', message: `${Object.keys(reading.policy.roles).length} roles` }]);
    await chatFindings(config, log, reading.policy, say);
    for (const { where, ...finding } of await rosterFindings(onCall, reading.policy))
      say(where, [finding]);
    await targetFindings(all, reading.policy, say);
  }
  io.out(
    faults === 0 ? 'No faults found.' : `${faults} ${faults === 1 ? 'fault' : 'faults'} found.`,
  );
  return faults === 0 ? 0 : 1;
}

type Say = (where: string, findings: readonly Finding[]) => void;

async function storeFindings(config: Config, log: Log): Promise<readonly Finding[]> {
  if (!existsSync(config.databasePath))
    return [{ level: 'ok', message: `${config.databasePath} is made at the first start` }];
  try {
    const store = openSqlite({ file: config.databasePath, log });
    const last = await store.lastEntry();
    const reviews = await overdueReviews(store, systemClock.now());
    await store.close();
    const message = `${config.databasePath}, ${last?.seq ?? 0} audit entries`;
    return [{ level: 'ok', message }, ...reviews];
  } catch (error) {
    return [{ level: 'fault', message: messageOf(error) }];
  }
}

async function redisFinding(config: Config): Promise<Finding> {
  if (config.redisUrl === undefined)
    return { level: 'ok', message: 'not set: jobs run in the process' };
  const { answers } = await import('../jobs/bullmq-connections.ts');
  return (await answers(config.redisUrl.reveal(), 3 * SECOND))
    ? { level: 'ok', message: 'answers' }
    : { level: 'fault', message: 'does not answer: jobs would wait for the sweep' };
}

async function chatFindings(config: Config, log: Log, policy: Policy, say: Say): Promise<void> {
  const channels = channelsOf(policy);
  const addresses = addressesOf(config);
  const parts = { config, clock: systemClock, log, policy, addresses };
  const { platforms: all } = await platforms(parts);
  for (const platform of all) {
    const own = channels.filter((channel) => channel.platform === platform.name);
    const io = { signal: AbortSignal.timeout(30 * SECOND) };
    try {
      say(platform.name, await platform.doctor(own, io));
    } catch (error) {
      say(platform.name, [{ level: 'fault', message: messageOf(error) }]);
    }
  }
  addresses?.close();
}

/** Which teams the bot was met in is written down by the process that takes their deliveries. */
function addressesOf({ teams, databasePath }: Config) {
  return teams === undefined || !existsSync(databasePath) ? undefined : openAddresses(databasePath);
}

async function targetFindings(
  all: ReadonlyMap<string, Provider>,
  policy: Policy,
  say: Say,
): Promise<void> {
  for (const role of Object.values(policy.roles))
    for (const spec of role.targets)
      say(`roles.${role.name} at ${spec.provider}`, await targetFinding(all.get(spec.type), spec));
}

async function targetFinding(
  provider: Provider | undefined,
  spec: TargetSpec,
): Promise<readonly Finding[]> {
  if (provider === undefined) return [{ level: 'fault', message: `no provider ${spec.type}` }];
  try {
    const io = { signal: AbortSignal.timeout(30 * SECOND), now: systemClock.now() };
    return await provider.doctor(spec, io);
  } catch (error) {
    return [{ level: 'fault', message: messageOf(error) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
