/** A port some of whose methods are done here, and all others by whoever `call` reaches. */

type Call = (method: string, args: readonly unknown[]) => Promise<unknown>;

/** @param call null: by the port itself */
export function elsewhere<Port extends object>(
  port: Port,
  own: Partial<Port>,
  call: Call | null,
): Port {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(Object.hasOwn(own, key) ? own : target, key);
      if (typeof value !== 'function') return value;
      if (call === null || Object.hasOwn(own, key))
        return (...args: unknown[]) => value.apply(target, args);
      return (...args: unknown[]) => call(String(key), args.map(portable));
    },
  });
}

/**
 * A signal cannot leave its process, nor a function, such as the seal, which the memory provider has no use for.
 * Whoever carries the call out brings a signal that never aborts.
 */
function portable(argument: unknown): unknown {
  if (isBound(argument)) return null;
  if (!isRecord(argument)) return argument;
  const parts = Object.entries(argument).map(([key, part]) => [key, isBound(part) ? null : part]);
  return Object.fromEntries(parts);
}

function isBound(value: unknown): boolean {
  return typeof value === 'function' || value instanceof AbortSignal;
}

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** @see portable */
export function arrived(argument: unknown): unknown {
  if (typeof argument !== 'object' || argument === null || !('signal' in argument)) return argument;
  return { ...argument, signal: new AbortController().signal };
}
