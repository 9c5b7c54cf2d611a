import type { Standing } from '../platform.ts';

/** Somebody who works in the local workspace. */
export interface LocalPerson {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly standing: Standing;
}

/** How people are written down in a demo or a test: what is left out is made up from the user id. */
export type LocalPersonSpec = Pick<LocalPerson, 'userId'> & Partial<LocalPerson>;

export function personFrom(spec: LocalPersonSpec): LocalPerson {
  const { userId } = spec;
  const name = `${userId.charAt(0).toUpperCase()}${userId.slice(1)}`;
  return { name, email: `${userId}@example.com`, standing: 'member', ...spec };
}
