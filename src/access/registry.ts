/** Every provider there is. A new one is one folder and one line here. */
import type { Clock } from '../clock.ts';
import { elbActionProvider } from './aws-elb-action/index.ts';
import { elbRuleProvider } from './aws-elb-rule/index.ts';
import { iamPolicyProvider } from './aws-iam-policy/index.ts';
import { identityCenterProvider } from './aws-identity-center/index.ts';
import { securityGroupProvider } from './aws-security-group/index.ts';
import { Trail } from './aws-trail.ts';
import { haproxyProvider } from './haproxy/index.ts';
import { haproxyServerProvider } from './haproxy-server/index.ts';
import type { MemoryGate } from './memory/gate.ts';
import { memoryProvider } from './memory/index.ts';
import type { Provider } from './provider.ts';
import type { WebhookSettings } from './webhook/client.ts';
import { webhookProvider } from './webhook/index.ts';

export interface ProviderParts {
  /** Where the memory provider keeps what it gives. */
  readonly gate: MemoryGate;
  readonly clock: Clock;
  /** null where policy is only read, and nothing is asked. */
  readonly webhook: WebhookSettings | null;
}

/** By type, as policy writes it below `providers.<name>.type`. */
export function providers(parts: ProviderParts): ReadonlyMap<string, Provider> {
  // One for all: an account's look-ups are counted together.
  const trail = new Trail(parts.clock);
  const all = [
    haproxyProvider(),
    haproxyServerProvider(),
    memoryProvider(parts.gate),
    webhookProvider(parts.webhook, parts.clock),
    securityGroupProvider(),
    elbRuleProvider(),
    elbActionProvider(),
    iamPolicyProvider(trail),
    identityCenterProvider(trail),
  ];
  return new Map(all.map((provider) => [provider.type, provider]));
}
