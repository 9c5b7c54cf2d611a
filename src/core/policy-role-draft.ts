/** A role while it is being read, and what it gets where the file says nothing. */
import type { z } from 'zod';
import type { PolicyPath } from './policy-issue.ts';
import type { roleShape, sharedShape } from './policy-role-shape.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

export type RoleDraft = Partial<z.output<ReturnType<typeof roleShape>>>;
export type SharedDraft = Pick<RoleDraft, keyof ReturnType<typeof sharedShape>>;

/** A draft with its defaults, and where each of its keys was written. */
export interface RoleReading {
  readonly name: string;
  readonly draft: RoleDraft;
  readonly path: PolicyPath;
  pathOf(key: keyof RoleDraft): PolicyPath;
  /** Written here or in `defaults:`, right or wrong. */
  has(key: keyof RoleDraft): boolean;
}

export const BUILT_IN = {
  duration: HOUR,
  reasonExample: 'rotate the edge certificate',
  expireAfter: HOUR,
  startWithin: 7 * DAY,
  warnBefore: 10 * MINUTE,
};
