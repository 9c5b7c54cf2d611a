/** What the panels beside the conversation look at. Whoever puts the program together provides it. */
import type {
  ChainVerdict,
  GateReport,
  LiveGrant,
  Named,
  TrailEntry,
} from '../../../core/insight.ts';
import type { Account } from '../../../core/principal.ts';
import type { WhyView } from '../../../core/why.ts';

export interface Insight {
  live(viewer: Account): Promise<Named<readonly LiveGrant[]>>;
  why(request: string): Promise<Named<WhyView> | undefined>;
  trail(request: string): Promise<Named<readonly TrailEntry[]> | undefined>;
  /** Walks the whole audit chain. */
  verify(): Promise<ChainVerdict>;
  /** Asks the gate itself, whatever we believe; null when there is none to ask. */
  gate(): Promise<GateReport | null>;
  /** The groups of the policy that name this e-mail. */
  groupsOf(email: string): readonly string[];
}
