/**
 * One life of a process: from its start to its death. Everything that it does passes here; a call of a
 * dead process is never answered, and what it had sent before may still arrive.
 */
import type { Clock } from '../src/clock.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import type { Chance } from './chance.ts';
import type { History } from './history.ts';
import type { Timeline } from './timeline.ts';
import type { Passage, Troubles } from './troubles.ts';

export interface Surroundings {
  readonly line: Timeline;
  readonly history: History;
  /** What the clock on the wall says when the line stands at 0, and how far it was set since. */
  readonly wall: { start: Instant; off: Millis };
  /** By chance, or by nothing when the world calms down. */
  readonly troubles: () => Troubles;
}

/** Told of the death. */
type Mourner = () => void;

export class Life {
  readonly name: string;
  readonly around: Surroundings;
  readonly chance: Chance;
  readonly clock: Clock;
  readonly #onDeath: Mourner;
  readonly #beganAt: Millis;
  #dead = false;
  /** A process that stops by itself is not killed as well: what follows would be no other story. */
  #mortal = true;
  #frozenUntil: Millis = 0;

  constructor(name: string, around: Surroundings, chance: Chance, onDeath: Mourner) {
    this.name = name;
    this.around = around;
    this.chance = chance;
    this.#onDeath = onDeath;
    this.#beganAt = around.line.now;
    this.clock = this.#clock();
  }

  get dead(): boolean {
    return this.#dead;
  }

  get frozen(): boolean {
    return this.around.line.now < this.#frozenUntil;
  }

  /** The process gets no turn for a while, and does not notice: a full host, a suspended machine. */
  freeze(length: Millis): void {
    this.around.history.note(`${this.name} freezes for ${length}`);
    this.#frozenUntil = this.around.line.now + length;
  }

  /** At once, or when it gets its next turn; never when it is dead by then. */
  whenAwake(happen: () => void): void {
    const { line } = this.around;
    if (this.frozen) line.in(this.#frozenUntil - line.now, () => this.whenAwake(happen));
    else if (!this.#dead) happen();
  }

  die(where: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.around.history.note(`${this.name} dies ${where}`);
    this.#onDeath();
  }

  /** It has ended as it should: nothing more is heard of it. */
  rest(): void {
    this.#dead = true;
    this.#mortal = false;
  }

  /** A place where the process may die. @returns whether it lives on */
  step(where: string): boolean {
    if (!this.#dead && this.#mortal && this.chance.is(this.around.troubles().crash))
      this.die(where);
    return !this.#dead;
  }

  /** A call within the machine: it is done at once, or not at all. */
  async local<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.step(`before ${what}`)) return never();
    const { line, troubles } = this.around;
    if (this.chance.is(troubles().interleave)) await this.#wait(this.chance.skewed(0, 50));
    try {
      const result = await line.during(work);
      return this.step(`after ${what}`) ? result : await never<Result>();
    } catch (error) {
      return this.#dead ? never() : Promise.reject(error);
    }
  }

  /**
   * A call across a network.
   *
   * @param work done by the other side when the call arrives
   * @param faults what the caller is told when it was turned away, or given up
   */
  remote<Result>(
    what: string,
    work: () => Result,
    way: Passage,
    faults: { readonly signal: AbortSignal; turnedAway(): Error; givenUp(): Error },
  ): Promise<Result> {
    if (!this.step(`before ${what}`)) return never();
    const { line } = this.around;
    return new Promise<Result>((resolve, reject) => {
      const hear = (tell: () => void) => {
        this.whenAwake(() => {
          if (this.step(`after ${what}`)) tell();
        });
      };
      const giveUp = () => hear(() => reject(faults.givenUp()));
      if (faults.signal.aborted) return giveUp();
      faults.signal.addEventListener('abort', giveUp, { once: true });
      const answer = (tell: () => void) =>
        line.in(way.back, () => {
          faults.signal.removeEventListener('abort', giveUp);
          hear(tell);
        });
      if (way.fate === 'lost') return;
      if (way.fate === 'turned-away') {
        answer(() => reject(faults.turnedAway()));
        return;
      }
      line.in(way.there, () => {
        const done = attempt(work);
        if (way.fate === 'unheard') return;
        answer(() => (done.kind === 'done' ? resolve(done.result) : reject(done.error)));
      });
    });
  }

  #wait(delay: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.around.line.in(delay, () => this.whenAwake(resolve));
    });
  }

  #clock(): Clock {
    const { line, wall } = this.around;
    return {
      now: () => Math.floor(wall.start + line.now + wall.off),
      monotonic: () => line.now - this.#beganAt,
      after: (delay, ring) => line.in(delay, () => this.whenAwake(ring)),
    };
  }
}

/** The dead are told nothing. */
export function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}

type Done<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'thrown'; readonly error: unknown };

function attempt<Result>(work: () => Result): Done<Result> {
  try {
    return { kind: 'done', result: work() };
  } catch (error) {
    return { kind: 'thrown', error };
  }
}
