/** The program on Teams: its real HTTP door, its real rules, and a gate in memory behind them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { MemoryGate } from '../../src/access/memory/gate.ts';
import { providers as allProviders } from '../../src/access/registry.ts';
import { MARK } from '../../src/chat/teams/actions.ts';
import { textsOf } from '../../src/chat/teams/fixtures/card-check.ts';
import * as payloads from '../../src/chat/teams/fixtures/payloads.ts';
import type { Human, Said } from '../../src/chat/teams/fixtures/teams-service.ts';
import {
  type Answered,
  Delivery,
  type Microsoft,
  openMicrosoft,
  teamsOn,
} from '../../src/chat/teams/fixtures/teams-world.ts';
import { ManualClock } from '../../src/clock.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { AccessRequest } from '../../src/core/request.ts';
import { MINUTE, SECOND } from '../../src/core/time.ts';
import { inProcessRunner } from '../../src/jobs/in-process.ts';
import { silentLog } from '../../src/log.ts';
import { PolicyHolder } from '../../src/policy-file.ts';
import { openAddresses, type StoredAddresses } from '../../src/store/addresses.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { createService, type Service } from '../../src/workflow/service.ts';
import { POLICY, START } from '../stories/cast.ts';
import { seededBytes } from '../support/seeded.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const ASK = 'lb-admin 1h rotate the edge certificate';
export const CHAT: payloads.Where = { kind: 'chat' };
const NAMES = ['ada', 'grace', 'linus', 'margaret', 'mallory'] as const;
export type Name = (typeof NAMES)[number];

/** What is in a button besides what it does; left out: what Hallpass drew there. */
export interface Pressing {
  readonly at?: Said & { readonly conversation: string };
  readonly data?: unknown;
}

type Prepare = (microsoft: Microsoft, people: Readonly<Record<Name, Human>>) => void;

export class TeamsWorld {
  readonly clock = new ManualClock(START);
  readonly gate = new MemoryGate(this.clock);
  readonly microsoft: Microsoft;
  readonly delivery: Delivery;
  readonly people: Readonly<Record<Name, Human>>;
  readonly #policy: string;
  readonly #folder = makeTempFolder('red-teams');
  readonly #random = seededBytes(1);
  #life: { readonly service: Service; readonly addresses: StoredAddresses } | undefined;

  private constructor(microsoft: Microsoft, delivery: Delivery, policy: string) {
    this.microsoft = microsoft;
    this.delivery = delivery;
    this.#policy = policy;
    const all = NAMES.map((name) => [name, microsoft.person(nameOf(name))] as const);
    this.people = Object.fromEntries(all) as Record<Name, Human>;
    microsoft.service.channels.set('alarms', '19:alarms@thread.tacv2');
  }

  /** @param prepare makes what is there before the program starts */
  static async open(policy = POLICY, prepare: Prepare = () => {}): Promise<TeamsWorld> {
    const microsoft = await openMicrosoft();
    const delivery = new Delivery(microsoft);
    await delivery.listen();
    const world = new TeamsWorld(microsoft, delivery, policy);
    prepare(microsoft, world.people);
    await world.boot();
    await world.delivery.joinTeam(world.people.margaret);
    return world;
  }

