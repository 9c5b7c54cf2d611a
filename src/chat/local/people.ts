import type { Standing } from '../platform.ts';

/** Somebody who works in the local workspace. */
export interface LocalPerson {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly standing: Standing;
  /** Their time zone; left out: that of policy. */
  readonly zone?: string;
}

/** How people are written down in a demo or a test: what is left out is made up from the user id. */
export type LocalPersonSpec = Pick<LocalPerson, 'userId'> & Partial<LocalPerson>;

function personFrom(spec: LocalPersonSpec): LocalPerson {
  const { userId } = spec;
  const name = `${userId.charAt(0).toUpperCase()}${userId.slice(1)}`;
  return { name, email: `${userId}@example.com`, standing: 'member', ...spec };
}

/** Who works here, and in which groups. */
export class Roster {
  readonly #people = new Map<string, LocalPerson>();
  readonly #groups: Map<string, readonly string[]>;

  constructor(
    people: readonly LocalPersonSpec[],
    groups: Readonly<Record<string, readonly string[]>>,
  ) {
    this.#groups = new Map(Object.entries(groups));
    for (const spec of people) this.setPerson(spec);
  }

  /** Somebody joins, or changes: a new e-mail address, deactivated. */
  setPerson(spec: LocalPersonSpec): void {
    this.#people.set(spec.userId, {
      ...personFrom(spec),
      ...this.#people.get(spec.userId),
      ...spec,
    });
  }

  person(userId: string): LocalPerson | undefined {
    return this.#people.get(userId);
  }

  people(): readonly LocalPerson[] {
    return [...this.#people.values()];
  }

  setGroup(name: string, userIds: readonly string[]): void {
    this.#groups.set(name, userIds);
  }

  group(name: string): readonly string[] | undefined {
    return this.#groups.get(name);
  }
}
