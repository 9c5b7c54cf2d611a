/** What drawing needs besides the request: people, personal texts, who is looking, whom to mention. */

import type { People, Platform } from '../chat/platform.ts';
import { ChatError } from '../chat/platform.ts';
import type { Viewer } from '../core/buttons.ts';
import type { Texts } from '../core/card.ts';
import type { PrincipalId } from '../core/ids.ts';
import type { GroupName, Role } from '../core/policy.ts';
import { approverGroups } from '../core/policy.ts';
import type { AccessRequest } from '../core/request.ts';
import type { RequestEvent } from '../core/request-event.ts';
import { isReviewable } from '../core/review.ts';
import type { Millis } from '../core/time.ts';
import type { Mention } from '../core/view.ts';
import { type WhyView, whyView } from '../core/why.ts';
import type { Copy, HomeRow } from '../store/store.ts';
import { inChannel } from './copies.ts';
import type { Directory } from './directory.ts';
import type { FactFinder } from './facts.ts';
import { trusted } from './people.ts';
import { answered } from './questions.ts';
import type { Reach } from './reach.ts';
import type { Shell } from './shell.ts';

/** A group that the platform does not know itself is mentioned by its people, at most this many. */
const MENTIONED = 25;
/** As many as Teams refreshes a card for by itself, which is the one chat that draws for each. */
const VIEWERS = 60;

export class Gallery {
  readonly #shell: Shell;
  readonly #directory: Directory;
  readonly #facts: FactFinder;
  readonly #reach: Reach;

  constructor(shell: Shell, directory: Directory, facts: FactFinder, reach: Reach) {
    this.#shell = shell;
    this.#directory = directory;
    this.#facts = facts;
    this.#reach = reach;
  }

  async people(...requests: readonly AccessRequest[]): Promise<People> {
    return this.peopleById(requests.flatMap(peopleIn));
  }

  async peopleById(ids: readonly PrincipalId[]): Promise<People> {
    const records = await this.#shell.store.people([...new Set(ids)]);
    return new Map(records.map((record) => [record.principal.id, trusted(record)]));
  }

  async texts(...requests: readonly AccessRequest[]): Promise<Texts> {
    return this.textsOf(requests.flatMap(digestsIn));
  }