  async boot(): Promise<void> {
    const { clock, gate } = this;
    const file = join(this.#folder.path, 'policy.yaml');
    writeFileSync(file, this.#policy.replaceAll('local:#', 'teams:Platform/'));
    const providers = allProviders({ gate, clock, webhook: null });
    const context = { providers, platforms: ['teams'] };
    const holder = new PolicyHolder({ file, context, clock, onChange: () => {} });
    const database = join(this.#folder.path, 'hallpass.db');
    const addresses = openAddresses(database);
    const parts = { clock, log: silentLog };
    const teams = teamsOn(this.microsoft, { ...parts, addresses });
    const service = await createService({
      ...parts,
      store: openSqlite({ file: database, log: silentLog }),
      runner: inProcessRunner(parts),
      platforms: [teams],
      providers,
      policy: () => holder.current,
      settings: {
        sweep: 5 * SECOND,
        recheck: 30 * SECOND,
        revokeAlarm: 2 * MINUTE,
        giveUp: 10 * MINUTE,
        retryMax: MINUTE,
        chatTimeout: 10 * SECOND,
      },
      random: this.#random,
      burst: 1_000,
    });
    await service.start();
    this.#life = { service, addresses };
    this.delivery.handler = teams.http;
  }

  async halt(): Promise<void> {
    await this.#life?.service.stop();
    this.#life?.addresses.close();
    this.#life = undefined;
  }

  async close(): Promise<void> {
    await this.halt();
    await this.delivery.close();
    await this.microsoft.close();
    this.#folder.remove();
  }

  get service(): Service {
    if (this.#life === undefined) throw new Error('not started');
    return this.#life.service;
  }

  get store(): Store {
    return this.service.shell.store;
  }

  /** Arrives as Teams delivers it; resolves when all that follows from it is done. */
  async deliver(payload: object): Promise<Answered> {
    let isAnswered = false;
    const answered = this.delivery.deliver(payload).finally(() => {
      isAnswered = true;
    });
    while (!isAnswered) await this.settle();
    await this.settle();
    return answered;
  }

  async settle(): Promise<void> {
    await this.service.settle();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** In steps, so that all that falls due is done at its own moment. */
  async pass(time: number, step = 15 * SECOND): Promise<void> {
    for (let left = time; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left));
      await this.settle();
    }
  }

  type(who: Name | Human, text: string, where: payloads.Where = CHAT): Promise<Answered> {
    return this.deliver(payloads.typed(this.microsoft.service, this.human(who), where, text));
  }

  async ask(who: Name = 'ada', text = ASK, where = CHAT): Promise<RequestId> {
    await this.type(who, text, where);
    const [latest] = await this.store.requests({ limit: 1 });
    if (latest === undefined) throw new Error(`nothing was asked: ${this.chat(who).join('\n')}`);
    return latest.value.id;
  }

  press(who: Name | Human, request: string, verb: string, pressing: Pressing = {}) {
    return this.deliver(this.pressing(who, request, verb, pressing));
  }

  pressing(who: Name | Human, request: string, verb: string, { at, data }: Pressing = {}): object {
    const card = at ?? this.card();
    const where: payloads.Where = card.conversation.startsWith('a:')
      ? CHAT
      : { kind: 'channel', conversation: card.conversation };
    const press = { verb, data: data ?? { ...MARK, request }, card: card.id };
    return payloads.pressed(this.microsoft.service, this.human(who), where, press);
  }

  human(who: Name | Human): Human {
    return typeof who === 'string' ? this.people[who] : who;
  }

  /** The card in the channel. */
  card(channel = 'lb-access'): Said & { readonly conversation: string } {
    const [thread] = this.microsoft.service.threadsIn(channel);
    const [said] = thread?.said ?? [];
    if (thread === undefined || said === undefined) throw new Error('no card');
    return { ...said, conversation: thread.id };
  }

  /** What somebody reads in their chat with the bot. */
  chat(who: Name | Human): readonly string[] {
    return this.microsoft.service.chat(this.human(who).userId).said.map(textOf);
  }

  channel(name = 'lb-access'): readonly string[] {
    return this.microsoft.service.threadsIn(name).flatMap(({ said }) => said.map(textOf));
  }

  async request(id: RequestId): Promise<AccessRequest> {
    const found = await this.store.request(id);
    if (found === undefined) throw new Error(`no request ${id}`);
    return found.value;
  }

  async untouched(id: RequestId): Promise<void> {
    expect(await this.request(id)).toMatchObject({ status: 'pending', approvals: [] });
    expect(this.gate.entries.size).toBe(0);
  }

  /** Whoever may, can: it was not simply that nothing works. */
  async opensFor(who: Name, id: RequestId): Promise<void> {
    expect(await this.press(who, id, 'approve')).toMatchObject({ status: 200 });
    expect((await this.request(id)).status).toBe('active');
    expect(this.gate.entries.size).toBe(1);
  }
}

const nameOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** As a person reads it. */
export function textOf({ activity }: Pick<Said, 'activity'>): string {
  const [attachment] = activity.attachments as readonly { readonly content: unknown }[];
  return [activity.text ?? '', ...textsOf(attachment?.content)].join('\n');
}

/** What stands in the acknowledgement of a button: a sentence, or a card as it is read. */
export function said({ body }: Answered): string {
  const { value } = (body ?? {}) as { readonly value?: unknown };
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return 'message' in value ? String(value.message) : textsOf(value).join('\n');
}
