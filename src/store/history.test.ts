import { drizzle } from 'drizzle-orm/better-sqlite3';
import { expect, it } from 'vitest';
import { connect } from './connection.ts';
import { prepareHistory } from './history.ts';
import { migrate } from './migrate.ts';
import type { RequestQuery } from './store.ts';

function plansOf(query: Partial<RequestQuery>) {
  const client = connect(':memory:');
  migrate(client);
  const asked = new Map<string, number>();
  const logger = { logQuery: (sql: string, params: unknown[]) => asked.set(sql, params.length) };
  prepareHistory(drizzle(client, { logger }))({ limit: 5, ...query });
  const plans = [...asked].map(([sql, parameters]) =>
    client
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...Array(parameters).fill(1)),
  );
  client.close();
  return plans;
}

it.each<[string, Partial<RequestQuery>]>([
  ['everybody', {}],
  ['one person', { requester: 'p_1' as never }],
  ['one role', { role: 'r' }],
  ['one person and one role', { requester: 'p_1' as never, role: 'r' }],
])('finds the history of %s by a walk along one index, without sorting', (_, query) => {
  const plans = plansOf(query);
  expect(plans).toHaveLength(1);
  for (const plan of plans) {
    const conditions = 1 + Object.keys(query).length;
    expect(plan).toHaveLength(1);
    expect(plan[0]?.detail).toMatch(/^SEARCH requests USING COVERING INDEX/);
    expect(plan[0]?.detail.match(/=\?/g)).toHaveLength(conditions);
  }
});

it('finds what is not reviewed without looking at what is', () => {
  const [plan = [], ...others] = plansOf({ unreviewed: true });
  expect(others).toEqual([]);
  expect(plan.map(({ detail }) => detail)).toEqual([
    'SEARCH requests USING INDEX requests_unreviewed (status=?)',
  ]);
});