  async textsOf(digests: readonly string[]): Promise<Texts> {
    const stored = await Promise.all(digests.map((digest) => this.#shell.store.text(digest)));
    return new Map(
      stored.flatMap((text) => (text === undefined ? [] : [[text.digest, text.text]])),
    );
  }

  /** Somebody looking at these requests; memberships may be a minute old. */
  async viewer(id: PrincipalId, requests: readonly AccessRequest[]): Promise<Viewer> {
    const { policy } = this.#shell;
    const roles = requests.flatMap(({ role }): Role[] => {
      const inForce = Object.hasOwn(policy().roles, role.name)
        ? policy().roles[role.name]
        : undefined;
      return inForce === undefined ? [role] : [role, inForce];
    });
    const others = requests.flatMap(peopleIn);
    const facts = await this.#facts.forDrawing(roles, id, others);
    return { id, facts: await this.#facts.withUsage(facts, requests) };
  }

  /** By the groups of this moment. */
  async why(request: AccessRequest): Promise<WhyView> {
    const { facts } = await this.viewer(request.requester, [request]);
    return whyView(request, facts, await this.texts(request));
  }

  /** Home pages that are open and may show this request to somebody who could decide on it. */
  async homesOf(request: AccessRequest, copy: Copy): Promise<readonly HomeRow[]> {
    const groups = request.breakGlass?.review.by ?? approverGroups(request.role);
    if (groups.length === 0 || !inChannel(copy)) return [];
    const facts = await this.#directory.drawnGroups(groups);
    const homes = await Promise.all(
      groups.map(async (name) => {
        const group = facts.get(name);
        return group?.kind === 'known' ? this.#shell.store.homesIn(group) : [];
      }),
    );
    return homes.flat();
  }

  /** Those who can act on a pending request; null when they cannot be told just now. */
  async mention(request: AccessRequest): Promise<Mention | null> {
    const { channel } = request.role;
    const platform = this.#shell.platforms.get(channel.platform);
    const asked = request.waitsFor.map(({ of }) => of);
    if (request.status !== 'pending' || asked.length === 0 || platform === undefined) return null;
    try {
      const found = await this.#inTime((within) => {
        const wanted = { most: MENTIONED, within };
        return Promise.all(asked.map((group) => this.#reach.members(group, [platform], wanted)));
      });
      const people = new Set(found.flat().map(({ id }) => id));
      people.delete(request.requester);
      const { groups } = this.#shell.policy();
      const sources = asked.flatMap((name) => groups[name]?.sources ?? []);
      return { group: asked.join(' and '), people: [...people], sources };
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return null;
    }
  }

  /** NB. A card is drawn in time, whoever cannot be found for it: what is said of it may be the only word of it. */
  #inTime<Result>(find: (within: Millis) => Promise<Result>): Promise<Result> {
    const { clock, settings } = this.#shell;
    return answered(clock, settings.chatTimeout, () => find(settings.chatTimeout / 2));
  }

  /**
   * Who may find other buttons on a request's card than everybody: those who could decide on it now, or
   * take it away, and the requester. Nobody where that cannot be told: they can still ask for their card.
   */
  async viewers(request: AccessRequest, platform: Platform): Promise<readonly PrincipalId[]> {
    const groups = deciders(request);
    if (groups === undefined) return [];
    try {
      const people = await this.#inTime((within) =>
        this.#reach.drawn(groups, platform, { most: VIEWERS, within }),
      );
      const ids = people.map(({ id }) => id).filter((id) => id !== request.requester);
      return [request.requester, ...ids.slice(0, VIEWERS - 1)];
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return [request.requester];
    }
  }
}

/** undefined: nobody can do anything about it any more. */
function deciders(request: AccessRequest): readonly GroupName[] | undefined {
  const { status, role } = request;
  if (isReviewable(request)) return request.breakGlass.review.by;
  switch (status) {
    case 'pending':
      return approverGroups(role);
    case 'scheduled':
    case 'activating':
    case 'active':
      return role.revokers;
    default:
      return undefined;
  }
}

/** Everyone whom a request's card, lines or notes name. */
export function peopleIn(request: AccessRequest): readonly PrincipalId[] {
  const cause = 'cause' in request && 'by' in request.cause ? [request.cause.by] : [];
  const denier = request.status === 'denied' ? [request.by] : [];
  const attesters =
    'grants' in request
      ? request.grants.flatMap(({ state }) =>
          state.kind === 'gone' && state.proof.kind === 'attested' ? [state.proof.by] : [],
        )
      : [];
  const approvers = request.approvals.map((approval) => approval.by);
  const { requester, called = [] } = request;
  const reviewer = request.review?.kind === 'closed' ? [request.review.by] : [];
  return [requester, ...approvers, ...called, ...cause, ...denier, ...attesters, ...reviewer];
}

function digestsIn(request: AccessRequest): readonly string[] {
  const reason = request.reason === null ? [] : [request.reason.digest];
  const denial = request.status === 'denied' ? [request.why.digest] : [];
  const cause =
    'cause' in request && 'reason' in request.cause ? [request.cause.reason.digest] : [];
  const review = request.review?.kind === 'closed' ? [request.review.why.digest] : [];
  return [...reason, ...denial, ...cause, ...review];
}

/** The personal texts that an event speaks of. */
export function digestsOf(event: RequestEvent): readonly string[] {
  switch (event.type) {
    case 'asked':
      return event.ask.reason === null ? [] : [event.ask.reason.digest];
    case 'denied':
    case 'attested':
    case 'reviewed':
      return [event.why.digest];
    case 'cancelled':
    case 'revoking-started':
      return 'reason' in event.cause ? [event.cause.reason.digest] : [];
    default:
      return [];
  }
}
