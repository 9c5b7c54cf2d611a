import { expect, it } from 'vitest';
import { glassLife } from '../core/fixtures/glass.ts';
import { GLASS, policyOf, roleWith } from '../core/fixtures/policies.ts';
import { DAY, SECOND } from '../core/time.ts';
import { openMemory } from '../store/memory.ts';
import { overdueReviews } from './doctor-reviews.ts';

it('lists each review that is overdue, and none that has time', async () => {
  const { over } = glassLife(policyOf(roleWith({ breakGlass: GLASS })));
  const store = openMemory();
  await store.commit({ at: over.askedAt, expecting: [], requests: [over] });
  const endedAt = 'finishedAt' in over ? over.finishedAt : 0;
  expect(await overdueReviews(store, endedAt + DAY - SECOND)).toEqual([]);
  expect(await overdueReviews(store, endedAt + DAY)).toEqual([
    {
      level: 'warning',
      message: `the review of request ${over.id} (lb-admin) is overdue since 2026-11-21T12:00:10Z`,
    },
  ]);
});
