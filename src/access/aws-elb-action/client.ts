/** What is read and written of actions and of registered targets. */
import type {
  Action,
  TargetDescription,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Instant, SECOND } from '../../core/time.ts';
import { listed } from '../aws.ts';
import { type AwsRule, type Connection, ElbLine } from '../aws-elb.ts';
import type { Io } from '../provider.ts';
import { SETTLE } from './receipt.ts';
import type { Deregistered, Member } from './target.ts';

type Registered = Pick<Deregistered, 'group' | keyof Member>;

const DELAY = 'deregistration_delay.timeout_seconds';

export class Elb {
  readonly #line = new ElbLine();
  /** When each was deregistered last. */
  readonly #left = new Map<string, Instant>();

  /** All rules, the default included. */
  rules(where: Connection, listener: string, io: Io): Promise<readonly AwsRule[]> {
    return this.#line.rules(where, listener, io);
  }

  async setActions(where: Connection, at: string, actions: Action[], io: Io): Promise<void> {
    await this.#line.call(where, io, async ({ sdk, client, options }) => {
      if (isListener(at)) {
        const asked = { ListenerArn: at, DefaultActions: actions };
        await client.send(new sdk.ModifyListenerCommand(asked), options);
      } else {
        const asked = { RuleArn: at, Actions: actions };
        await client.send(new sdk.ModifyRuleCommand(asked), options);
      }
    });
  }

  /** Whatever is registered, and what has been until a moment ago. */
  async members(
    where: Connection,
    group: string,
    io: Io,
  ): Promise<readonly TargetHealthDescription[]> {
    const answer = await this.#line.call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.DescribeTargetHealthCommand({ TargetGroupArn: group }), options),
    );
    return listed(answer.TargetHealthDescriptions, `ELB: the targets of ${group}`);
  }

  /** How long what is deregistered goes on with what it has, in milliseconds; undefined: it does not say. */
  async delay(where: Connection, group: string, io: Io): Promise<number | undefined> {
    const answer = await this.#line.call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.DescribeTargetGroupAttributesCommand({ TargetGroupArn: group }), options),
    );
    const value = answer.Attributes?.find(({ Key }) => Key === DELAY)?.Value ?? '';
    return /^\d{1,4}$/.test(value) ? Number(value) * SECOND : undefined;
  }

  async deregister(where: Connection, what: Registered, io: Io): Promise<void> {
    await this.#line.call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.DeregisterTargetsCommand(asked(what)), options),
    );
    this.#left.set(placeOf(what.group, what.id, what.port), io.now);
  }

  /** Whether it was deregistered so lately that it may be listed as if it were not. */
  hasJustLeft(group: string, target: TargetDescription | undefined, now: Instant): boolean {
    const at = this.#left.get(placeOf(group, target?.Id, target?.Port));
    return at !== undefined && Math.abs(now - at) <= SETTLE;
  }

  async register(where: Connection, what: Registered, io: Io): Promise<void> {
    await this.#line.call(where, io, ({ sdk, client, options }) =>
      client.send(new sdk.RegisterTargetsCommand(asked(what)), options),
    );
    this.#left.delete(placeOf(what.group, what.id, what.port));
  }

  /** What it may besides what it must. */
  needless(where: Connection, io: Io): Promise<readonly string[]> {
    return this.#line.needless(where, io);
  }
}

function asked({ group, id, port, zone }: Registered) {
  const target = { Id: id, Port: port, ...(zone === null ? {} : { AvailabilityZone: zone }) };
  return { TargetGroupArn: group, Targets: [target] };
}

function placeOf(group: string, id: string | undefined, port: number | undefined): string {
  return `${group} ${port} ${id}`;
}

export function isListener(at: string): boolean {
  return at.includes(':listener/');
}

/** `…:listener-rule/app/edge/1/2/3` → `…:listener/app/edge/1/2` */
export function listenerOf(at: string): string {
  return at.replace(/:listener-rule\/(.+)\/[0-9a-f]+$/, ':listener/$1');
}
