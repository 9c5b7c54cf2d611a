import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RosterStand, rosterStand, says } from '../../test/support/roster-stand.ts';
import { systemClock } from '../clock.ts';
import { rosters } from '../oncall/registry.ts';
import { readPolicyFile } from '../policy-file.ts';
import { Secret } from '../secret.ts';
import { rosterFindings } from './doctor-rosters.ts';
import { policyContext } from './policy-context.ts';

let stand: RosterStand;
beforeEach(async () => {
  stand = await rosterStand((response, asked) => {
    const isPagerDuty = asked.url.pathname === '/oncalls';
    const behave = isPagerDuty
      ? says({ oncalls: [], more: false })
      : says({ data: { onCallRecipients: ['ada@example.com'] } });
    behave(response, asked);
  });
});
afterEach(() => stand.stop());

async function examined() {
  const reading = readPolicyFile('examples/policies/on-call.yaml', policyContext());
  if (reading.kind !== 'policy') throw new Error('the example is faulty');
  const secret = new Secret('a-token-of-a-test');
  const all = rosters(
    {
      onCall: {
        pagerduty: { token: secret, url: stand.url },
        opsgenie: { apiKey: secret, url: stand.url },
      },
    },
    systemClock,
  );
  return rosterFindings(all, reading.policy);
}

it('says of each schedule once whether it answers, and tells nobody’s address', async () => {
  expect(await examined()).toEqual([
    { where: 'opsgenie schedule Platform_schedule', level: 'ok', message: 'answers: 1 on call' },
    {
      where: 'pagerduty schedule P1SCHED',
      level: 'warning',
      message: 'answers that nobody is on call',
    },
  ]);
  expect(stand.asked).toHaveLength(2);
});

it('finds fault with a schedule that does not answer, and says why', async () => {
  stand.behave = says('', 401);
  expect(await examined()).toMatchObject([
    { level: 'fault', message: 'Opsgenie answered 401.' },
    { level: 'fault', message: 'PagerDuty answered 401.' },
  ]);
});
