/** Whether policy names somebody for what is about the whole installation and no role: asked fresh. */
import type { GroupAnswer } from '../core/facts.ts';
import { inAnyOf } from '../core/facts.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName } from '../core/policy.ts';
import type { Directory } from './directory.ts';
import type { Shell } from './shell.ts';

const NOTHING = { past: [], reasons: new Map<string, string>(), linked: new Map<never, never>() };

/** @throws ChatError */
export async function isNamed(
  { policy, ledger, settings: timing }: Shell,
  directory: Directory,
  by: PrincipalId,
  named: readonly GroupName[],
): Promise<GroupAnswer> {
  const [groups, person] = await Promise.all([directory.groups(named), directory.acting(by)]);
  const people = new Map(person === undefined ? [] : [[by, person]]);
  const asked = { now: ledger.now(), policy: policy(), timing, ...NOTHING };
  return inAnyOf({ ...asked, groups, people, absent: new Set<never>() }, by, named);
}
