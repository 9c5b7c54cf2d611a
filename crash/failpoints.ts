/**
 * Stands before and after each call of a port's methods, whatever they are called, and kills this
 * process at the one that was chosen.
 */

/** How many turns of the event loop without a call are rest. */
const TURNS = 10;

export class Failpoints {
  readonly #fatal: string | null;
  readonly #counts = new Map<string, number>();
  readonly #passed: string[] = [];
  readonly #methods = new Set<string>();
  readonly #idle: string[] = [];
  #inFlight = 0;

  /** @param fatal such as `store.commit#7:after` */
  constructor(fatal: string | null) {
    this.#fatal = fatal;
  }

  /** Every point that was passed, in order. */
  get passed(): readonly string[] {
    return this.#passed;
  }

  /** Calls that gave back an empty list: nothing was done. */
  get idle(): readonly string[] {
    return this.#idle;
  }

  /** Every method that could have been called. */
  get methods(): readonly string[] {
    return [...this.#methods];
  }

  around<Port extends object>(name: string, port: Port, methods = methodsOf(port)): Port {
    for (const method of methods) this.#methods.add(`${name}.${method}`);
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.#pass(`${name}.${String(key)}`, () => value.apply(target, args));
      },
    });
  }

  /** Resolves when no call is under way and none begins by itself. */
  async rest(): Promise<void> {
    for (let still = 0; still < TURNS; ) {
      const before = this.#passed.length;
      await (this.#inFlight > 0 ? pause(1) : turn());
      still = this.#inFlight > 0 || this.#passed.length > before ? 0 : still + 1;
    }
  }

  /** Whether a call begins within so many milliseconds. */
  async stirs(within: number): Promise<boolean> {
    const before = this.#passed.length;
    for (let waited = 0; waited < within && this.#passed.length === before; waited += 2)
      await pause(2);
    return this.#passed.length > before;
  }

  #pass(call: string, work: () => unknown): unknown {
    const nth = (this.#counts.get(call) ?? 0) + 1;
    this.#counts.set(call, nth);
    const point = `${call}#${nth}`;
    this.#reach(`${point}:before`);
    const result = work();
    if (!(result instanceof Promise)) {
      this.#reach(`${point}:after`);
      return result;
    }
    this.#inFlight += 1;
    const over = () => {
      this.#inFlight -= 1;
      this.#reach(`${point}:after`);
    };
    return result.then(
      (value: unknown) => {
        if (Array.isArray(value) && value.length === 0) this.#idle.push(point);
        over();
        return value;
      },
      (error: unknown) => {
        over();
        throw error;
      },
    );
  }

  #reach(point: string): void {
    this.#passed.push(point);
    if (point === this.#fatal) process.kill(process.pid, 'SIGKILL');
  }
}

/** Those of an object literal and of a class alike. */
function methodsOf(port: object): readonly string[] {
  const names = new Set<string>();
  for (let at = port; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  names.delete('constructor');
  return [...names].filter((name) => typeof Reflect.get(port, name) === 'function');
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
