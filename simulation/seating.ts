/** Whether those who agree are enough, found by trying every way there is: slow, and another way than the product's. */
import type { PrincipalId } from '../src/core/ids.ts';
import type { GroupName, Role } from '../src/core/policy.ts';
import type { Millis } from '../src/core/time.ts';
import { LONG } from './cast.ts';

/** For each stage the groups of its seats. */
export type Seats = readonly (readonly GroupName[])[];

export function seatsOf(role: Role | undefined, duration: Millis): Seats {
  if (role?.approval.kind !== 'stages') return [];
  if (role.conditions.length > 0 && duration > LONG) return [['leads', 'leads']];
  return role.approval.stages.map((stage) =>
    stage.flatMap(({ count, of }) => Array.from({ length: count }, () => of)),
  );
}

/** Everybody who is named by some stage. */
export function namedBy(role: Role | undefined): readonly GroupName[] {
  return seatsOf(role, 0).flat();
}

/** By the rule in force; where that asks for nobody, by the one that was asked under. */
export function namedNow(asked: Role, inForce: Role | undefined): readonly GroupName[] {
  const now = namedBy(inForce);
  return now.length > 0 ? now : namedBy(asked);
}

/** The ids of one human. */
export type Human = readonly PrincipalId[];

/** Each human takes a seat of the stage that is open, or none. */
export async function canBeSeated(
  stages: Seats,
  humans: readonly Human[],
  isIn: (by: PrincipalId, group: GroupName) => Promise<boolean>,
): Promise<boolean> {
  const [stage, ...later] = stages;
  if (stage === undefined) return true;
  if (stage.length === 0) return canBeSeated(later, humans, isIn);
  const [human, ...rest] = humans;
  if (human === undefined) return false;
  for (const [seat, group] of stage.entries()) {
    const answers = await Promise.all(human.map((id) => isIn(id, group)));
    const left = [stage.toSpliced(seat, 1), ...later];
    if (answers.includes(true) && (await canBeSeated(left, rest, isIn))) return true;
  }
  return canBeSeated(stages, rest, isIn);
}
