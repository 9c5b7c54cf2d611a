/** What policy writes about a gate, and the handle that outlives the policy. */
import { z } from 'zod';
import type { Claim } from '../../core/policy-target.ts';
import { formatDuration, parseDuration } from '../../core/time.ts';
import { nodeShape, nodesShape } from '../haproxy-node.ts';
import type { TargetContext, TargetFault } from '../provider.ts';
import type { Counter } from './uses.ts';

export const connectionSchema = z.strictObject({
  nodes: nodesShape.meta({
    description:
      'Every HAProxy process behind the same name: access is given at all of them or not at all',
    examples: [['unix:/run/haproxy/admin.sock']],
  }),
  config: z
    .string()
    .startsWith('/', 'the path begins with a slash')
    .nullable()
    .default(null)
    .meta({
      description:
        'The configuration file, when it can be read from here: lets the doctor look for the deny rule',
      examples: ['/etc/haproxy/haproxy.cfg'],
    }),
});

const FLOOR = { v4: 16, v6: 48 };

export const targetSchema = z.strictObject({
  map: z
    .string()
    .regex(/^\/[A-Za-z0-9._/-]{1,250}$/, 'the absolute path of the map file, without spaces')
    .meta({
      description: 'The map file, spelled as in haproxy.cfg',
      examples: ['/etc/haproxy/jit.map'],
    }),
  key: z
    .string()
    .min(1)
    .meta({
      description: '`email`, or the name of the role’s input that holds the source address',
      examples: ['ip'],
    }),
  networks: z
    .strictObject({
      v4: z
        .int()
        .min(8)
        .max(32)
        .default(FLOOR.v4)
        .meta({ description: 'Of IPv4', examples: [28] }),
      v6: z
        .int()
        .min(32)
        .max(128)
        .default(FLOOR.v6)
        .meta({ description: 'Of IPv6', examples: [64] }),
    })
    .default(FLOOR)
    .meta({
      description: 'The shortest prefix lengths let in here, whatever the role’s input lets in',
      examples: [{ v4: 28, v6: 64 }],
    }),
  style: z
    .enum(['http', 'tcp'])
    .default('http')
    .meta({ description: 'What the frontend sees: a TCP one sees no e-mail', examples: ['tcp'] }),
  uses: z
    .strictObject({
      table: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,100}$/, 'the name of a stick table')
        .meta({ description: 'The stick table, as its proxy is called', examples: ['jit_seen'] }),
      expire: z
        .string()
        .refine((text) => parseDuration(text) !== undefined, 'a duration, such as `1h`')
        .meta({ description: '`expire` of the table', examples: ['1h'] }),
    })
    .optional()
    .meta({
      description: 'Where HAProxy counts whom it let in by this map: so that it can tell of use',
      examples: [{ table: 'jit_seen', expire: '1h' }],
    }),
  cut: z
    .array(z.string().regex(/^[A-Za-z0-9._:-]{1,100}$/, 'the name of a frontend'))
    .default([])
    .meta({
      description:
        'Frontends that this map alone opens, and on which open connections are cut at the end',
      examples: [['edge-admin']],
    }),
});

export const handleSchema = z.strictObject({
  v: z.literal(1),
  nodes: z.array(nodeShape).min(1),
  map: z.string(),
  key: z.string(),
  mode: z.enum(['ip', 'email']),
  cut: z.array(z.string()),
  uses: z.strictObject({ table: z.string(), expire: z.int().positive() }).optional(),
});

export type Connection = z.infer<typeof connectionSchema>;
export type Target = z.infer<typeof targetSchema>;
export type Handle = z.infer<typeof handleSchema>;

/** Where uses are counted, with its time in milliseconds. */
export function counterOf({ uses }: Pick<Target, 'uses'>): Counter | undefined {
  const expire = parseDuration(uses?.expire ?? '');
  return uses === undefined || expire === undefined ? undefined : { table: uses.table, expire };
}

/**
 * NB. A use that two maps let in is counted in one entry, and giving by one of them would clear it. And an entry of a map
 * is one right, whichever role gave it: it cannot be cut at its end for one of them and stay open for the other.
 */
export function claimsOf({ nodes }: Connection, target: Target): readonly Claim[] {
  const { map, uses } = target;
  const by = settingsText(target);
  return nodes.flatMap((node) => [
    { path: [], what: `The map ${map} of ${node}`, by },
    ...(uses === undefined
      ? []
      : [
          {
            path: ['uses', 'table'],
            what: `The stick table ${uses.table} of ${node}`,
            by: map,
          },
        ]),
  ]);
}

/** Of all that a handle holds besides its key, as policy writes it. */
function settingsText(target: Target): string {
  const uses = counterOf(target);
  const cut = `\`cut: [${[...new Set(target.cut)].sort().join(', ')}]\``;
  return uses === undefined
    ? `${cut} without \`uses\``
    : `${cut} with \`uses: { table: ${uses.table}, expire: ${formatDuration(uses.expire)} }\``;
}

export function modeOf(target: Pick<Target, 'key'>): Handle['mode'] {
  return target.key === 'email' ? 'email' : 'ip';
}

export function targetFaults(
  target: Target,
  inputs: TargetContext['inputs'],
): readonly TargetFault[] {
  const faults = [keyFault(target, inputs), cutFault(target)];
  return faults.filter((fault) => fault !== undefined);
}

function keyFault(target: Target, inputs: TargetContext['inputs']): TargetFault | undefined {
  const at = (message: string) => ({ path: ['key'], message });
  if (target.key === 'email') {
    return target.style === 'tcp'
      ? at('a TCP frontend sees no e-mail: use an ip input')
      : undefined;
  }
  const kind = Object.hasOwn(inputs, target.key) ? inputs[target.key] : undefined;
  if (kind === undefined)
    return at(`the role has no input named ${target.key}; \`email\` works too`);
  return kind === 'ip' ? undefined : at(`the input ${target.key} is of kind ${kind}, not ip`);
}

function cutFault(target: Target): TargetFault | undefined {
  const useless = target.cut.length > 0 && target.style !== 'tcp';
  return useless
    ? { path: ['cut'], message: 'only connections of `style: tcp` can be cut' }
    : undefined;
}
