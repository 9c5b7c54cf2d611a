/**
 * The port of everything that knows who is on call at this moment. A roster is only ever read: Hallpass
 * changes no shift and pages nobody.
 */
import type { Millis } from '../core/time.ts';

export interface RosterIo {
  /** Every call is given up when it is aborted. */
  readonly signal: AbortSignal;
}

export interface Roster {
  /** As policy writes it as the key of a group: `pagerduty`. */
  readonly name: string;
  /**
   * The e-mails of all who are on call at this moment, as the roster writes them. Empty: nobody is, which
   * is an answer. Never a part of the list, and never without somebody whose address is not told.
   * @param schedule as policy names it
   * @throws RosterError
   */
  onCall(schedule: string, io: RosterIo): Promise<readonly string[]>;
}

export type RosterErrorCode =
  | 'unavailable'
  | 'timeout'
  | 'rate-limited'
  | 'permission-denied'
  | 'not-found'
  | 'bad-answer'
  | 'misconfigured';

/** The message is fit for a log and an operator: it holds no token and no address of a person. */
export class RosterError extends Error {
  override readonly name = 'RosterError';
  readonly code: RosterErrorCode;
  /** How long the roster wants to be left alone. */
  readonly retryAfter: Millis | null;

  constructor(
    code: RosterErrorCode,
    message: string,
    options: ErrorOptions & { readonly retryAfter?: Millis } = {},
  ) {
    super(message, options);
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
  }
}
