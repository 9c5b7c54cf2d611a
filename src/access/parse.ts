import type { z } from 'zod';
import type { Json } from '../core/policy.ts';
import { ProviderError } from './provider.ts';

/**
 * What policy wrote about a target, or a handle as it was stored.
 *
 * @throws ProviderError `misconfigured`: it was written by another version, or by nobody who knew the shape
 */
export function parse<T>(schema: z.ZodType<T>, json: Json): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ProviderError('misconfigured', result.error.message, { cause: result.error });
}
