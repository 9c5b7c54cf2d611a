/** What people are called at AWS, by the `people` of the policy. Nobody is guessed. */
import { z } from 'zod';
import type { TargetSpec } from '../core/policy.ts';
import { emailFrom } from '../core/principal.ts';

/** In targets that were stored before there was `people`: policy writes it no more. */
export function usersShape(name: z.ZodType<string>) {
  return z.record(z.string(), name).optional();
}

/** By e-mail, in lower case. */
export function namesAt(
  { people }: Pick<TargetSpec, 'people'>,
  { users = {} }: { readonly users?: Readonly<Record<string, string>> | undefined },
): ReadonlyMap<string, string> {
  const names = Object.entries(people ?? users);
  return new Map(names.map(([email, name]) => [emailFrom(email), name]));
}
