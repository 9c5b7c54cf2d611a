/**
 * `people:` of the policy: what somebody is called at a provider that does not know them by their e-mail.
 *
 * NB. No two addresses have one name at a provider, nor at two that look names up in one place. Whoever shares a
 * name shares what is given to it: one of them could ask, and the other approve what they are to have themselves.
 */
import { z } from 'zod';
import type { CallNames } from './policy.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import type { DeclaredProvider } from './policy-target.ts';
import { emailShape, type PolicyNames, providerRef } from './policy-values.ts';
import { asObject, checkValue } from './policy-zod.ts';
import { emailFrom } from './principal.ts';

export interface PeopleScope {
  readonly names: PolicyNames;
  /** Those that are faulty themselves are undefined. */
  readonly providers: ReadonlyMap<string, DeclaredProvider | undefined>;
}

interface Called {
  readonly email: string;
  readonly provider: string;
  readonly name: string;
  /** Where it is known. */
  readonly directory: string;
  readonly path: PolicyPath;
}

const entryShape = z.record(z.string(), z.unknown());

/** @returns by the provider's name; providers at which nobody has a name are left out */
export function readPeople(
  written: unknown,
  scope: PeopleScope,
  report: Report,
): ReadonlyMap<string, CallNames> {
  const entries = Object.entries(asObject(written));
  reportTwice(entries, report);
  const called = entries.flatMap(([email, entry]) => readPerson(email, entry, scope, report));
  reportShared(called, report);
  const found = new Map<string, Map<string, string>>();
  for (const { email, provider, name } of called)
    found.set(provider, (found.get(provider) ?? new Map()).set(email, name));
  return new Map([...found].map(([provider, names]) => [provider, Object.fromEntries(names)]));
}

function reportTwice(entries: readonly (readonly [string, unknown])[], report: Report): void {
  const seen = new Set<string>();
  for (const [written] of entries) {
    const email = emailFrom(written);
    const message = `This is \`${email.slice(0, 80)}\` once more: write each address once.`;
    if (seen.has(email))
      report({ code: 'bad-name', path: ['people', written], message, at: 'key' });
    seen.add(email);
  }
}

/** None where the address itself is faulty: its fault is told with those of the whole table. */
function readPerson(
  written: string,
  entry: unknown,
  scope: PeopleScope,
  report: Report,
): readonly Called[] {
  const path = ['people', written];
  const email = emailShape.safeParse(written).data;
  const names = checkValue(entryShape, entry, path, report);
  if (email === undefined || names === undefined) return [];
  return Object.entries(names).flatMap(([provider, value]) => {
    const at = [...path, provider];
    const name = readName(provider, value, at, scope, report);
    const directory = directoryOf(provider, scope);
    return name === undefined ? [] : [{ email, provider, name, directory, path: at }];
  });
}

function readName(
  provider: string,
  value: unknown,
  path: PolicyPath,
  { names, providers }: PeopleScope,
  report: Report,
): string | undefined {
  const atKey: Report = (issue) => report({ ...issue, at: 'key' });
  if (checkValue(providerRef(names), provider, path, atKey) === undefined) return undefined;
  const declared = providers.get(provider);
  if (declared === undefined) return undefined;
  const { kind, type } = declared;
  if (kind.nameSchema !== undefined) return checkValue(kind.nameSchema, value, path, report);
  const message = `\`${provider}\` (${type}) looks nobody up by a name of their own: it needs no entry here.`;
  atKey({ code: 'bad-value', path, message });
  return undefined;
}

function directoryOf(provider: string, { providers }: PeopleScope): string {
  const { kind, type, connection } = providers.get(provider) ?? {};
  const shared = connection === undefined ? undefined : kind?.directory?.(connection);
  // No name of a provider has a space in it.
  return shared === undefined ? provider : `${type} ${shared}`;
}

/** NB. Whatever the case: no two people are told apart by it alone. */
function reportShared(called: readonly Called[], report: Report): void {
  const owners = new Map<string, string>();
  for (const { email, provider, name, directory, path } of called) {
    const key = `${directory} ${name.toLowerCase()}`;
    const message = `Somebody else is called \`${name}\` at \`${provider}\`: one name is one person, or what is given to one is given to both.`;
    if ((owners.get(key) ?? email) !== email) report({ code: 'bad-value', path, message });
    owners.set(key, owners.get(key) ?? email);
  }
}
