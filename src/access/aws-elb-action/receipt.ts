/** What is noted before something is set: by it alone what stands so afterwards is known as ours. */
import { z } from 'zod';
import type { Json } from '../../core/policy.ts';
import { type Instant, type Millis, SECOND } from '../../core/time.ts';

/** By then it shows, or was never done. */
export const SETTLE: Millis = 5 * SECOND;
/** And it was looked for so often, some seconds long: a clock that is set ahead makes all of it seem long ago. */
const LOOKS = 3;

const receiptSchema = z.strictObject({
  kind: z.literal('wished'),
  at: z.int().default(0),
  /** How often it was not there. */
  looks: z.int().default(0),
});

export function noted(now: Instant): Json {
  return { kind: 'wished', at: now, looks: 0 };
}

/** It was looked for once more, and is not there. @returns null: what stands so from now on is somebody else’s */
export function missed(receipt: Json, now: Instant): Json | null {
  const known = receiptSchema.safeParse(receipt).data ?? { kind: 'wished', at: now, looks: 0 };
  const looks = known.looks + 1;
  return now - known.at > SETTLE && looks >= LOOKS ? null : { ...known, looks };
}
