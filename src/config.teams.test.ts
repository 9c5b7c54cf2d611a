/** What Teams needs of the environment. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Config, type Environment, isLocal, readConfig } from './config.ts';

const APP = '77aa88bb-0000-4000-8000-00000000bbbb';
const TENANT = '5f1d2c3b-0000-4000-8000-00000000aaaa';
const TEAMS = {
  MICROSOFT_APP_ID: APP,
  MICROSOFT_APP_PASSWORD: 'not~a.secret',
  MICROSOFT_APP_TENANT_ID: TENANT,
};
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-not-a-token', SLACK_SIGNING_SECRET: 'not-a-signing-secret' };

function configOf(env: Environment): Config {
  const result = readConfig(env, { local: false });
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.config;
}

function faultsOf(env: Environment, local = false): string[] {
  const result = readConfig(env, { local });
  return result.ok ? [] : result.faults.map(({ name, message }) => `${name} ${message}`);
}

describe('Teams', () => {
  it('is set up by an app, its secret and its tenant, for that tenant alone', () => {
    const { slack, teams } = configOf(TEAMS);
    expect(slack).toBeUndefined();
    expect(teams).toMatchObject({ appId: APP, tenant: TENANT });
    expect(teams?.identity).toMatchObject({ kind: 'secret', isMultiTenant: false });
    expect(teams?.endpoints).toEqual({
      ...{ login: undefined, graph: undefined, connector: undefined, openId: undefined },
    });
  });

  it('goes with Slack, and without it', () => {
    const both = configOf({ ...SLACK, ...TEAMS });
    expect([both.slack, both.teams]).not.toContain(undefined);
    expect(isLocal(both)).toBe(false);
    expect(isLocal(configOf(TEAMS))).toBe(false);
    expect(configOf(SLACK).teams).toBeUndefined();
  });

  it('is whole or not at all: whatever is missing is named', () => {
    const names = Object.keys(TEAMS) as (keyof typeof TEAMS)[];
    for (const name of names) {
      const others = names.filter((one) => one !== name).map((one) => `${one} is missing`);
      const found = faultsOf({ ...SLACK, [name]: TEAMS[name] });
      expect(found).toEqual(others.map((text) => expect.stringContaining(text)));
      expect(faultsOf({ ...TEAMS, [name]: '' })).toEqual([`${name} is missing: Teams needs it`]);
    }
  });

  it('needs no secret where the machine vouches for the bot', () => {
    const { MICROSOFT_APP_PASSWORD: _, ...rest } = TEAMS;
    const { teams } = configOf({ ...rest, MICROSOFT_APP_TYPE: 'UserAssignedMSI' });
    expect(teams?.identity).toEqual({ kind: 'managed-identity' });
    for (const type of ['SingleTenant', 'MultiTenant'])
      expect(faultsOf({ ...rest, MICROSOFT_APP_TYPE: type })).toEqual([
        'MICROSOFT_APP_PASSWORD is missing: Teams needs it',
      ]);
  });

  it('knows a bot of many tenants, and serves one of them', () => {
    const { teams } = configOf({ ...TEAMS, MICROSOFT_APP_TYPE: 'MultiTenant' });
    expect(teams?.identity).toMatchObject({ kind: 'secret', isMultiTenant: true });
    expect(teams?.tenant).toBe(TENANT);
  });

  it('writes ids as Microsoft sends them', () => {
    const shouted = { MICROSOFT_APP_ID: APP.toUpperCase(), MICROSOFT_APP_TENANT_ID: ` ${TENANT} ` };
    expect(configOf({ ...TEAMS, ...shouted }).teams).toMatchObject({ appId: APP, tenant: TENANT });
  });

  it.each([
    ['MICROSOFT_APP_ID', 'hallpass'],
    ['MICROSOFT_APP_ID', `${APP}0`],
    ['MICROSOFT_APP_TENANT_ID', 'example.onmicrosoft.com'],
    ['MICROSOFT_APP_TENANT_ID', 'common'],
    ['MICROSOFT_APP_PASSWORD', 'short'],
    ['MICROSOFT_APP_TYPE', 'singletenant'],
    ['MICROSOFT_LOGIN_URL', 'login.microsoftonline.us'],
    ['MICROSOFT_GRAPH_URL', 'http://graph.example.com'],
    ['MICROSOFT_CONNECTOR_URL', 'ftp://127.0.0.1/teams'],
    ['MICROSOFT_OPENID_URL', 'http://10.0.0.1/openid'],
  ])('refuses %s=%s', (name, value) => {
    const found = faultsOf({ ...TEAMS, [name]: value });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${name} is `))]);
    expect(found.join()).not.toContain(value);
  });

  it('knows the id of a secret, which is shown beside it, from the secret', () => {
    expect(faultsOf({ ...TEAMS, MICROSOFT_APP_PASSWORD: APP })).toEqual([
      expect.stringContaining('its value, not its id'),
    ]);
  });

  it('takes stand-ins for Microsoft on this machine, and other clouds', () => {
    const { teams } = configOf({
      ...TEAMS,
      MICROSOFT_LOGIN_URL: 'https://login.microsoftonline.us/',
      MICROSOFT_GRAPH_URL: 'http://127.0.0.1:4000/v1.0',
      MICROSOFT_CONNECTOR_URL: 'http://localhost:4001/teams/',
      MICROSOFT_OPENID_URL: 'http://[::1]:4002/openid',
    });
    expect(teams?.endpoints).toEqual({
      login: 'https://login.microsoftonline.us',
      graph: 'http://127.0.0.1:4000/v1.0',
      connector: 'http://localhost:4001/teams',
      openId: 'http://[::1]:4002/openid',
    });
  });

  it('does not go with local chat', () => {
    expect(faultsOf(TEAMS, true)).toEqual(
      Object.keys(TEAMS).map((name) => `${name} does not go with local chat: unset it`),
    );
  });

  it('is not set up by where it would be, or what it would be, alone', () => {
    const env = { MICROSOFT_APP_TYPE: 'MultiTenant', MICROSOFT_GRAPH_URL: 'https://g.example' };
    expect(configOf({ ...SLACK, ...env }).teams).toBeUndefined();
    expect(faultsOf(env)).toEqual([expect.stringMatching(/^SLACK_BOT_TOKEN is missing/)]);
  });

  it('names the nearest variable for a misspelt one, and minds no other of Microsoft', () => {
    const { MICROSOFT_APP_PASSWORD: password, ...rest } = TEAMS;
    const env = { ...rest, MICROSOFT_APP_PASWORD: password, MICROSOFT_EDGE_PATH: '/opt' };
    expect(faultsOf(env)).toEqual([
      'MICROSOFT_APP_PASSWORD is missing: Teams needs it',
      'MICROSOFT_APP_PASWORD is not a variable of Hallpass: did you mean MICROSOFT_APP_PASSWORD?',
    ]);
  });

  it('shows its secret to nobody', () => {
    const { teams } = configOf(TEAMS);
    const shown = `${inspect(teams, { depth: 9 })}${JSON.stringify(teams)}`;
    expect(shown).not.toContain(TEAMS.MICROSOFT_APP_PASSWORD);
    const { identity } = teams ?? {};
    expect(identity?.kind === 'secret' && identity.password.reveal()).toBe('not~a.secret');
  });
});
