/** What can be looked at apart from chat: live access, entries, what the gate itself answers. */
import type { Entry } from './audit.ts';
import type { PrincipalId, RequestId } from './ids.ts';
import type { Principal } from './principal.ts';
import type { Grant } from './request.ts';
import type { Rich } from './rich.ts';
import type { Instant } from './time.ts';
import type { Button } from './view.ts';

/** One grant that is live, for one viewer. */
export interface LiveGrant {
  readonly request: RequestId;
  readonly role: string;
  readonly requester: PrincipalId;
  readonly what: string;
  readonly state: Grant['state']['kind'];
  readonly startedAt: Instant;
  readonly endsAt: Instant;
  /** What the provider's read-back last said, and when. */
  readonly said: Rich;
  readonly saidAt: Instant | null;
  readonly buttons: readonly Button[];
}

/** An entry of the audit chain, and what its body says. */
export interface TrailEntry {
  readonly entry: Entry;
  readonly text: Rich;
}

/** A view together with those whom it names. */
export interface Named<View> {
  readonly view: View;
  readonly people: ReadonlyMap<PrincipalId, Principal>;
}

/** What came of walking the whole audit chain. */
export interface ChainVerdict {
  readonly whole: boolean;
  readonly said: string;
}

/** What a gate itself answers somebody, asked just now. */
export interface GateVerdict {
  /** An e-mail or an address. */
  readonly who: string;
  readonly what: string;
  readonly opens: boolean;
  /** In the gate's own words: `200`, `403`. */
  readonly said: string;
}

export interface GateReport {
  /** What stands there, and how it was asked. */
  readonly about: string;
  readonly verdicts: readonly GateVerdict[];
}
