/** What the gate in memory answers each person: for those who try it out in a browser. */
import type { GateReport, GateVerdict } from '../../core/insight.ts';
import type { Policy } from '../../core/policy.ts';
import type { MemoryGate } from './gate.ts';

/** By name, and whatever else stands there, by address. null: the policy gives nothing in memory. */
export function memoryReport(gate: MemoryGate, policy: Policy): GateReport | null {
  const resources = resourcesOf(policy);
  if (resources.length === 0) return null;
  const named = emailsOf(policy).flatMap((email) => resources.map((one) => `${one} for ${email}`));
  const keys = new Set([...named, ...gate.entries.keys()]);
  return {
    about: 'The gate in memory, asked just now.',
    verdicts: [...keys].map((key) => verdict(gate, key)),
  };
}

function verdict(gate: MemoryGate, key: string): GateVerdict {
  const [what = '', who = ''] = key.split(' for ');
  const opens = gate.opens(key);
  return { who, what, opens, said: opens ? '200' : '403' };
}

/** Those that are opened by e-mail: everybody's answer is known without asking for an address. */
function resourcesOf(policy: Policy): readonly string[] {
  const targets = Object.values(policy.roles).flatMap((role) => role.targets);
  const named = targets
    .filter(({ type }) => type === 'memory')
    .flatMap(({ target }) => (isByEmail(target) ? [target.resource] : []));
  return [...new Set(named)];
}

function isByEmail(target: unknown): target is { readonly resource: string } {
  return typeof target === 'object' && target !== null && 'key' in target && target.key === 'email';
}

function emailsOf({ groups }: Policy): readonly string[] {
  const sources = Object.values(groups).flatMap((group) => group.sources);
  const emails = sources.flatMap((source) => (source.kind === 'emails' ? source.emails : []));
  return [...new Set(emails)];
}
