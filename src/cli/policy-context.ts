/** What a policy may name, whatever this run has configured: every provider, platform and roster there is. */
import { MemoryGate } from '../access/memory/gate.ts';
import { providers } from '../access/registry.ts';
import { PLATFORMS } from '../chat/registry.ts';
import { systemClock } from '../clock.ts';
import type { PolicyContext } from '../core/policy-document.ts';
import { ROSTERS } from '../oncall/registry.ts';

export function policyContext(): PolicyContext {
  const gate = new MemoryGate(systemClock);
  return {
    providers: providers({ gate, clock: systemClock, webhook: null }),
    platforms: PLATFORMS,
    rosters: ROSTERS,
  };
}
