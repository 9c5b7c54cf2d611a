/** Whether a glass was broken rightly, told by what the log says of that human's requests. */
import type { Role } from '../src/core/policy.ts';
import type { AccessRequest } from '../src/core/request.ts';
import { mayHaveBeenOpen } from './rations.ts';

/**
 * @param own all the others of the same human, as they were then
 * @param inForce the role by the policy of that moment
 */
export function wronglyBroken(
  request: AccessRequest,
  own: readonly AccessRequest[],
  inForce: Role | undefined,
): string | undefined {
  const rule = inForce?.breakGlass;
  if (rule === undefined) return 'no rule lets anybody';
  if (request.duration > rule.max) return `for ${request.duration} of ${rule.max}`;
  if (request.reason === null) return 'without a reason';
  const open = own.find(({ review }) => review?.kind === 'open');
  if (open !== undefined) return `while ${open.id} is not reviewed`;
  // NB. No world lasts longer than any rule counts.
  const before = own.filter(
    (one) =>
      one.breakGlass !== undefined &&
      one.role.name === request.role.name &&
      (one.status !== 'activation-failed' || mayHaveBeenOpen(one)),
  );
  return before.length >= rule.often.most ? `${before.length} times before` : undefined;
}
