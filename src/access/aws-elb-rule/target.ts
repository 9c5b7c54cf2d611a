/** What policy writes about a listener of an application load balancer, and the handle that outlives it. */
import { z } from 'zod';
import { type Connection, connectionSchema, elsewhere, GROUP, LISTENER } from '../aws-elb.ts';
import { cidrShape, networksShape } from '../aws-source.ts';
import type { TargetContext, TargetFault } from '../provider.ts';

/** In the words of AWS, without its wildcards: what is opened is one thing. */
const host = z.string().regex(/^[a-z0-9.-]{1,128}$/, 'a name in lower case, without wildcards');
const path = z
  .string()
  .regex(/^\/[A-Za-z0-9_.$/~@:+-]{0,100}\*?$/, 'a path, which may end with `*`');
const priority = z.int().min(1).max(50_000);

export const targetSchema = z.strictObject({
  listener: z
    .string()
    .regex(LISTENER, 'the ARN of a listener of an application load balancer')
    .meta({
      description: 'The listener, which turns everybody away who is let in by no rule',
      examples: [
        'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/edge/0123456789abcdef/0123456789abcdef',
      ],
    }),
  priorities: z
    .strictObject({
      from: priority.meta({ description: 'The first of them', examples: [1_000] }),
      until: priority.meta({ description: 'The last of them', examples: [1_999] }),
    })
    .meta({
      description: 'The priorities of Hallpass’s own rules: a band in which nobody else has any',
      examples: [{ from: 1_000, until: 1_999 }],
    }),
  forward: z
    .string()
    .regex(GROUP, 'the ARN of a target group')
    .meta({
      description: 'The target group that is reached',
      examples: [
        'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/admin/0123456789abcdef',
      ],
    }),
  host: host
    .nullable()
    .default(null)
    .meta({ description: 'For this host alone', examples: ['admin.example.com'] }),
  path: path
    .nullable()
    .default(null)
    .meta({ description: 'For these paths alone', examples: ['/admin/*'] }),
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
  listener: z.string().regex(LISTENER),
  priorities: z.strictObject({ from: priority, until: priority }),
  forward: z.string().regex(GROUP),
  host: host.nullable(),
  path: path.nullable(),
  cidr: cidrShape,
  /** The seal of the installation, by which the rule is known as its. */
  mark: z.string().regex(/^[0-9a-f]{32}$/),
});

export type Target = z.infer<typeof targetSchema>;
export type Handle = z.infer<typeof handleSchema>;

export function targetFaults(
  target: Target,
  connection: Connection,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  const { key, priorities, listener, forward } = target;
  const faults: TargetFault[] = [];
  const kind = Object.hasOwn(inputs, key) ? inputs[key] : undefined;
  if (kind === undefined)
    faults.push({ path: ['key'], message: `the role has no input named ${key}` });
  else if (kind !== 'ip')
    faults.push({ path: ['key'], message: `the input ${key} is of kind ${kind}, not ip` });
  if (priorities.until < priorities.from)
    faults.push({ path: ['priorities', 'until'], message: `comes before ${priorities.from}` });
  for (const [name, arn] of Object.entries({ listener, forward })) {
    const message = elsewhere(arn, connection);
    if (message !== undefined) faults.push({ path: [name], message });
  }
  return faults;
}
