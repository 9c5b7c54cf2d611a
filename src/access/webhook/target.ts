/** What policy writes about a receiver, and the handle that outlives the policy. */
import { z } from 'zod';
import type { Json } from '../../core/policy.ts';
import type { TargetContext, TargetFault } from '../provider.ts';
import { type Hosts, hostOf } from './address.ts';

const LOOPBACK = /^(127(\.\d+){3}|::1)$/;

const url = z
  .string()
  .max(500)
  .refine(isReceiver, 'an https:// URL without a password; http:// only for 127.0.0.1 or [::1]');

export const connectionSchema = z.strictObject({
  url: url.meta({
    description: 'Where every question is posted to',
    examples: ['https://door.example.com/hallpass'],
  }),
  secret: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'small letters, digits and - only')
    .meta({
      description: 'The name of its secrets in HALLPASS_WEBHOOK_SECRETS',
      examples: ['door'],
    }),
});

const text = z.string().max(500);
const json: z.ZodType<Json> = z.json();

export const targetSchema = z.strictObject({
  target: z
    .union([text, z.record(z.string().min(1).max(100), z.union([text, z.number(), z.boolean()]))])
    .meta({
      description: 'Passed on to the receiver as it stands here',
      examples: [{ door: 'north' }],
    }),
  key: z
    .string()
    .min(1)
    .max(100)
    .meta({
      description: '`email`, or the name of the role’s input that says for whom or from where',
      examples: ['email'],
    }),
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  ...connectionSchema.shape,
  /** The receiver's own. */
  handle: json,
  /** The installation's seal of this right. Handles of before have none. */
  mark: z.string().max(100).optional(),
});

export type Connection = z.infer<typeof connectionSchema>;
export type Target = z.infer<typeof targetSchema>;

export function isOnLoopback({ url: text }: Connection): boolean {
  return LOOPBACK.test(hostOf(new URL(text)));
}

function isReceiver(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const parsed = new URL(text);
  if (parsed.username !== '' || parsed.password !== '' || parsed.hash !== '') return false;
  if (parsed.protocol === 'https:') return true;
  return parsed.protocol === 'http:' && LOOPBACK.test(hostOf(parsed));
}

/** @param known undefined where the environment is not looked at */
export function targetFaults(
  { key }: Target,
  inputs: TargetContext['inputs'],
  connection: Connection,
  known: { readonly secrets: ReadonlySet<string>; readonly hosts: Hosts } | undefined,
): readonly TargetFault[] {
  const host = hostOf(new URL(connection.url));
  const faults = [
    key === 'email' || Object.hasOwn(inputs, key)
      ? undefined
      : { path: ['key'], message: `the role has no input named ${key}; \`email\` works too` },
    known === undefined || known.secrets.has(connection.secret)
      ? undefined
      : fault(`HALLPASS_WEBHOOK_SECRETS holds no secret named ${connection.secret}`),
    known === undefined || known.hosts.has(host)
      ? undefined
      : fault(`HALLPASS_WEBHOOK_HOSTS does not list ${host}`),
  ];
  return faults.filter((one) => one !== undefined);
}

function fault(message: string): TargetFault {
  return { path: ['provider'], message };
}
