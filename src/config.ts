/** The environment, checked once at the door. Nothing else reads `process.env`. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { nearestName } from './core/nearest.ts';
import type { Millis } from './core/time.ts';
import type { LogLevel } from './log.ts';
import type { Secret } from './secret.ts';
import { type Variables, variables } from './variables.ts';

export const VARIABLES: readonly string[] = Object.keys(variables.shape);

export interface Config {
  readonly slack: SlackConfig | undefined;
  readonly teams: TeamsConfig | undefined;
  /** A secret because it may hold a password. Undefined: the runner in the process. */
  readonly redisUrl: Secret | undefined;
  readonly databasePath: string;
  readonly policyPath: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly delays: Delays;
  readonly webhook: WebhookConfig;
  readonly onCall?: OnCallConfig;
}

/** Where it is asked who is on call. Without a trailing slash, and https unless on this machine. */
export interface OnCallConfig {
  readonly pagerduty?: { readonly token: Secret; readonly url: string };
  readonly opsgenie?: { readonly apiKey: Secret; readonly url: string };
}

export interface WebhookConfig {
  /** By name; the first of each signs, the others are still believed. */
  readonly secrets: ReadonlyMap<string, readonly Secret[]>;
  /** Which hosts may be called, and where those that are not public may be. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

export interface SlackConfig {
  readonly botToken: Secret;
  readonly apiUrl: string | undefined;
  readonly mode: SlackMode;
}

export type SlackMode =
  | { readonly kind: 'http'; readonly signingSecret: Secret }
  | { readonly kind: 'socket'; readonly appToken: Secret };

export interface TeamsConfig {
  readonly appId: string;
  readonly tenant: string;
  readonly identity: TeamsIdentity;
  /** Microsoft's services, where they are not the public ones. */
  readonly endpoints: TeamsEndpoints;
}

/** By what the bot proves itself: a secret, or the machine that it runs on. */
export type TeamsIdentity =
  | { readonly kind: 'secret'; readonly password: Secret; readonly isMultiTenant: boolean }
  | { readonly kind: 'managed-identity' };

export interface TeamsEndpoints {
  readonly login: string | undefined;
  readonly graph: string | undefined;
  readonly connector: string | undefined;
  readonly openId: string | undefined;
}

/** Without a platform chat is local. */
export function isLocal({ slack, teams }: Pick<Config, 'slack' | 'teams'>): boolean {
  return slack === undefined && teams === undefined;
}

export interface Delays {
  /** Between two looks for effects whose alarm did not ring. */
  readonly sweep: Millis;
  /** Between two readings of a live access at its provider. */
  readonly recheck: Millis;
  /** Until a revocation that did not succeed is told in the channel. */
  readonly revokeAlarm: Millis;
  /** Until an activation that did not succeed has failed. */
  readonly giveUp: Millis;
  /** The longest pause between two attempts. */
  readonly retryMax: Millis;
}

export interface ConfigFault {
  readonly name: string;
  readonly message: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

export interface ConfigOptions {
  /** Chat in the process instead of a platform. */
  readonly local: boolean;
  /** For what talks to no chat at all (`audit verify`): whether there is a platform does not matter. */
  readonly offline?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is set, and of the rest what a `.env` file says. */
export function readEnvironment(file = '.env', set: Environment = process.env): Environment {
  return { ...readEnvFile(file), ...set };
}

function readEnvFile(file: string): Environment {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** All that is wrong at once, by variable. No message repeats a value: it may be a secret in the wrong place. */
export function readConfig(env: Environment, options: ConfigOptions): ConfigResult {
  const given = Object.fromEntries(VARIABLES.map((name) => [name, filled(env[name])]));
  const parsed = variables.safeParse(given);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => fault(String(issue.path[0]), issue.message)),
    ...chatFaults(
      new Set(VARIABLES.filter((name) => given[name] !== undefined)),
      given.MICROSOFT_APP_TYPE,
      options,
    ),
    ...unknownFaults(env),
  ];
  if (!parsed.success || faults.length > 0) return { ok: false, faults };
  return { ok: true, config: configOf(parsed.data, options) };
}

/** `NAME=` in an environment file means that it is not set. */
function filled(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}

function fault(name: string, message: string): ConfigFault {
  return { name, message };
}

const SLACK = ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'];
const TEAMS = ['MICROSOFT_APP_ID', 'MICROSOFT_APP_PASSWORD', 'MICROSOFT_APP_TENANT_ID'];

function chatFaults(
  given: ReadonlySet<string>,
  type: string | undefined,
  { local, offline }: ConfigOptions,
): ConfigFault[] {
  if (offline) return [];
  const present = [...SLACK, ...TEAMS].filter((name) => given.has(name));
  if (local) return present.map((name) => fault(name, 'does not go with local chat: unset it'));
  if (present.length === 0)
    return [
      fault(
        'SLACK_BOT_TOKEN',
        'is missing: Hallpass needs Slack or Teams (MICROSOFT_APP_ID), or to be started locally',
      ),
    ];
  return [
    ...(SLACK.some((name) => given.has(name)) ? slackFaults(given) : []),
    ...(TEAMS.some((name) => given.has(name)) ? teamsFaults(given, type) : []),
  ];
}

/** NB. Without an id the SDK would believe anybody; there is no Teams then, and no way in. */
function teamsFaults(given: ReadonlySet<string>, type: string | undefined): ConfigFault[] {
  const needed =
    type === 'UserAssignedMSI' ? TEAMS.filter((name) => name !== 'MICROSOFT_APP_PASSWORD') : TEAMS;
  const missing = needed.filter((name) => !given.has(name));
  return missing.map((name) => fault(name, 'is missing: Teams needs it'));
}

function slackFaults(given: ReadonlySet<string>): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (!given.has('SLACK_BOT_TOKEN'))
    faults.push(fault('SLACK_BOT_TOKEN', 'is missing: the other Slack credentials need it'));
  if (!given.has('SLACK_SIGNING_SECRET') && !given.has('SLACK_APP_TOKEN'))
    faults.push(
      fault('SLACK_SIGNING_SECRET', 'is missing: set it, or SLACK_APP_TOKEN for Socket Mode'),
    );
  return faults;
}

