/**
 * The runner port. Effects are rows in the store; a runner is the alarm clock that says when to look.
 * It may lose alarms, ring twice or ring late: the rows are the truth, and a sweep finds what no alarm
 * rang for.
 */
import type { Instant } from '../core/time.ts';

/**
 * One effect's next attempt. Two alarms with the same numbers are the same alarm; an effect that was
 * moved is rung for again, and its first alarm then finds nothing to do.
 */
export interface Alarm {
  readonly effect: number;
  readonly attempt: number;
  readonly dueAt: Instant;
  /** 0 goes first. */
  readonly lane: number;
}

/** What a runner drives. */
export interface Engine {
  /** Runs this effect's attempt if it is still due; returns when it is done, and never throws. */
  run(effect: number, attempt: number): Promise<void>;
  /** Runs all that is due now; returns when nothing is due any more, and never throws. */
  drain(): Promise<void>;
  /** When the next effect falls due that is not being worked on; undefined when there is none. */
  nextDueAt(): Promise<Instant | undefined>;
}

export interface Runner {
  /** Once. Alarms that are rung before are lost. */
  start(engine: Engine): Promise<void>;
  /** Sets alarms. Never throws and never waits: what cannot be set is found by the sweep. */
  ring(alarms: readonly Alarm[]): void;
  /** Takes no more alarms and waits for what is running. */
  stop(): Promise<void>;
  /** Whether alarms can be set just now, for health and doctor. */
  healthy(): Promise<boolean>;
}
