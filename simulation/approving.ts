/** Whether what begins was agreed to by whom policy names, or may begin without, and is no more than one person may have. */
import type { PrincipalId, RequestId } from '../src/core/ids.ts';
import type { AccessRequest } from '../src/core/request.ts';
import type { Instant } from '../src/core/time.ts';
import type { Commit } from '../src/store/store.ts';
import type { Doorman } from './doorman.ts';
import { wronglyBroken } from './glass.ts';
import { beyondLimits } from './rations.ts';
import type { Human } from './seating.ts';
import { canBeSeated } from './seating.ts';

interface Around {
  readonly doorman: Doorman;
  readonly requests: ReadonlyMap<RequestId, AccessRequest>;
  readonly sameHuman: (a: PrincipalId, b: PrincipalId) => Promise<boolean>;
  readonly broken: (claim: string, detail: string) => void;
  /** What is looked at when nothing is half done. */
  readonly later: (check: () => Promise<void>) => void;
}

export class Approving {
  readonly #around: Around;

  constructor(around: Around) {
    this.#around = around;
  }

  /** By both rules; humans are counted, and the requester is none of them. */
  rightly(request: AccessRequest, automatic: boolean, commit: Commit): void {
    const { approval } = request.role;
    if (request.breakGlass !== undefined) {
      this.#rightlyBroken(request);
      return;
    }
    if (automatic) {
      if (approval.kind !== 'automatic')
        this.#around.broken('access without approval is under an automatic rule', request.id);
      return;
    }
    const { doorman } = this.#around;
    const click =
      request.status === 'scheduled'
        ? doorman.atItsStart(request)
        : doorman.atLastClick(request, commit.answered?.key ?? '');
    this.#around.later(async () => {
      const against = await click.obstacle();
      if (against !== undefined)
        this.#around.broken('what was asked is what is given', `${request.id}: ${against}`);
      const humans = await this.#agreed(request, click.counts);
      for (const seats of click.rules)
        if (!(await canBeSeated(seats, humans, click.isIn)))
          this.#around.broken(
            'access needs distinct humans whom policy names at the last click',
            `${request.id} for ${JSON.stringify(seats)} has ${humans.join(', ')}`,
          );
    });
  }

  /** By a rule that says so; and never a second while the first of that human is not reviewed. */
  #rightlyBroken(request: AccessRequest): void {
    const inForce = this.#around.doorman.policy?.roles[request.role.name];
    const before = [...this.#around.requests.values()].filter(({ id }) => id !== request.id);
    this.#around.later(async () => {
      const own: AccessRequest[] = [];
      for (const other of before)
        if (await this.#isOneOf(other.requester, [request.requester])) own.push(other);
      const why = wronglyBroken(request, own, inForce);
      if (why !== undefined)
        this.#around.broken(
          'a glass is broken by its own rule, one at a time',
          `${request.id}: ${why}`,
        );
    });
  }

  withinLimits(request: AccessRequest, at: Instant): void {
    const inForce = this.#around.doorman.policy?.roles[request.role.name];
    for (const role of inForce === undefined ? [request.role] : [request.role, inForce]) {
      const why = beyondLimits(this.#around.requests.values(), request, role, at);
      if (why !== undefined)
        this.#around.broken(
          'nobody has more than policy gives one person',
          `${request.id}: ${why}`,
        );
    }
  }

  /** Those who agree and may, in the order of their last clicks. */
  async #agreed(
    { approvals, requester }: AccessRequest,
    counts: (by: PrincipalId) => Promise<boolean>,
  ): Promise<readonly Human[]> {
    const humans: PrincipalId[][] = [];
    for (const { by } of approvals.toReversed()) {
      if ((await this.#isOneOf(by, [requester])) || !(await counts(by))) continue;
      const answers = await Promise.all(humans.map((human) => this.#isOneOf(by, human)));
      const known = humans[answers.indexOf(true)];
      if (known === undefined) humans.unshift([by]);
      else known.push(by);
    }
    return humans;
  }

  async #isOneOf(id: PrincipalId, others: readonly PrincipalId[]): Promise<boolean> {
    for (const other of others) if (await this.#around.sameHuman(id, other)) return true;
    return false;
  }
}
