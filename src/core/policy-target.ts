/** `providers:` of the policy, and the `targets:` of a role at them. */
import type { z } from 'zod';
import { didYouMean, orList } from './nearest.ts';
import type { CallNames, InputSpec, Json, TargetSpec } from './policy.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import { asObject, checkValue } from './policy-zod.ts';

/** What the policy must know of a provider type. The provider port fits this. */
export interface ProviderKind {
  readonly connectionSchema: z.ZodType<Json>;
  readonly targetSchema: z.ZodType<Json>;
  /** What somebody is called there. Left out: it looks nobody up by a name of their own. */
  readonly nameSchema?: z.ZodType<string>;
  /** Where these names are known: providers that say the same share them. Left out: each has its own. */
  directory?(connection: Json): string;
  check(context: {
    readonly spec: TargetSpec;
    readonly inputs: Readonly<Record<string, string>>;
  }): readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  tellsUse?(spec: TargetSpec): boolean;
  claims?(spec: TargetSpec, inputs: Readonly<Record<string, InputSpec>>): readonly Claim[];
}

/** What nothing else may have, whichever roles name it. */
export interface Claim {
  /** Below the target entry: `['uses', 'table']`. */
  readonly path: readonly (string | number)[];
  /** The same for everybody who would share it, and fit to begin a sentence. */
  readonly what: string;
  /** What it is one of, as it is claimed by a target of which whoever asks may name any. */
  readonly oneOf?: string;
  /** Who has it to itself: several targets may be one. */
  readonly by: string;
}

/** By type. */
export type ProviderKinds = ReadonlyMap<string, ProviderKind>;

/** An entry below `providers:`. `connection` is undefined when it is faulty. */
export interface DeclaredProvider {
  readonly type: string;
  readonly kind: ProviderKind;
  readonly connection: Json | undefined;
}

/** What a target is read against. */
export interface TargetScope {
  /** Those that are faulty themselves are undefined. */
  readonly providers: ReadonlyMap<string, DeclaredProvider | undefined>;
  /** By the provider's name, where anybody has a name there. */
  readonly people: ReadonlyMap<string, CallNames>;
}

export function readProvider(
  value: unknown,
  path: PolicyPath,
  kinds: ProviderKinds,
  report: Report,
): DeclaredProvider | undefined {
  const { type, ...connection } = asObject(value);
  const kind = typeof type === 'string' ? kinds.get(type) : undefined;
  if (typeof type !== 'string' || kind === undefined) {
    const known = [...kinds.keys()];
    const message = `Say which \`type:\` of provider this is: ${orList(known)}.${didYouMean(String(type), known)}`;
    report({ code: 'bad-value', path: [...path, 'type'], message });
    return undefined;
  }
  if (kind.nameSchema === undefined || !Object.hasOwn(connection, MOVED))
    return { type, kind, connection: checkValue(kind.connectionSchema, connection, path, report) };
  reportMoved(path, report);
  return { type, kind, connection: undefined };
}

/** Where names stood before there was `people:`. */
const MOVED = 'users';

function reportMoved(path: PolicyPath, report: Report): void {
  const name = path.at(-1);
  const message = `Move this to \`people:\` at the top of the file: \`ada@example.com: { ${name}: ada }\` for each address.`;
  report({ code: 'unknown-key', path: [...path, MOVED], message, at: 'key' });
}

export function readTarget(
  draft: { readonly provider: string },
  path: PolicyPath,
  { providers, people }: TargetScope,
  report: Report,
): { readonly spec: TargetSpec; readonly kind: ProviderKind } | undefined {
  const { provider, ...rest } = draft;
  const found = providers.get(provider);
  if (found === undefined) return undefined;
  const target = checkValue(found.kind.targetSchema, rest, path, report);
  if (target === undefined || found.connection === undefined) return undefined;
  const { type, kind, connection } = found;
  const names = people.get(provider);
  return { spec: { provider, type, connection, target, ...(names && { people: names }) }, kind };
}

/** What cannot be told of one target is not known of the whole: then nothing is taken back for want of use. */
export function warnOfSilence(
  { spec, kind }: { readonly spec: TargetSpec; readonly kind: ProviderKind },
  path: PolicyPath,
  report: Report,
): void {
  if (kind.tellsUse?.(spec) === true) return;
  report({
    code: 'use-untold',
    severity: 'warning',
    path,
    message:
      'This target does not tell whether it is used, so `returnIfUnusedFor` never takes anything back here.',
  });
}

/** The provider's own checks. What it says about a target it could not judge is a fault too. */
export function checkTarget(
  spec: TargetSpec,
  kind: ProviderKind,
  inputs: Readonly<Record<string, string>>,
  path: PolicyPath,
  report: Report,
): void {
  for (const fault of kind.check({ spec, inputs }))
    report({
      code: 'bad-target',
      path: [...path, ...fault.path],
      message: fault.message,
    });
}
