import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { claimsOf } from './faults.ts';
import { send } from './fixtures/action-server.ts';
import { askOf, Edge, FIRST, give, io, SECOND } from './fixtures/edge.ts';
import { targetSchema } from './target.ts';

afterAll(() => {
  vi.unstubAllEnvs();
});
let edge: Edge;
beforeEach(async () => {
  edge = await Edge.open(vi.stubEnv);
});
afterEach(() => edge.server.stop());

it('two are deregistered within the time after which it shows: the last one is not', async () => {
  const { server } = edge;
  server.targets = server.targets.filter(({ id }) => id === FIRST.id || id === SECOND.id);
  const spec = edge.specOf({
    group: server.group,
    servers: { one: FIRST, two: SECOND },
    key: 'which',
  });
  const plans = [];
  for (const which of ['one', 'two'])
    plans.push(await edge.provider.plan(askOf(spec, which), io()));
  const before = server.targets;
  server.hook = ({ response }, what, answer) => {
    const { targets } = server;
    if (what === 'read') server.targets = before;
    send(response, answer());
    if (what === 'read') server.targets = targets;
  };
  const answers = [];
  for (const plan of plans)
    if (plan.kind === 'planned') answers.push((await edge.converge(plan.handle, give)).kind);
  expect({
    answers,
    left: server.targets.filter(({ state }) => state === 'healthy').length,
  }).toEqual({ answers: ['pending', 'failed'], left: 1 });
});

it('two roles that differ in lastServer do not have one target', async () => {
  const of = (lastServer: boolean) =>
    targetSchema.parse({ group: edge.server.group, deregister: FIRST, lastServer });
  const [one, other] = [claimsOf(of(false)), claimsOf(of(true))];
  const [keyOne, keyOther] = [
    await edge.planned(edge.first()),
    await edge.planned(edge.first({ lastServer: true })),
  ].map(({ key }) => key);
  const clash = one.some((a) => other.some((b) => a.what === b.what && a.by !== b.by));
  expect(keyOne === keyOther || clash).toBe(true);
});