/** A misspelt name would otherwise be a setting that silently does not hold. */
function unknownFaults(env: Environment): ConfigFault[] {
  return Object.keys(env)
    .filter(
      (name) => /^(HALLPASS|SLACK|MICROSOFT_APP)_/.test(name) && !name.startsWith('HALLPASS_TEST_'),
    )
    .filter((name) => !VARIABLES.includes(name))
    .map((name) => {
      const near = nearestName(name, VARIABLES);
      const hint = near === undefined ? 'unset it' : `did you mean ${near}?`;
      return fault(name, `is not a variable of Hallpass: ${hint}`);
    });
}

function configOf(values: Variables, { local, offline }: ConfigOptions): Config {
  return {
    slack: local || offline ? undefined : slackOf(values),
    teams: local || offline ? undefined : teamsOf(values),
    redisUrl: values.REDIS_URL,
    databasePath: values.DATABASE_URL,
    policyPath: values.HALLPASS_POLICY,
    host: values.HOST,
    port: values.PORT,
    logLevel: values.LOG_LEVEL,
    webhook: {
      secrets: values.HALLPASS_WEBHOOK_SECRETS ?? new Map(),
      hosts: values.HALLPASS_WEBHOOK_HOSTS ?? new Map(),
    },
    onCall: onCallOf(values),
    delays: {
      sweep: values.HALLPASS_SWEEP_SECONDS,
      recheck: values.HALLPASS_RECHECK_SECONDS,
      revokeAlarm: values.HALLPASS_REVOKE_ALARM_SECONDS,
      giveUp: values.HALLPASS_GIVE_UP_SECONDS,
      retryMax: values.HALLPASS_RETRY_MAX_SECONDS,
    },
  };
}

function onCallOf(values: Variables): OnCallConfig {
  const { PAGERDUTY_TOKEN: token, OPSGENIE_API_KEY: apiKey } = values;
  const pagerduty = values.PAGERDUTY_URL ?? 'https://api.pagerduty.com';
  const opsgenie = values.OPSGENIE_URL ?? 'https://api.opsgenie.com';
  return {
    ...(token === undefined ? {} : { pagerduty: { token, url: pagerduty } }),
    ...(apiKey === undefined ? {} : { opsgenie: { apiKey, url: opsgenie } }),
  };
}

function slackOf(values: Variables): SlackConfig | undefined {
  const mode = modeOf(values);
  if (values.SLACK_BOT_TOKEN === undefined || mode === undefined) return undefined;
  return { botToken: values.SLACK_BOT_TOKEN, apiUrl: values.SLACK_API_URL, mode };
}

function teamsOf(values: Variables): TeamsConfig | undefined {
  const { MICROSOFT_APP_ID: appId, MICROSOFT_APP_TENANT_ID: tenant } = values;
  const identity = teamsIdentityOf(values);
  if (appId === undefined || tenant === undefined || identity === undefined) return undefined;
  const endpoints = {
    login: values.MICROSOFT_LOGIN_URL,
    graph: values.MICROSOFT_GRAPH_URL,
    connector: values.MICROSOFT_CONNECTOR_URL,
    openId: values.MICROSOFT_OPENID_URL,
  };
  return { appId, tenant, identity, endpoints };
}

function teamsIdentityOf(values: Variables): TeamsIdentity | undefined {
  const { MICROSOFT_APP_PASSWORD: password, MICROSOFT_APP_TYPE: type } = values;
  if (type === 'UserAssignedMSI') return { kind: 'managed-identity' };
  if (password === undefined) return undefined;
  return { kind: 'secret', password, isMultiTenant: type === 'MultiTenant' };
}

function modeOf(values: Variables): SlackMode | undefined {
  if (values.SLACK_APP_TOKEN !== undefined)
    return { kind: 'socket', appToken: values.SLACK_APP_TOKEN };
  if (values.SLACK_SIGNING_SECRET === undefined) return undefined;
  return { kind: 'http', signingSecret: values.SLACK_SIGNING_SECRET };
}
