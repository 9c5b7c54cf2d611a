import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeTempFolder } from '../test/support/temp-folder.ts';
import {
  type Config,
  type ConfigOptions,
  type Environment,
  readConfig,
  readEnvironment,
  VARIABLES,
} from './config.ts';
import { MINUTE, SECOND } from './core/time.ts';
import { Secret } from './secret.ts';

const HTTP = { SLACK_BOT_TOKEN: 'xoxb-not-a-token', SLACK_SIGNING_SECRET: 'not-a-signing-secret' };
const SOCKET = { SLACK_BOT_TOKEN: 'xoxb-not-a-token', SLACK_APP_TOKEN: 'xapp-not-a-token' };

function configOf(env: Environment, options: ConfigOptions = { local: false }): Config {
  const result = readConfig(env, options);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

function faultsOf(env: Environment, options: ConfigOptions = { local: false }): string[] {
  const result = readConfig(env, options);
  return result.ok ? [] : result.faults.map(({ name, message }) => `${name} ${message}`);
}

describe('the configuration', () => {
  it('needs no more than the credentials of a platform', () => {
    const config = configOf(HTTP);
    expect(config).toMatchObject({
      redisUrl: undefined,
      databasePath: './data/hallpass.db',
      policyPath: './policy.yaml',
      host: '127.0.0.1',
      port: 3000,
      logLevel: 'info',
    });
    expect(config.delays).toEqual({
      sweep: 5 * SECOND,
      recheck: 30 * SECOND,
      revokeAlarm: 2 * MINUTE,
      giveUp: 10 * MINUTE,
      retryMax: 5 * MINUTE,
    });
  });

  it('takes Slack over HTTP with a signing secret', () => {
    const { slack } = configOf(HTTP);
    expect(slack?.botToken.reveal()).toBe('xoxb-not-a-token');
    expect(slack?.mode.kind === 'http' && slack.mode.signingSecret.reveal()).toBe(
      'not-a-signing-secret',
    );
  });

  it('takes Socket Mode with an app token, whether or not there is a signing secret', () => {
    for (const env of [SOCKET, { ...HTTP, ...SOCKET }]) {
      const { slack } = configOf(env);
      expect(slack?.mode.kind === 'socket' && slack.mode.appToken.reveal()).toBe(
        'xapp-not-a-token',
      );
    }
  });

  it('reads what is set', () => {
    const config = configOf({
      ...HTTP,
      SLACK_API_URL: 'http://127.0.0.1:4000/api',
      REDIS_URL: 'rediss://:hunter2@redis.example:6380/1',
      HALLPASS_POLICY: '/etc/hallpass/policy.yaml',
      HOST: '::',
      PORT: '0',
      LOG_LEVEL: 'debug',
      HALLPASS_SWEEP_SECONDS: '0.5',
    });
    expect(config).toMatchObject({
      slack: { apiUrl: 'http://127.0.0.1:4000/api/' },
      policyPath: '/etc/hallpass/policy.yaml',
      host: '::',
      port: 0,
      logLevel: 'debug',
      delays: { sweep: 500 },
    });
    expect(config.redisUrl?.reveal()).toBe('rediss://:hunter2@redis.example:6380/1');
  });

  it('reads where it is asked who is on call, in the EU as well, and keeps the tokens to itself', () => {
    const { onCall } = configOf({
      ...HTTP,
      PAGERDUTY_TOKEN: 'u+hunter2token',
      OPSGENIE_API_KEY: 'hunter2-key',
      OPSGENIE_URL: 'https://api.eu.opsgenie.com/',
    });
    expect(onCall?.pagerduty?.url).toBe('https://api.pagerduty.com');
    expect(onCall?.pagerduty?.token.reveal()).toBe('u+hunter2token');
    expect(onCall?.opsgenie?.url).toBe('https://api.eu.opsgenie.com');
    expect(JSON.stringify(onCall)).not.toContain('hunter2');
    expect(configOf(HTTP).onCall).toEqual({});
  });

  it.each([
    ['PAGERDUTY_URL', 'http://api.pagerduty.com'],
    ['OPSGENIE_URL', 'api.opsgenie.com'],
    ['PAGERDUTY_TOKEN', 'with a blank'],
  ])('finds fault with %s=%s', (name, value) => {
    expect(readConfig({ ...HTTP, [name]: value }, { local: false })).toMatchObject({
      ok: false,
      faults: [{ name }],
    });
  });

  it('reads webhook secrets by name, and hosts with the networks that they may be in', () => {
    const key = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const { webhook } = configOf({
      ...HTTP,
      HALLPASS_WEBHOOK_SECRETS: `gate=whsec_${key} pager=whsec_${key} gate=whsec_${key}A==`,
      HALLPASS_WEBHOOK_HOSTS: 'Access.example.com gate.internal=10.1.2.0/24,fd00::/64 127.0.0.1',
    });
    expect([...webhook.secrets].map(([name, all]) => [name, all.length])).toEqual([
      ['gate', 2],
      ['pager', 1],
    ]);
    expect(String(webhook.secrets.get('gate'))).not.toContain(key);
    expect([...webhook.hosts]).toEqual([
      ['access.example.com', []],
      ['gate.internal', ['10.1.2.0/24', 'fd00::/64']],
      ['127.0.0.1', []],
    ]);
  });

  it.each([
    ['HALLPASS_WEBHOOK_SECRETS', 'gate=secret'],
    ['HALLPASS_WEBHOOK_SECRETS', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['HALLPASS_WEBHOOK_HOSTS', 'https://access.example.com/'],
    ['HALLPASS_WEBHOOK_HOSTS', 'gate.internal=everywhere'],
  ])('finds fault with %s=%s', (name, value) => {
    const result = readConfig({ ...HTTP, [name]: value }, { local: false });
    expect(result).toMatchObject({ ok: false, faults: [{ name }] });
  });

  it('takes a blank variable as one that is not set', () => {
    expect(configOf({ ...HTTP, PORT: '', REDIS_URL: ' ' })).toMatchObject({
      port: 3000,
      redisUrl: undefined,
    });
  });

  it.each([
    ['./data/x.db', './data/x.db'],
    ['/var/lib/hallpass/x.db', '/var/lib/hallpass/x.db'],
    ['file:./data/x.db', './data/x.db'],
    ['file:/var/x.db', '/var/x.db'],
    ['file:///var/with%20space.db', '/var/with space.db'],
    [':memory:', ':memory:'],
  ])('reads the database %s as the path %s', (url, path) => {
    expect(configOf({ ...HTTP, DATABASE_URL: url }).databasePath).toBe(path);
  });

  it.each(['unix:/x', 'mysql://db/x', 'file://elsewhere/x.db', 'file:x.db?mode=ro', 'file:'])(
    'refuses the database %s',
    (url) => {
      expect(faultsOf({ ...HTTP, DATABASE_URL: url })).toEqual([
        expect.stringMatching(/^DATABASE_URL is a path or a file: URL/),
      ]);
    },
  );

  it('refuses PostgreSQL with a sentence of its own', () => {
    expect(faultsOf({ ...HTTP, DATABASE_URL: 'postgres://u:hunter2@db/x' })).toEqual([
      expect.stringMatching(/^DATABASE_URL names a PostgreSQL database, which is not supported/),
    ]);
  });

  it('names everything that is wrong at once', () => {
    const faults = faultsOf({
      SLACK_BOT_TOKEN: 'xoxp-a-user-token',
      SLACK_API_URL: 'http://slack.example/api/',
      REDIS_URL: 'localhost:6379',
      PORT: '65536',
      HOST: 'two words',
      LOG_LEVEL: 'loud',
      HALLPASS_GIVE_UP_SECONDS: '10m',
      HALLPASS_RETRY_MAX_SECONDS: '0',
    });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
      'HALLPASS_GIVE_UP_SECONDS',
      'HALLPASS_RETRY_MAX_SECONDS',
      'HOST',
      'LOG_LEVEL',
      'PORT',
      'REDIS_URL',
      'SLACK_API_URL',
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
    ]);
  });

  it('knows tokens that were put in each other’s place', () => {
    const swapped = {
      SLACK_BOT_TOKEN: 'xapp-1',
      SLACK_APP_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'xoxb-12345678',
    };
    expect(faultsOf(swapped)).toHaveLength(3);
  });

  it('names the nearest variable for one that it does not know', () => {
    expect(faultsOf({ ...HTTP, HALLPASS_SWEEP_SECOND: '5', SLACK_COLOUR: 'red' })).toEqual([
      'HALLPASS_SWEEP_SECOND is not a variable of Hallpass: did you mean HALLPASS_SWEEP_SECONDS?',
      'SLACK_COLOUR is not a variable of Hallpass: unset it',
    ]);
  });

  it('minds no variable of others', () => {
    expect(
      faultsOf({ ...HTTP, PATH: '/bin', REDIS_PORT: '1', HALLPASS_TEST_REQUIRE: 'all' }),
    ).toEqual([]);
  });

  it('asks for a platform unless chat is local', () => {
    expect(faultsOf({})).toEqual([expect.stringMatching(/^SLACK_BOT_TOKEN is missing/)]);
    expect(configOf({}, { local: true }).slack).toBeUndefined();
  });

  it('asks for the bot token when only another credential is there', () => {
    expect(faultsOf({ SLACK_APP_TOKEN: 'xapp-1' })).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN is missing/),
    ]);
  });

  it('refuses a platform’s credentials beside local chat', () => {
    expect(faultsOf(HTTP, { local: true })).toEqual([
      'SLACK_BOT_TOKEN does not go with local chat: unset it',
      'SLACK_SIGNING_SECRET does not go with local chat: unset it',
    ]);
  });

  it('does not mind about platforms where nobody is talked to', () => {
    for (const env of [{}, HTTP, SOCKET])
      expect(configOf(env, { local: false, offline: true }).slack).toBeUndefined();
  });
});

