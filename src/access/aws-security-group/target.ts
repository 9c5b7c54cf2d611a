/** What policy writes about a security group, and the handle that outlives the policy. */
import { z } from 'zod';
import type { TargetContext, TargetFault } from '../provider.ts';

export const connectionSchema = z.strictObject({
  /** Whose credentials these have to be: nothing is written anywhere else. */
  account: z.string().regex(/^\d{12}$/, 'the twelve digits of the account'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-central-1'),
  /** A profile of the AWS configuration, which may assume a role. Left out: the usual credentials. */
  profile: z
    .string()
    .regex(/^[\w.@/+-]{1,100}$/, 'the name of a profile')
    .nullable()
    .default(null),
});

const FLOOR = { v4: 32, v6: 128 };
const port = z.int().min(1).max(65_535);

export const targetSchema = z.strictObject({
  /** One that Hallpass alone writes: AWS lets nobody be limited to single rules. */
  group: z.string().regex(/^sg-[0-9a-f]{8,17}$/, 'the id of a security group'),
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  port,
  /** The last port of a range that begins with `port`. */
  lastPort: port.nullable().default(null),
  /** The name of the role's input that holds the source address. */
  key: z.string().min(1),
  /** The shortest prefix lengths let in here, whatever the role's input lets in. */
  networks: z
    .strictObject({
      v4: z.int().min(16).max(32).default(FLOOR.v4),
      v6: z.int().min(48).max(128).default(FLOOR.v6),
    })
    .default(FLOOR),
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  ...connectionSchema.shape,
  group: targetSchema.shape.group,
  protocol: z.enum(['tcp', 'udp']),
  from: port,
  to: port,
  cidr: z.string().regex(/^[0-9a-f.:]+\/\d{1,3}$/),
});

export type Connection = z.infer<typeof connectionSchema>;
export type Target = z.infer<typeof targetSchema>;
export type Handle = z.infer<typeof handleSchema>;

export function targetFaults(
  { key, port: from, lastPort }: Target,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  const faults: TargetFault[] = [];
  const kind = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
  if (kind === undefined)
    faults.push({ path: ['key'], message: `the role has no input named ${key}` });
  else if (kind !== 'ip')
    faults.push({ path: ['key'], message: `the input ${key} is of kind ${kind}, not ip` });
  if (lastPort !== null && lastPort < from)
    faults.push({ path: ['lastPort'], message: `comes before port ${from}` });
  return faults;
}
