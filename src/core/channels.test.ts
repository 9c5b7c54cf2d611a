import { describe, expect, it } from 'vitest';
import { channelsOf } from './channels.ts';
import { policyOf, roleWith } from './fixtures/policies.ts';

const on = (channel: string) => ({ platform: 'local', channel });

describe('the channels of a policy', () => {
  it('are those of roles, of alarms and of what no request holds, each once', () => {
    const policy = policyOf(
      roleWith({ channel: on('lb-access'), fallbackChannel: on('desk') }),
      roleWith({ name: 'lb-pair', channel: on('lb-access'), fallbackChannel: null }),
    );
    const reconciliation = { ...policy.reconciliation, channel: on('lb-audit') };
    const all = channelsOf({ ...policy, alarmChannel: on('desk'), reconciliation });
    expect(all.map(({ channel }) => channel).toSorted()).toEqual(['desk', 'lb-access', 'lb-audit']);
  });
});
