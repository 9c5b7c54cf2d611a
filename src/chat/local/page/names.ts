import type { People } from '../../platform.ts';
import type { Names } from '../board.ts';

export function namesFrom(people: People): Names {
  return Object.fromEntries([...people.values()].map(({ id, name }) => [id, name]));
}
