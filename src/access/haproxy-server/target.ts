/** What policy writes about a server, and the handle that outlives the policy. */
import { z } from 'zod';
import type { InputSpec } from '../../core/policy.ts';
import type { Claim } from '../../core/policy-target.ts';
import { nodeShape, nodesShape } from '../haproxy-node.ts';
import type { PlanAsk, TargetContext, TargetFault } from '../provider.ts';
import { isSameKind, type Setting, settingShape, settingText, usualBefore } from './setting.ts';

export const connectionSchema = z.strictObject({
  nodes: nodesShape.meta({
    description: 'Every HAProxy process behind the same name: a server is set at all of them',
    examples: [['unix:/run/haproxy/admin.sock']],
  }),
});

/** HAProxy's own alphabet, but for a first character that its command line could take for something else. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/;
const nameShape = z.string().regex(NAME, 'a name as in haproxy.cfg');

export const targetSchema = z.strictObject({
  server: z
    .string()
    .refine(
      (text) => parseServerName(text) !== undefined,
      '`<backend>/<server>`, as in haproxy.cfg',
    )
    .optional()
    .meta({ description: 'The one server that is set', examples: ['be_app/web1'] }),
  backend: nameShape.optional().meta({
    description: 'Or the backend of which the requester names a server',
    examples: ['be_app'],
  }),
  key: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'The name of the role’s input that holds the server of `backend`',
      examples: ['server'],
    }),
  set: settingShape.meta({
    description: '`drain`, `maint`, `ready`, or `{ weight: … }`: a share of its own, or 0 to 256',
    examples: ['drain', { weight: '10%' }],
  }),
  otherwise: settingShape.optional().meta({
    description:
      'What it is before and after; if left out, `ready`, or its own weight. Required for `set: ready`',
    examples: ['ready'],
  }),
  lastServer: z
    .boolean()
    .default(false)
    .meta({
      description: 'Whether it may be the last one of its backend to which new sessions come',
      examples: [true],
    }),
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  nodes: z.array(nodeShape).min(1),
  backend: nameShape,
  server: nameShape,
  set: settingShape,
  otherwise: settingShape,
  lastServer: z.boolean(),
});

export type Target = z.infer<typeof targetSchema>;
export type Handle = z.infer<typeof handleSchema>;
/** What policy says of every server that may be asked for. */
export type Rule = Omit<Handle, 'server'>;

/** Which server is meant. */
type Named = Pick<Handle, 'backend' | 'server'>;

export type Asked =
  | ({ readonly kind: 'server' } & Named)
  | { readonly kind: 'refused'; readonly why: string };

/** NB. Names are told apart by the case of their letters, so nothing but blanks around them is forgiven. */
export function askedServer(target: Target, { inputs }: Pick<PlanAsk, 'inputs'>): Asked {
  const fixed = parseServerName(target.server ?? '');
  if (fixed !== undefined) return { kind: 'server', ...fixed };
  const { backend, key } = target;
  if (backend === undefined || key === undefined) return refused('Policy names no server.');
  const given = (Object.hasOwn(inputs, key) ? (inputs[key] ?? '') : '').trim();
  if (given === '') return refused(`Say which server: add ${key}=…`);
  if (!NAME.test(given)) return refused('That is no name of a server.');
  return { kind: 'server', backend, server: given };
}

/** What it goes back to. */
export function otherwiseOf({ set, otherwise }: Target): Setting | undefined {
  return otherwise ?? usualBefore(set);
}

export function targetFaults(
  target: Target,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  return [...nameFaults(target, inputs), ...settingFaults(target)];
}

/**
 * All roles put a server back to the same, so that none sets what another one has set for it to be put back from, and what
 * is over for both is what policy says it is otherwise. State and weight do not touch one another at HAProxy (measured
 * with 2.6.12). And what is set to the same, by whichever role, is one right.
 *
 * @param names of the servers that may be asked for; null: any of the backend
 */
export function claimsOf(rule: Rule, names: readonly string[] | null): readonly Claim[] {
  const { nodes, backend, set, otherwise, lastServer } = rule;
  const kind = typeof set === 'object' ? 'weight' : 'state';
  const kinds = [
    {
      path: ['otherwise'],
      of: (server: string) => `The ${kind} of ${server}`,
      by: `going back to ${settingText(otherwise)}`,
    },
    {
      path: ['lastServer'],
      of: (server: string) => `Setting to ${settingText(set)} of ${server}`,
      by: `\`lastServer: ${lastServer}\``,
    },
  ];
  return nodes.flatMap((node) =>
    kinds.flatMap(({ path, of, by }): readonly Claim[] => {
      const any = of(`any server of ${backend} at ${node}`);
      return names === null
        ? [{ path, what: any, by }]
        : names.map((name) => ({
            path,
            what: of(`${backend}/${name} at ${node}`),
            oneOf: any,
            by,
          }));
    }),
  );
}

/** null: whichever HAProxy knows by the name that is typed. */
export function namesIn(
  { server, key }: Target,
  inputs: Readonly<Record<string, InputSpec>>,
): readonly string[] | null {
  const fixed = parseServerName(server ?? '');
  if (fixed !== undefined) return [fixed.server];
  const input = key !== undefined && Object.hasOwn(inputs, key) ? inputs[key] : undefined;
  return input?.kind === 'choice' ? [...new Set(input.options.map((name) => name.trim()))] : null;
}

function nameFaults(
  { server, backend, key }: Target,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  const isFixed = server !== undefined && backend === undefined && key === undefined;
  const isAsked = server === undefined && backend !== undefined && key !== undefined;
  if (!isFixed && !isAsked)
    return [{ path: [], message: 'say `server`, or `backend` and `key` instead' }];
  return key === undefined || Object.hasOwn(inputs, key)
    ? []
    : [{ path: ['key'], message: `the role has no input named ${key}` }];
}

function settingFaults(target: Target): readonly TargetFault[] {
  const at = (message: string) => [{ path: ['otherwise'], message }];
  const { set } = target;
  const otherwise = otherwiseOf(target);
  if (otherwise === undefined) return at('say what a server is that is made ready');
  if (!isSameKind(set, otherwise))
    return at('a weight goes back to a weight, and a state to a state');
  return settingText(set) === settingText(otherwise)
    ? at('it is the same as `set`: nothing would change')
    : [];
}

/** `be_app/web1` */
export function parseServerName(text: string): Named | undefined {
  const [backend = '', server = '', ...rest] = text.split('/');
  return rest.length === 0 && NAME.test(backend) && NAME.test(server)
    ? { backend, server }
    : undefined;
}

function refused(why: string): Asked {
  return { kind: 'refused', why };
}
