/** The gate of the demo: a real HAProxy where there is one, else the provider that ships in memory. */
import type { MemoryGate } from '../access/memory/gate.ts';
import { findBinary, startHaproxyGate } from './haproxy-gate.ts';

export interface DemoGate {
  readonly kind: 'haproxy' | 'memory';
  /** One sentence: what stands there, and how it is asked. */
  readonly about: string;
  /** The policy's lines below `providers:`, and a target of the role. */
  readonly provider: string;
  readonly target: string;
  /** What somebody who signs in as `email` is answered at this moment: 200 or 403. */
  probe(email: string): Promise<number>;
  stop(): Promise<void>;
}

export async function openGate(memory: MemoryGate): Promise<DemoGate> {
  const binary = findBinary('haproxy');
  return binary === undefined ? memoryGate(memory) : startHaproxyGate(binary);
}

function memoryGate(memory: MemoryGate): DemoGate {
  return {
    kind: 'memory',
    about:
      'No haproxy on PATH, so the gate is the one that ships in memory, for trying things out.',
    provider: '{ type: memory }',
    target: '{ provider: edge, resource: admin, key: email }',
    probe: async (email) => (memory.opens(`admin for ${email}`) ? 200 : 403),
    stop: async () => {},
  };
}
