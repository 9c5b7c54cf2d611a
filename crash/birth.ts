/** What the two sides ask of each other: the world outside, and the program that is killed. */
import type { AccessRequest } from '../src/core/request.ts';
import type { Mutant } from './mutants.ts';

export interface Birth {
  readonly database: string;
  readonly policy: string;
  /** Undefined: jobs in the process. */
  readonly redis: { readonly url: string; readonly prefix: string } | undefined;
  readonly now: number;
  /** Where this process kills itself; null: nowhere. */
  readonly fatal: string | null;
  readonly mutant: Mutant | null;
}

/** What a process passed in its life. */
export interface Trace {
  readonly points: readonly string[];
  /** Of its calls, those that changed nothing. */
  readonly idle: readonly string[];
  readonly methods: readonly string[];
}

/** The last line that a program writes when it has stopped: what it said comes another way than what it answers. */
export const RESTS = 'at rest';

/** What the world asks of the program. After it has stopped, it may begin again in another world. */
export interface Program {
  begin(birth: Birth): Promise<void>;
  /** Something comes in: one of the intake's methods. */
  intake(method: string, args: readonly unknown[]): Promise<unknown>;
  /** It is this late now. */
  clock(now: number): Promise<void>;
  /** Waits until it works on nothing, and says how much is due all the same. */
  rest(): Promise<number>;
  reload(): Promise<void>;
  requests(): Promise<readonly AccessRequest[]>;
  stop(): Promise<Trace>;
}

/** What the program asks of the world: each method of the two ports whose other side is elsewhere. */
export interface Elsewhere {
  chat(method: string, args: readonly unknown[]): Promise<unknown>;
  gate(method: string, args: readonly unknown[]): Promise<unknown>;
}