describe('a secret', () => {
  const env = { ...HTTP, ...SOCKET, REDIS_URL: 'redis://admin:hunter2@redis.example' };
  const values = [...Object.values(env), 'hunter2'];

  it.each<[string, (config: Config) => string]>([
    ['util.inspect', (config) => inspect(config, { depth: 9, showHidden: true })],
    ['JSON.stringify', (config) => JSON.stringify(config)],
    ['a template', ({ slack, redisUrl }) => `${slack?.botToken} ${redisUrl}`],
    ['an error’s message', ({ redisUrl }) => String(new Error(`cannot reach ${redisUrl}`))],
    ['a copy', ({ redisUrl }) => JSON.stringify({ ...redisUrl }) + inspect({ ...redisUrl })],
  ])('is not shown by %s', (_, print) => {
    const text = print(configOf(env));
    for (const value of values) expect(text).not.toContain(value);
  });

  it('is shown by no fault, in whichever variable it was put', () => {
    for (const name of VARIABLES)
      for (const value of [...values, 'postgres://u:hunter2@db']) {
        const text = JSON.stringify(readConfig({ ...HTTP, [name]: value }, { local: false }));
        if (!text.startsWith('{"ok":true')) expect(text).not.toContain(value);
      }
  });

  it('is had by asking for it', () => {
    expect(new Secret('hunter2').reveal()).toBe('hunter2');
  });
});

describe('the environment', () => {
  it('is completed, and not overruled, by a .env file', () => {
    const folder = makeTempFolder('hp-env');
    const file = join(folder.path, '.env');
    writeFileSync(
      file,
      '# comment\nHALLPASS_POLICY="a b.yaml" # ours\nexport PORT=8080\nPATH=/gone\n',
    );

    expect(readEnvironment(file, { PATH: '/bin' })).toEqual({
      HALLPASS_POLICY: 'a b.yaml',
      PORT: '8080',
      PATH: '/bin',
    });
    folder.remove();
  });

  it('needs no .env file', () => {
    expect(readEnvironment('/nowhere/.env', { PATH: '/bin' })).toEqual({ PATH: '/bin' });
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const lines = [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)];

  it('names exactly the known variables', () => {
    expect(lines.map(([, name]) => name).sort()).toEqual([...VARIABLES].sort());
  });

  it('shows the defaults', () => {
    const env = Object.fromEntries(lines.map(([, name, value]) => [name, value]));
    expect(configOf({ ...env, ...HTTP })).toEqual(configOf(HTTP));
  });
});
