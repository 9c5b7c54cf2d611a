/** Every provider there is. A new one is one folder and one line here. */
import { haproxyProvider } from './haproxy/index.ts';
import type { MemoryGate } from './memory/gate.ts';
import { memoryProvider } from './memory/index.ts';
import type { Provider } from './provider.ts';

export interface ProviderParts {
  /** Where the memory provider keeps what it gives. */
  readonly gate: MemoryGate;
}

/** By type, as policy writes it below `providers.<name>.type`. */
export function providers(parts: ProviderParts): ReadonlyMap<string, Provider> {
  const all = [haproxyProvider(), memoryProvider(parts.gate)];
  return new Map(all.map((provider) => [provider.type, provider]));
}
