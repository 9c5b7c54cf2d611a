/** What a target must have to itself, held against what the targets of all roles have. */
import type { Policy } from './policy.ts';
import type { PolicyPath, Report } from './policy-issue.ts';
import type { Claim, ProviderKinds } from './policy-target.ts';

interface Claimed extends Claim {
  readonly at: PolicyPath;
}

/** By what is claimed, and then by who has it to itself. */
type Had = Map<string, Map<string, Claimed>>;

/** Asked of whole policies alone: what stands at a faulty target is not known. */
export function checkClaims(policy: Policy, kinds: ProviderKinds, report: Report): void {
  const [had, hadOf]: [Had, Had] = [new Map(), new Map()];
  for (const claimed of claimsIn(policy, kinds)) {
    const { what, oneOf, by, at, path } = claimed;
    const others = [had.get(what), had.get(oneOf ?? what), hadOf.get(what)];
    const other = others.flatMap((one) => [...(one?.values() ?? [])]).find((one) => one.by !== by);
    if (other !== undefined) {
      const message = `${what} is for ${other.by} alone, by ${other.at.join('.')}: ${by} needs another one.`;
      report({ code: 'bad-target', path: [...at, ...path], message });
    }
    keep(had, what, claimed);
    if (oneOf !== undefined) keep(hadOf, oneOf, claimed);
  }
}

/** The first of each is enough to tell of. */
function keep(had: Had, name: string, claimed: Claimed): void {
  const there = had.get(name) ?? new Map<string, Claimed>();
  if (!there.has(claimed.by)) there.set(claimed.by, claimed);
  had.set(name, there);
}

function claimsIn(policy: Policy, kinds: ProviderKinds): readonly Claimed[] {
  return Object.values(policy.roles).flatMap(({ name, targets, inputs }) =>
    targets.flatMap((spec, index) => {
      const at = ['roles', name, 'targets', index];
      const claims = kinds.get(spec.type)?.claims?.(spec, inputs) ?? [];
      return claims.map((claim) => ({ ...claim, at }));
    }),
  );
}
