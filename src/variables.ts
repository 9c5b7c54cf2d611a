/** The environment variables: the shape of each, and what it is when it is not set. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseNetwork } from './core/ip.ts';
import { DAY, SECOND } from './core/time.ts';
import { Secret } from './secret.ts';

function secret(shape: RegExp, message: string) {
  return z
    .string()
    .regex(shape, message)
    .transform((value) => new Secret(value))
    .optional();
}

function seconds(otherwise: number) {
  const message = 'is a number of seconds between 0.01 and 86400';
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, message)
    .transform((value) => Number(value) * SECOND)
    .refine((delay) => delay >= 10 && delay <= DAY, message)
    .default(otherwise * SECOND);
}

const POSTGRES =
  'names a PostgreSQL database, which is not supported: name a file, such as ./data/hallpass.db';

const database = z
  .string()
  .refine((value) => !/^postgres(ql)?:/i.test(value), { message: POSTGRES, abort: true })
  .refine(isFile, 'is a path or a file: URL without parameters, such as ./data/hallpass.db')
  .transform(pathOf)
  .default('./data/hallpass.db');

function isFile(value: string): boolean {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(value)) return true;
  return /^file:(\/\/\/|(?!\/\/)).+/.test(value) && !/[?#]/.test(value);
}

/** Not by `new URL` alone, for which `file:./data` is a folder of the root. */
function pathOf(value: string): string {
  if (value.startsWith('file://')) return fileURLToPath(value);
  return value.replace(/^file:/, '');
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function isSafeApi(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

const WEBHOOK_SECRETS =
  'is a list of name=whsec_…, parted by blanks: each secret is base64 of 24 bytes or more, and a name twice is a rotation';

/** By name, in the order in which they stand. */
const webhookSecrets = z
  .string()
  .transform((text) => text.split(/\s+/).map((one) => /^([a-z0-9-]{1,40})=(\S+)$/.exec(one)))
  .refine((all) => all.every((one) => isWebhookSecret(one?.[2] ?? '')), WEBHOOK_SECRETS)
  .transform((all) => {
    const secrets = new Map<string, readonly Secret[]>();
    for (const [, name = '', value = ''] of all.filter((one) => one !== null))
      secrets.set(name, [...(secrets.get(name) ?? []), new Secret(value)]);
    return secrets;
  })
  .optional();

function isWebhookSecret(value: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(value);
}

const WEBHOOK_HOSTS =
  'is a list of hosts, parted by blanks; one that is not public says where it may be, such as gate.internal=10.1.2.0/24';

/** The networks below each host that are not public, and allowed all the same. */
const webhookHosts = z
  .string()
  .transform((text) => text.split(/\s+/).map((one) => one.toLowerCase().split('=')))
  .refine((all) => all.every(([host = '', networks]) => isHost(host, networks)), WEBHOOK_HOSTS)
  .transform((all) => new Map(all.map(([host = '', networks]) => [host, listed(networks)])))
  .optional();

function isHost(host: string, networks: string | undefined): boolean {
  return /^[a-z0-9.:-]{1,253}$/.test(host) && listed(networks).every(isNetwork);
}

function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

function listed(networks: string | undefined): readonly string[] {
  return networks === undefined ? [] : networks.split(',');
}

const safeUrl = z
  .string()
  .refine(isSafeApi, 'is an https:// URL; http:// only for a stand-in on this machine');

const endpoint = safeUrl.transform((value) => value.replace(/\/+$/, '')).optional();

function guid(message: string) {
  return z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, message)
    .toLowerCase()
    .optional();
}

export const variables = z.object({
  SLACK_BOT_TOKEN: secret(
    /^xoxb-\S+$/,
    'is a bot token, which starts with xoxb-: see “OAuth & Permissions” in the settings of the app',
  ),
  SLACK_SIGNING_SECRET: secret(
    /^(?!xox|xapp-)\S{8,}$/,
    'is not a signing secret: see “Basic Information” in the settings of the app',
  ),
  SLACK_APP_TOKEN: secret(
    /^xapp-\S+$/,
    'is an app-level token, which starts with xapp-: see “Basic Information” in the settings of the app',
  ),
  SLACK_API_URL: safeUrl
    .transform((value) => (value.endsWith('/') ? value : `${value}/`))
    .optional(),
  HALLPASS_WEBHOOK_SECRETS: webhookSecrets,
  HALLPASS_WEBHOOK_HOSTS: webhookHosts,
  MICROSOFT_APP_ID: guid(
    'is the id of an app: see “Application (client) ID” of its registration in Entra ID',
  ),
  MICROSOFT_APP_PASSWORD: secret(
    /^(?![0-9a-f]{8}-[0-9a-f]{4}-)\S{8,}$/i,
    'is a client secret: its value, not its id, from “Certificates & secrets” of the registration',
  ),
  MICROSOFT_APP_TENANT_ID: guid(
    'is the id of a tenant: see “Directory (tenant) ID” of the registration in Entra ID',
  ),
  MICROSOFT_APP_TYPE: z
    .enum(
      ['SingleTenant', 'UserAssignedMSI', 'MultiTenant'],
      'is SingleTenant, UserAssignedMSI or MultiTenant: see “Bot Type” of the Azure Bot',
    )
    .default('SingleTenant'),
  MICROSOFT_LOGIN_URL: endpoint,
  MICROSOFT_GRAPH_URL: endpoint,
  MICROSOFT_CONNECTOR_URL: endpoint,
  MICROSOFT_OPENID_URL: endpoint,
  PAGERDUTY_TOKEN: secret(/^\S{8,}$/, 'is a REST API key: see “API Access Keys” in PagerDuty'),
  PAGERDUTY_URL: endpoint,
  OPSGENIE_API_KEY: secret(
    /^\S{8,}$/,
    'is the key of an API integration: see “Integrations” in the settings of Opsgenie',
  ),
  OPSGENIE_URL: endpoint,
  REDIS_URL: secret(
    /^(rediss?:\/\/\S+|\/\S+)$/,
    'is a redis:// or rediss:// URL, or the absolute path of a unix socket',
  ),
  DATABASE_URL: database,
  HALLPASS_POLICY: z.string().default('./policy.yaml'),
  HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is an address to listen on, such as 127.0.0.1 or ::')
    .default('127.0.0.1'),
  PORT: z
    .string()
    .refine((value) => /^\d{1,5}$/.test(value) && Number(value) < 65_536, 'is a port, 0 to 65535')
    .transform(Number)
    .default(3000),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'], 'is silent, error, warn, info or debug')
    .default('info'),
  HALLPASS_SWEEP_SECONDS: seconds(5),
  HALLPASS_RECHECK_SECONDS: seconds(30),
  HALLPASS_REVOKE_ALARM_SECONDS: seconds(120),
  HALLPASS_GIVE_UP_SECONDS: seconds(600),
  HALLPASS_RETRY_MAX_SECONDS: seconds(300),
});

export type Variables = z.output<typeof variables>;
