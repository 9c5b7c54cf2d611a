/** Each delivery is answered once, and each refusal among the answers is in the log. */
import type { Happening } from '../src/core/audit.ts';
import type { Commit } from '../src/store/store.ts';

type Broken = (claim: string, detail: string) => void;

export class Answering {
  readonly #broken: Broken;
  /** Whether whoever sent this wants something done to a request, by a button. */
  readonly #isCommand: (delivery: string) => boolean;
  readonly #answered = new Set<string>();
  /** How many were counted in each window that is open. */
  readonly #refusals = new Map<string, number>();

  constructor(broken: Broken, isCommand: (delivery: string) => boolean) {
    this.#broken = broken;
    this.#isCommand = isCommand;
  }

  committed(commit: Commit, happened: readonly Happening[]): void {
    this.#counted(commit, happened);
    if (commit.answered === undefined) return;
    const { key, answer } = commit.answered;
    if (this.#answered.has(key))
      this.#broken('each effect is as if it ran once', `${key} was answered twice`);
    this.#answered.add(key);
    const isRefusal = (answer as { readonly tone?: string }).tone === 'no' && this.#isCommand(key);
    const isCounted = (commit.tallies ?? []).length > 0;
    if (isRefusal && !isCounted && !happened.some((one) => timesOf(one) !== undefined))
      this.#broken('each refusal is audited', `that of ${key} is not`);
  }

  /** Refusals of the same kind within a minute are one more entry, which says how many they were. */
  #counted({ tallies = [] }: Commit, happened: readonly Happening[]): void {
    for (const { key, op } of tallies) {
      const count = this.#refusals.get(key) ?? 0;
      if (op !== 'close') this.#refusals.set(key, op === 'open' ? 0 : count + 1);
      else if (count > 0 && !happened.some((one) => timesOf(one) === count))
        this.#broken('each refusal is audited', `${count} of ${key}`);
    }
  }
}

/** How many refusals an entry stands for. */
function timesOf({ subject, event }: Happening): number | undefined {
  if (subject === 'person' && event.type === 'refused') return event.times;
  if (subject !== 'installation' || event.type !== 'deliveries-rejected') return undefined;
  return Object.values(event.counts).reduce((sum, count) => sum + count, 0);
}
