/**
 * Where the local workspace keeps what was posted. Slack keeps its own messages; here nobody else
 * does, so they go where everything goes. Synchronous, because a message that was posted is there.
 */
import type { Json } from '../../core/policy.ts';

export interface LocalLog {
  /** Oldest first. */
  messages(): readonly { readonly id: number; readonly body: Json }[];
  put(id: number, body: Json): void;
  remove(id: number): void;
  /** How far each reader has read each place. */
  marks(): ReadonlyMap<string, number>;
  mark(key: string, upTo: number): void;
}

/** For tests and stories, whose workspace lives as long as the process. */
export const forgetful: LocalLog = {
  messages: () => [],
  put() {},
  remove() {},
  marks: () => new Map(),
  mark() {},
};
