import type { Commit, Scope } from './store.ts';

/** A scope as one string. Ids hold no slash, and a role's name comes last. */
export function scopeKey(scope: Scope): string {
  switch (scope.kind) {
    case 'installation':
      return 'installation';
    case 'person-role':
      return `person-role/${scope.id}/${scope.role}`;
    case 'request':
    case 'access':
    case 'person-requests':
    case 'person':
      return `${scope.kind}/${scope.id}`;
  }
}

/** Every scope that a commit moves, each once however often it is named. */
export function movedBy(commit: Commit): ReadonlySet<string> {
  const keys = new Set((commit.touches ?? []).map(scopeKey));
  for (const { id } of commit.requests ?? []) keys.add(scopeKey({ kind: 'request', id }));
  for (const { id } of commit.accesses ?? []) keys.add(scopeKey({ kind: 'access', id }));
  for (const { principal } of commit.people ?? [])
    keys.add(scopeKey({ kind: 'person', id: principal.id }));
  if (commit.policyHash !== undefined || commit.standstill !== undefined)
    keys.add(scopeKey({ kind: 'installation' }));
  return keys;
}
