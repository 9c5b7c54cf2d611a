/** What policy writes about rights of IAM users, and the handle that outlives the policy. */
import { z } from 'zod';
import { sha256 } from '../../core/ids.ts';
import { emailFrom } from '../../core/principal.ts';
import { accountShape, profileShape } from '../aws.ts';
import { usersShape } from '../aws-people.ts';
import { trailShape } from '../aws-trail.ts';
import type { PlanAsk, TargetContext, TargetFault } from '../provider.ts';

export const userName = z.string().regex(/^[\w+=,.@-]{1,64}$/, 'Write the name of an IAM user.');

export const connectionSchema = z.strictObject({ account: accountShape, profile: profileShape });

/** As it may be stored. */
export const storedConnection = connectionSchema.extend({ users: usersShape(userName) });

const action = z.string().regex(/^[a-z0-9-]{1,60}:[A-Za-z]{2,100}\*?$/, 'such as s3:GetObject');
const resource = z.string().regex(/^arn:[\x21-\x7e]{1,500}$/, 'an ARN');

export const targetSchema = z.strictObject({
  actions: z
    .array(action)
    .min(1)
    .max(50)
    .meta({ description: 'What may be done', examples: [['s3:GetObject']] }),
  resources: z
    .array(resource)
    .min(1)
    .max(20)
    .meta({ description: 'With what', examples: [['arn:aws:s3:::edge-logs/*']] }),
  key: z
    .string()
    .min(1)
    .default('email')
    .meta({
      description:
        '`email`, or the name of the role’s input that names one of those in `people`, such as a service’s own',
      examples: ['service'],
    }),
  trail: trailShape,
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  account: connectionSchema.shape.account,
  profile: z.string().nullable(),
  user: userName,
  /** IAM's own id, which a new user of the same name does not have. */
  userId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  policy: z.string().regex(/^hallpass-[0-9a-f]{32}$/),
  actions: z.array(action),
  resources: z.array(resource),
  /** The seal of the installation. Left out: from before there were seals. */
  mark: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Where what is done by it is told. Left out: it is not told. */
  trail: z
    .strictObject({ profile: z.string().nullable(), regions: z.array(z.string()) })
    .optional(),
});

export type Connection = z.infer<typeof connectionSchema>;
export type Target = z.infer<typeof targetSchema>;
export type Handle = z.infer<typeof handleSchema>;
export type Where = Pick<Handle, 'account' | 'profile'>;

export function targetFaults(
  { key }: Target,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  if (key === 'email' || Object.hasOwn(inputs, key)) return [];
  return [{ path: ['key'], message: `the role has no input named ${key}; \`email\` works too` }];
}

/** Nobody whom policy does not name. */
export function userFor(
  users: ReadonlyMap<string, string>,
  { key }: Target,
  { inputs, requester }: Pick<PlanAsk, 'inputs' | 'requester'>,
): string | undefined {
  if (key === 'email') return users.get(emailFrom(requester.email));
  const asked = Object.hasOwn(inputs, key) ? inputs[key]?.trim() : undefined;
  return [...users.values()].find((user) => user === asked);
}

/** A target at which nobody has a name could never be given. */
export function nameless(users: ReadonlyMap<string, string>): readonly TargetFault[] {
  if (users.size > 0) return [];
  return [{ path: ['provider'], message: 'nobody in `people` has a name there' }];
}

export const PREFIX = 'hallpass-';

/** One for each right, so that putting it is giving and extending, and nothing else is replaced. */
export function policyNameOf(
  account: string,
  userId: string,
  { actions, resources }: Pick<Target, 'actions' | 'resources'>,
): string {
  const right = JSON.stringify([account, userId, [...actions].sort(), [...resources].sort()]);
  return `${PREFIX}${sha256(right).slice(0, 32)}`;
}
