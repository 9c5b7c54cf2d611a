/** What a target must have to itself, held against what the targets of all roles have. */
import type { Policy } from './policy.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import type { Claim, ProviderKinds } from './policy-target.ts';

interface Claimed extends Claim {
  readonly at: PolicyPath;
}

/** Asked of whole policies alone: what stands at a faulty target is not known. */
export function checkClaims(policy: Policy, kinds: ProviderKinds, report: Report): void {
  const first = new Map<string, Claimed>();
  for (const claimed of claimsIn(policy, kinds)) {
    const { what, by, at, path } = claimed;
    const other = first.get(what);
    if (other === undefined) first.set(what, claimed);
    else if (other.by !== by) {
      const message = `${what} is for ${other.by} alone, by ${other.at.join('.')}: ${by} needs another one.`;
      report({ code: 'bad-target', path: [...at, ...path], message });
    }
  }
}

function claimsIn(policy: Policy, kinds: ProviderKinds): readonly Claimed[] {
  return Object.values(policy.roles).flatMap(({ name, targets }) =>
    targets.flatMap((spec, index) => {
      const at = ['roles', name, 'targets', index];
      const claims = kinds.get(spec.type)?.claims?.(spec) ?? [];
      return claims.map((claim) => ({ ...claim, at }));
    }),
  );
}
