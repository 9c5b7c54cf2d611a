/** What policy writes about Identity Center, and the handle that outlives it. */
import { z } from 'zod';
import { accountShape, profileShape, regionShape } from '../aws.ts';
import { usersShape } from '../aws-people.ts';
import { timerShape } from '../aws-timer.ts';
import { trailShape } from '../aws-trail.ts';
import type { PlanAsk, TargetContext, TargetFault } from '../provider.ts';

export const userName = z
  .string()
  .regex(/^[\w+=,.@-]{1,128}$/, 'Write the name of a user of Identity Center.');

export const connectionSchema = z.strictObject({
  region: regionShape,
  profile: profileShape,
  instance: z
    .string()
    .regex(/^arn:aws[a-z-]*:sso:::instance\/(sso)?ins-[\w.-]{16}$/, 'the ARN of an instance')
    .meta({
      description: 'The instance of Identity Center',
      examples: ['arn:aws:sso:::instance/ssoins-0123456789abcdef'],
    }),
  store: z
    .string()
    .regex(/^d-[0-9a-f]{10}$|^[0-9a-f-]{36}$/, 'the id of an identity store')
    .meta({ description: 'Its identity store', examples: ['d-0123456789'] }),
  timer: timerShape,
});

/** As it may be stored. */
export const storedConnection = connectionSchema.extend({ users: usersShape(userName) });

const permissionSet = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:sso:::permissionSet\/(sso)?ins-[\w.-]{16}\/ps-[\w.-]{16}$/,
    'the ARN of a permission set',
  );
const group = z
  .string()
  .regex(/^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id of a group');

export const targetSchema = z.strictObject({
  account: accountShape
    .optional()
    .meta({ description: 'The account that is opened', examples: ['123456789012'] }),
  permissionSet: permissionSet.optional().meta({
    description: 'With these permissions: a set that Hallpass alone assigns to people',
    examples: ['arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef'],
  }),
  group: group.optional().meta({
    description: 'Or a group that is joined: one whose members Hallpass alone writes',
    examples: ['0123456789-01234567-89ab-cdef-0123-456789abcdef'],
  }),
  key: z
    .string()
    .min(1)
    .default('email')
    .meta({
      description: '`email`, or the name of the role’s input that holds an e-mail address',
      examples: ['email'],
    }),
  trail: trailShape,
});

const what = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('assignment'),
    account: z.string().regex(/^\d{12}$/),
    permissionSet,
  }),
  z.strictObject({ kind: z.literal('membership'), group }),
]);

export const handleSchema = z.strictObject({
  v: z.literal(1),
  ...connectionSchema.shape,
  userId: z.string().regex(/^[0-9a-f-]{36,47}$/i),
  what,
  /** The seal of the installation, by which its timer is called. Left out: from before timers were called so. */
  mark: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Where what is done by it is told, and by which names. Left out: it is not told. */
  trail: z
    .strictObject({
      profile: z.string().nullable(),
      regions: z.array(z.string()),
      user: z.string(),
      set: z.string(),
    })
    .optional(),
});

export type Connection = z.infer<typeof connectionSchema>;
export type Where = Omit<Connection, 'timer'>;
export type Target = z.infer<typeof targetSchema>;
export type Handle = z.infer<typeof handleSchema>;
export type Given = z.infer<typeof what>;

/** undefined: neither, or both. */
export function givenBy({ account, permissionSet: set, group: of }: Target): Given | undefined {
  if (of !== undefined)
    return account === undefined && set === undefined
      ? { kind: 'membership', group: of }
      : undefined;
  return account === undefined || set === undefined
    ? undefined
    : { kind: 'assignment', account, permissionSet: set };
}

export function targetFaults(
  target: Target,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  const faults: TargetFault[] = [];
  if (givenBy(target) === undefined)
    faults.push({ path: [], message: 'say `account` and `permissionSet`, or `group` alone' });
  if (target.trail !== undefined && target.group !== undefined)
    faults.push({ path: ['trail'], message: 'what is done by a membership cannot be told' });
  if (target.key !== 'email' && !Object.hasOwn(inputs, target.key))
    faults.push({
      path: ['key'],
      message: `the role has no input named ${target.key}; \`email\` works too`,
    });
  return faults;
}

/** The address by which somebody is looked up. */
export function addressOf(
  { key }: Target,
  { inputs, requester }: Pick<PlanAsk, 'inputs' | 'requester'>,
): string {
  const given = key === 'email' ? requester.email : Object.hasOwn(inputs, key) ? inputs[key] : '';
  return (given ?? '').trim();
}
