/** A local workspace with the people, channels and groups that a policy speaks of. */
import { channelsOf } from '../../core/channels.ts';
import type { Policy } from '../../core/policy.ts';
import type { LocalPersonSpec } from './people.ts';

export interface WorkspaceSpec {
  readonly people: readonly LocalPersonSpec[];
  readonly channels: readonly string[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/** People are the e-mails of the policy's groups; `ada@example.com` becomes the user `ada`. */
export function workspaceOf(policy: Policy): WorkspaceSpec {
  const emails = new Set<string>();
  for (const group of Object.values(policy.groups))
    for (const source of group.sources)
      if (source.kind === 'emails') for (const email of source.emails) emails.add(email);
  return {
    people: [...emails].map((email) => ({ userId: email.split('@')[0] ?? email, email })),
    channels: [...new Set(channelsOf(policy).map(({ channel }) => channel))],
    groups: {},
  };
}
