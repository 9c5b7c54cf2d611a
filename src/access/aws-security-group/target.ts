/** What policy writes about a security group, and the handle that outlives the policy. */
import { z } from 'zod';
import { accountShape, profileShape, regionShape } from '../aws.ts';
import { cidrShape, networksShape } from '../aws-source.ts';
import { timerShape } from '../aws-timer.ts';
import type { TargetContext, TargetFault } from '../provider.ts';

export const connectionSchema = z.strictObject({
  account: accountShape,
  region: regionShape,
  profile: profileShape,
  timer: timerShape,
});

const port = z.int().min(1).max(65_535);

export const targetSchema = z.strictObject({
  group: z
    .string()
    .regex(/^sg-[0-9a-f]{8,17}$/, 'the id of a security group')
    .meta({
      description: 'One that Hallpass alone writes: AWS lets nobody be limited to single rules',
      examples: ['sg-0123456789abcdef0'],
    }),
  protocol: z
    .enum(['tcp', 'udp'])
    .default('tcp')
    .meta({ description: 'Of the connection', examples: ['udp'] }),
  port: port.meta({ description: 'What is opened', examples: [8443] }),
  lastPort: port
    .nullable()
    .default(null)
    .meta({ description: 'The last port of a range that begins with `port`', examples: [8449] }),
  key: z
    .string()
    .min(1)
    .meta({
      description: 'The name of the role’s input that holds the source address',
      examples: ['ip'],
    }),
  networks: networksShape,
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  ...connectionSchema.shape,
  group: targetSchema.shape.group,
  protocol: z.enum(['tcp', 'udp']),
  from: port,
  to: port,
  cidr: cidrShape,
  /** The seal of the installation, by which the rule is known as its. Left out: from before there were seals. */
  mark: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
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
