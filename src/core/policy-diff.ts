/**
 * What a policy change changes, for the audit log: a line for each thing that came, went or is another.
 *
 * NB. Entries are never erased, and groups list people: of a group it is said that it changed, and how many
 * the file lists, never who. So it is of those who have names at a provider, and of what these are.
 */
import { canonical } from './audit.ts';
import type { CallNames, Group, Policy, Role } from './policy.ts';

/** Whoever changes more has another policy. */
const MOST_LINES = 100;
const LONGEST_VALUE = 200;

export function policyDiff(before: Policy, after: Policy): readonly string[] {
  const lines = [
    ...fieldsOf('', general(before), general(after)),
    ...named('groups', before.groups, after.groups, groupLines),
    ...named('people', before.people ?? {}, after.people ?? {}, peopleLines),
    ...named('roles', before.roles, after.roles, roleLines),
  ];
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `… and ${more} more`] : lines;
}

function general({ hash: _hash, groups: _groups, people: _people, roles: _, ...rest }: Policy) {
  return rest;
}

function named<Item>(
  what: string,
  before: Readonly<Record<string, Item>>,
  after: Readonly<Record<string, Item>>,
  changed: (path: string, before: Item, after: Item) => readonly string[],
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => {
    const [old, fresh] = [before[name], after[name]];
    if (old === undefined) return [`+ ${what}.${name}`];
    return fresh === undefined ? [`- ${what}.${name}`] : changed(`${what}.${name}`, old, fresh);
  });
}

function groupLines(path: string, before: Group, after: Group): readonly string[] {
  if (canonical(before) === canonical(after)) return [];
  return [`~ ${path}: ${listed(before)} listed → ${listed(after)} listed`];
}

function listed({ sources }: Group): number {
  return new Set(sources.flatMap((one) => (one.kind === 'emails' ? one.emails : []))).size;
}

function peopleLines(path: string, before: CallNames, after: CallNames): readonly string[] {
  const [old, fresh] = [Object.keys(before), Object.keys(after)];
  const kept = fresh.filter((email) => Object.hasOwn(before, email));
  const renamed = kept.filter((email) => before[email] !== after[email]).length;
  const changes = [
    ...[`${fresh.length - kept.length} came`, `${old.length - kept.length} went`],
    `${renamed} renamed`,
  ].filter((change) => !change.startsWith('0 '));
  if (changes.length === 0) return [];
  return [`~ ${path}: ${old.length} named → ${fresh.length} named (${changes.join(', ')})`];
}

function roleLines(path: string, before: Role, after: Role): readonly string[] {
  return fieldsOf(`${path}.`, nameless(before), nameless(after));
}

function nameless(role: Role): object {
  const targets = role.targets.map(({ people: _, ...target }) => target);
  return { breakGlass: null, ...role, targets };
}

function fieldsOf(path: string, before: object, after: object): readonly string[] {
  const old: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(before));
  const fresh: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(after));
  return Object.keys({ ...old, ...fresh }).flatMap((key) => {
    const [was, is] = [canonical(old[key] ?? null), canonical(fresh[key] ?? null)];
    return was === is ? [] : [`~ ${path}${key}: ${shortened(was)} → ${shortened(is)}`];
  });
}

function shortened(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
