import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOUR } from '../../core/time.ts';
import { send } from './fixtures/action-server.ts';
import { Edge, give, io, takeHeld } from './fixtures/edge.ts';
import type { Tree } from './fixtures/query.ts';

let edge: Edge;
beforeEach(async () => {
  edge = await Edge.open(vi.stubEnv);
});
afterEach(() => edge.server.stop());
afterAll(() => {
  vi.unstubAllEnvs();
});

const STICKY = { TargetGroupStickinessConfig: { Enabled: 'true', DurationSeconds: '3600' } };
const UNKNOWN: Tree = { Type: 'to-the-moon' };
const OIDC: Tree = {
  Type: 'authenticate-oidc',
  Order: '1',
  AuthenticateOidcConfig: {
    Issuer: 'https://login.example.com',
    AuthorizationEndpoint: 'https://login.example.com/authorize',
    TokenEndpoint: 'https://login.example.com/token',
    UserInfoEndpoint: 'https://login.example.com/me',
    ClientId: 'edge',
    ClientSecret: 'kept',
    AuthenticationRequestExtraParams: { entry: [{ key: 'prompt', value: 'login' }] },
  },
};

describe('weights', () => {
  it('change, and nothing beside them: stickiness, order, sign-in and its secret stay', async () => {
    const { server } = edge;
    server.act(1, [OIDC]);
    server.weigh(1, 100, 0, STICKY);
    const before = structuredClone(server.rules);
    const { handle, residue } = await edge.planned(edge.shop());
    expect(residue?.lasts).toBe(HOUR);
    await edge.through(handle, give);
    expect(server.weights(1)).toEqual(['0', '100']);
    await edge.through(handle, takeHeld);
    expect(server.rules).toEqual(before);
  });

  it('may be those of a listener by default', async () => {
    const { server } = edge;
    server.act(0, []);
    server.weigh(0, 100, 0);
    const spec = edge.shop({ rule: undefined, listener: server.listener });
    const { handle } = await edge.planned(spec);
    expect(await edge.through(handle, give)).toEqual(['done']);
    expect(server.weights(0)).toEqual(['0', '100']);
    expect(server.weights(1)).toEqual(['100', '0']);
  });

  it('of a default are refused by the name of its rule, by which ELB modifies none', async () => {
    const { server } = edge;
    server.act(0, []);
    server.weigh(0, 100, 0);
    const spec = edge.shop({ rule: server.rule(0) });
    const why = 'It is the default of its listener: policy has to name the listener.';
    expect(await edge.refusal(spec)).toBe(why);
    expect(await edge.provider.doctor(spec, io())).toEqual([{ level: 'fault', message: why }]);
  });

  it('are refused where somebody is at them', async () => {
    edge.server.weigh(1, 50, 50);
    expect(await edge.refusal(edge.shop())).toBe(
      'blue 50, green 50, which is neither what policy sets nor what it is otherwise: somebody is at it.',
    );
  });

  it('are refused beside an action that could be lost', async () => {
    edge.server.act(1, [UNKNOWN, ...edge.server.actions(1)]);
    expect(await edge.refusal(edge.shop())).toContain('of type to-the-moon, which could be lost');
  });

  it.each([
    ['one group alone', (blue: string): Tree => ({ Type: 'forward', TargetGroupArn: blue })],
    ['no group', (): Tree => ({ Type: 'fixed-response' })],
  ])('are refused where it goes to %s', async (_where, action) => {
    edge.server.act(1, [action(edge.server.blue)]);
    expect(await edge.refusal(edge.shop())).toContain('forwards to other target groups');
  });

  it('are refused of a rule or listener that nobody knows', async () => {
    const { server } = edge;
    const spec = edge.shop({ rule: server.rule(7) });
    expect(await edge.refusal(spec)).toBe('There is no such rule.');
    server.removed = true;
    expect(await edge.refusal(spec)).toContain('knows no such listener');
  });

  it('of a rule that is gone are over, and cannot be given', async () => {
    const { server } = edge;
    const { handle } = await edge.planned(edge.shop());
    await edge.through(handle, give);
    server.rules = server.rules.filter(({ arn }) => arn !== server.rule(1));
    expect(await edge.read(handle)).toEqual({ kind: 'absent', evidence: 'the rule is gone' });
    expect(await edge.through(handle, takeHeld)).toEqual(['already']);
    expect(await edge.through(handle, give)).toEqual(['failed']);
  });

  it('of which nobody sees the listener are not over', async () => {
    const { handle } = await edge.planned(edge.shop());
    edge.server.removed = true;
    await expect(edge.read(handle)).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it('are not over where an answer shows not even the default rule', async () => {
    const { server } = edge;
    const { handle } = await edge.planned(edge.shop());
    await edge.through(handle, give);
    server.hook = ({ response }, _what, answer) => {
      const { status, body } = answer();
      send(response, { status, body: body.replace(/<Rules>.*<\/Rules>/s, '<Rules></Rules>') });
    };
    await expect(edge.read(handle)).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(edge.converge(handle, takeHeld)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('whose way back would lose something are left, and that fails aloud', async () => {
    const { handle } = await edge.planned(edge.shop());
    await edge.through(handle, give);
    edge.server.act(1, [UNKNOWN, ...edge.server.actions(1)]);
    expect(await edge.through(handle, takeHeld)).toEqual(['failed']);
    expect(await edge.read(handle)).toMatchObject({ kind: 'present' });
  });

  it('are found to the last page', async () => {
    edge.server.pageSize = 1;
    const { summary } = await edge.planned(edge.shop());
    expect(summary).toBe('edge edge blue 0, green 100, then blue 100, green 0');
  });
});
