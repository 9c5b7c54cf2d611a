/** What policy writes about an action, and the handle that outlives it. */
import { z } from 'zod';
import { connectionSchema, GROUP, LISTENER, nameOf, RULE } from '../aws-elb.ts';
import type { PlanAsk } from '../provider.ts';

const ID = '0123456789abcdef';
const AT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';

const rule = z.string().regex(RULE, 'the ARN of a rule of an application load balancer');
const listener = z
  .string()
  .regex(LISTENER, 'the ARN of a listener of an application load balancer');
const group = z.string().regex(GROUP, 'the ARN of a target group');
/** As somebody says it. */
const name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'a short name in lower case');
const weight = z.int().min(0).max(999);
const weights = z.record(
  z.string().regex(/^[A-Za-z0-9-]{1,32}$|^arn:/, 'a target group, by its name or ARN'),
  weight,
);

const memberSchema = z.strictObject({
  id: z
    .string()
    .regex(/^i-[0-9a-f]{8,17}$|^[0-9a-f.:]{3,45}$/, 'the id of an instance, or an address')
    .meta({
      description: 'The instance or address that is registered',
      examples: ['i-0123456789abcdef0'],
    }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .meta({ description: 'The port that it is registered with', examples: [8080] }),
  zone: z
    .string()
    .regex(/^all$|^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, '`all`, or an availability zone')
    .nullable()
    .default(null)
    .meta({
      description: 'The zone that an address outside of the VPC is registered with',
      examples: ['all'],
    }),
});

export const targetSchema = z.strictObject({
  rule: rule.optional().meta({
    description: 'The rule whose weights are set',
    examples: [`${AT}:listener-rule/app/edge/${ID}/${ID}/${ID}`],
  }),
  listener: listener.optional().meta({
    description: 'Or the listener, whose default action it is then',
    examples: [`${AT}:listener/app/edge/${ID}/${ID}`],
  }),
  rules: z
    .record(name, z.union([rule, listener]))
    .optional()
    .meta({
      description: 'Or several of them, by what is said in the input `key`',
      examples: [{ shop: `${AT}:listener-rule/app/edge/${ID}/${ID}/${ID}` }],
    }),
  set: weights.optional().meta({
    description: 'What each target group weighs while it lasts, by its name or ARN',
    examples: [{ blue: 0, green: 100 }],
  }),
  otherwise: weights.optional().meta({
    description: 'What each weighs before and after',
    examples: [{ blue: 100, green: 0 }],
  }),
  group: group.optional().meta({
    description: 'The target group from which something is deregistered',
    examples: [`${AT}:targetgroup/web/${ID}`],
  }),
  deregister: memberSchema.optional().meta({
    description: 'The target that is deregistered, and registered before and after',
    examples: [{ id: 'i-0123456789abcdef0', port: 8080 }],
  }),
  servers: z
    .record(name, memberSchema)
    .optional()
    .meta({
      description: 'Or several of them, by what is said in the input `key`',
      examples: [{ 'web-1': { id: 'i-0123456789abcdef0', port: 8080 } }],
    }),
  lastServer: z
    .boolean()
    .default(false)
    .meta({
      description: 'Whether it may be the last healthy target of its group',
      examples: [true],
    }),
  key: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'The name of the role’s input that says which of `rules` or `servers`',
      examples: ['server'],
    }),
});

const weighted = z.strictObject({
  kind: z.literal('weights'),
  /** The rule, or the listener whose default action it is. */
  at: z.union([rule, listener]),
  /** In the order of their ARNs. */
  groups: z
    .array(z.strictObject({ group, set: weight, otherwise: weight }))
    .min(2)
    .max(5),
});

const deregistered = z.strictObject({
  kind: z.literal('deregistration'),
  group,
  ...memberSchema.shape,
  lastServer: z.boolean(),
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  ...connectionSchema.shape,
  what: z.discriminatedUnion('kind', [weighted, deregistered]),
});

export type Target = z.infer<typeof targetSchema>;
export type Member = z.infer<typeof memberSchema>;
export type Weights = z.infer<typeof weights>;
export type Weighted = z.infer<typeof weighted>;
export type Deregistered = z.infer<typeof deregistered>;
export type Handle = z.infer<typeof handleSchema>;

/** What policy means, of which there may be several. */
export type Given =
  | {
      readonly kind: 'weights';
      readonly choices: Readonly<Record<string, string>>;
      readonly set: Weights;
      readonly otherwise: Weights;
    }
  | {
      readonly kind: 'deregistration';
      readonly choices: Readonly<Record<string, Member>>;
      readonly group: string;
    };

/** What policy calls the only one that there is. */
export const ONLY = '';

/** undefined: nothing, too little, or both kinds at once. */
export function givenBy(target: Target): Given | undefined {
  const { set, otherwise, group: of, deregister, servers } = target;
  const places = [target.rule, target.listener].flatMap((one) => one ?? []);
  const ats = choicesOf(places, target.rules);
  const members = choicesOf(deregister === undefined ? [] : [deregister], servers);
  const areWeights = set !== undefined && otherwise !== undefined;
  if (ats !== undefined && areWeights && of === undefined && members === undefined)
    return { kind: 'weights', choices: ats, set, otherwise };
  const isBare = set === undefined && otherwise === undefined && ats === undefined;
  return members !== undefined && of !== undefined && isBare
    ? { kind: 'deregistration', choices: members, group: of }
    : undefined;
}

/** undefined: none, or more than one way of saying it. */
function choicesOf<T>(
  one: readonly T[],
  several: Readonly<Record<string, T>> | undefined,
): Readonly<Record<string, T>> | undefined {
  const [only, ...more] = one;
  if (only === undefined) return several;
  return several === undefined && more.length === 0 ? { [ONLY]: only } : undefined;
}

/** @returns which of the choices is asked for, or a sentence that says what may be */
export function chosen(
  { key }: Target,
  { choices }: Given,
  inputs: PlanAsk['inputs'],
): { readonly name: string } | { readonly why: string } {
  if (key === undefined) return { name: ONLY };
  const said = (Object.hasOwn(inputs, key) ? (inputs[key] ?? '') : '').trim().toLowerCase();
  if (said !== ONLY && Object.hasOwn(choices, said)) return { name: said };
  const names = Object.keys(choices).slice(0, 20).join(', ');
  return { why: `Say which: ${key}= one of ${names}.` };
}

/** Of a target group, which policy names by its name or ARN. */
export function weightFor(weights: Weights, arn: string): number | undefined {
  const named = [arn, nameOf(arn)].find((one) => Object.hasOwn(weights, one));
  return named === undefined ? undefined : weights[named];
}
