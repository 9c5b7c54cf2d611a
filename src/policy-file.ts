/**
 * The policy file: read, watched, and kept in force. A new file that is faulty changes nothing: the
 * old policy stays until a good one is there.
 */
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from './clock.ts';
import { type PolicyHash, policyHashOf } from './core/ids.ts';
import type { Policy } from './core/policy.ts';
import { type PolicyContext, parsePolicy } from './core/policy-document.ts';
import { formatIssue, type PolicyIssue } from './core/policy-issue.ts';
import type { Millis } from './core/time.ts';
import { readYaml } from './policy-yaml.ts';

export type PolicyFileReading =
  | {
      readonly kind: 'policy';
      readonly policy: Policy;
      readonly warnings: readonly PolicyIssue[];
    }
  | {
      readonly kind: 'faulty';
      /** Of the file's bytes; null when there were none to be had. */
      readonly hash: PolicyHash | null;
      readonly issues: readonly PolicyIssue[];
    };

const MOST_BYTES = 1_000_000;

/** Never throws: a file that is not there is a fault like any other. */
export function readPolicyFile(file: string, context: PolicyContext): PolicyFileReading {
  try {
    if (statSync(file).size > MOST_BYTES)
      return unreadable(`The file is bigger than ${MOST_BYTES} bytes.`);
    return readPolicyBytes(readFileSync(file), context);
  } catch (fault) {
    return unreadable(fault instanceof Error ? fault.message : String(fault));
  }
}

export function readPolicyBytes(bytes: Uint8Array, context: PolicyContext): PolicyFileReading {
  if (bytes.length > MOST_BYTES) return unreadable(`The file is bigger than ${MOST_BYTES} bytes.`);
  const text = utf8(bytes);
  if (text === undefined) return unreadable('The file is not UTF-8 text.');
  const hash = policyHashOf(text);
  const yaml = readYaml(text);
  if (!yaml.isWhole) return { kind: 'faulty', hash, issues: yaml.issues };
  const reading = parsePolicy({ value: yaml.value, hash, locate: yaml.locate }, context);
  if (yaml.issues.length === 0) return reading;
  const others = reading.kind === 'policy' ? reading.warnings : reading.issues;
  return { kind: 'faulty', hash, issues: [...yaml.issues, ...others] };
}

/** Byte for byte, so that the hash of the text is the hash of the file. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unreadable(message: string): PolicyFileReading {
  const issue = {
    code: 'unreadable',
    path: [],
    line: 1,
    column: 1,
    severity: 'fault',
    message,
  } as const;
  return { kind: 'faulty', hash: null, issues: [issue] };
}

/** Thrown at the start alone: without a policy there is nothing to keep in force. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
  readonly issues: readonly PolicyIssue[];

  constructor(file: string, issues: readonly PolicyIssue[]) {
    const lines = issues.map((issue) => formatIssue(file, issue));
    super(`The policy cannot be used.\n${lines.join('\n')}`);
    this.issues = issues;
  }
}

export type PolicyChange =
  | {
      readonly kind: 'adopted';
      readonly policy: Policy;
      /** What was in force until now. */
      readonly before: Policy;
      readonly warnings: readonly PolicyIssue[];
    }
  /** The file is what is in force already. */
  | {
      readonly kind: 'unchanged';
      readonly policy: Policy;
      readonly warnings: readonly PolicyIssue[];
    }
  /** `policy` is the old one, which stays in force. */
  | { readonly kind: 'rejected'; readonly policy: Policy; readonly issues: readonly PolicyIssue[] }
  /** Changes of the file go unnoticed from now on; SIGHUP still works. */
  | { readonly kind: 'unwatched'; readonly why: string };

export interface PolicyHolderOptions {
  readonly file: string;
  readonly context: PolicyContext;
  readonly clock: Pick<Clock, 'after' | 'monotonic'>;
  readonly onChange: (change: PolicyChange) => void;
}

/** Editors and deployments touch a file several times within one change. */
const QUIET: Millis = 250;
/** A folder in which something happens all the time is never quiet. */
const PATIENCE: Millis = 2_000;

export class PolicyHolder {
  readonly #options: PolicyHolderOptions;
  readonly warnings: readonly PolicyIssue[];
  #current: Policy;
  #lastRead: PolicyHash | null;
  #watcher: FSWatcher | undefined;
  #cancel: (() => void) | undefined;
  #touchedAt: Millis | undefined;

  /** @throws PolicyFileError */
  constructor(options: PolicyHolderOptions) {
    const reading = readPolicyFile(options.file, options.context);
    if (reading.kind === 'faulty') throw new PolicyFileError(options.file, reading.issues);
    this.#options = options;
    this.#current = reading.policy;
    this.#lastRead = reading.policy.hash;
    this.warnings = reading.warnings;
  }

  get current(): Policy {
    return this.#current;
  }

  /** Reads the file now, and says what came of it whatever that is: for SIGHUP. */
  reload(): PolicyChange {
    return this.#take(readPolicyFile(this.#options.file, this.#options.context));
  }

  /**
   * Watches the folder, because a file that is replaced by renaming is no longer the one that was
   * watched, and because a mounted configuration changes by a link beside it.
   */
  watch(): void {
    const lost = (fault: Error) =>
      this.#options.onChange({ kind: 'unwatched', why: fault.message });
    try {
      this.#watcher = watch(dirname(this.#options.file), () => this.touched());
      this.#watcher.on('error', lost);
    } catch (fault) {
      lost(fault instanceof Error ? fault : new Error(String(fault)));
    }
  }

  /** Something happened in the folder: the file is read when it has been quiet for a moment. */
  touched(): void {
    const { clock } = this.#options;
    const now = clock.monotonic();
    this.#touchedAt ??= now;
    const left = Math.max(0, this.#touchedAt + PATIENCE - now);
    this.#cancel?.();
    this.#cancel = clock.after(Math.min(QUIET, left), () => this.#readIfNew());
  }

  close(): void {
    this.#cancel?.();
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #readIfNew(): void {
    this.#touchedAt = undefined;
    const { file, context } = this.#options;
    if (hashOfFile(file) !== this.#lastRead) this.#take(readPolicyFile(file, context));
  }

  #take(reading: PolicyFileReading): PolicyChange {
    const change = this.#changeBy(reading);
    this.#lastRead = hashOf(reading);
    if (change.kind === 'adopted') this.#current = change.policy;
    this.#options.onChange(change);
    return change;
  }

  #changeBy(reading: PolicyFileReading): PolicyChange {
    if (reading.kind === 'faulty')
      return { kind: 'rejected', policy: this.#current, issues: reading.issues };
    const { policy, warnings } = reading;
    return policy.hash === this.#current.hash
      ? { kind: 'unchanged', policy: this.#current, warnings }
      : { kind: 'adopted', policy, before: this.#current, warnings };
  }
}

/** NB. Not by reading it as a policy: a database in the same folder touches that all the time. */
function hashOfFile(file: string): PolicyHash | null {
  try {
    if (statSync(file).size > MOST_BYTES) return null;
    const text = utf8(readFileSync(file));
    return text === undefined ? null : policyHashOf(text);
  } catch {
    return null;
  }
}

function hashOf(reading: PolicyFileReading): PolicyHash | null {
  return reading.kind === 'policy' ? reading.policy.hash : reading.hash;
}
