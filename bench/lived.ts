/** Lives that the real program leads on a clock of its own, one of each kind, as patterns for very many. */
import { ManualClock } from '../src/clock.ts';
import type { RequestId } from '../src/core/ids.ts';
import type { Instant } from '../src/core/time.ts';
import { SECOND } from '../src/core/time.ts';
import { APPROVERS, addressOf, HOLDERS, SECURITY } from './policy.ts';
import type { Written } from './rows.ts';
import { markIn, writtenSince } from './rows.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import type { Life, Names } from './stamp.ts';

export const FATES = ['ended', 'returned', 'revoked', 'denied', 'withdrawn', 'expired'] as const;
export type Fate = (typeof FATES)[number];

export class Past {
  readonly #file: string;
  readonly #clock: ManualClock;
  readonly #stage: Stage;

  private constructor(file: string, clock: ManualClock, stage: Stage) {
    this.#file = file;
    this.#clock = clock;
    this.#stage = stage;
  }

  static async open(file: string, start: Instant): Promise<Past> {
    const clock = new ManualClock(start);
    const past = new Past(file, clock, await openStage({ held: file, clock }));
    await past.#settled();
    for (const user of [...APPROVERS, ...SECURITY]) await past.#type(user, 'mine');
    return past;
  }

  get now(): Instant {
    return this.#clock.now();
  }

  close(): Promise<void> {
    return this.#stage.close();
  }

  /** Somebody is seen for the first time. */
  meet(nth: number): Promise<Life> {
    return this.#life(nth, nth, () => this.#type(holder(nth), 'mine'));
  }

  /** What stands open from now on. */
  hold(nth: number, by: number): Promise<Life> {
    return this.#life(nth, by, async () => void (await this.#ask(nth, by, 'lb-held', '4h')));
  }

  /** What is over in a minute or two. */
  async end(fate: Fate, role: string, nth: number, by: number): Promise<Life> {
    const life = await this.#life(nth, by, async () => {
      const id = await this.#ask(nth, by, role, '1m');
      await this.#endings[fate](id, holder(by));
      // A card is drawn once more when an update that was given up can have come.
      await this.#pass(30);
    });
    // NB. A million times of anything that is still to be done would be done at the start, while it is measured.
    if ((life.written.get('effects') ?? []).length > 0) throw new Error(`${fate} is not over`);
    return life;
  }

  readonly #endings: Readonly<Record<Fate, (id: RequestId, by: string) => Promise<void>>> = {
    ended: async (id) => {
      await this.#approve(id);
      await this.#pass(62);
    },
    returned: async (id, by) => {
      await this.#approve(id);
      await this.#pass(20);
      await this.#type(by, `return ${id}`);
    },
    revoked: async (id) => {
      await this.#approve(id);
      await this.#pass(20);
      await this.#type(SECURITY[0] ?? '', `revoke ${id} the work is finished`);
    },
    denied: (id) => this.#type(APPROVERS[0] ?? '', `deny ${id} not while we deploy`),
    withdrawn: (id, by) => this.#type(by, `withdraw ${id}`),
    expired: () => this.#pass(125),
  };

  async #life(nth: number, by: number, lives: () => Promise<void>): Promise<Life> {
    const mark = markIn(this.#file);
    await lives();
    const written = writtenSince(this.#file, mark);
    return { written, names: await this.#names(written, nth, by) };
  }

  async #names(written: Written, nth: number, by: number): Promise<Names> {
    const { store } = this.#stage.app.service.shell;
    const account = this.#stage.workspace.account(holder(by));
    const person = await store.personByAccount(account);
    const ref = String(written.get('copies')?.[0]?.ref ?? '{}');
    return {
      request: String(written.get('requests')?.[0]?.id ?? ''),
      address: addressOf(nth),
      holder: holder(by),
      principal: person?.value.principal.id ?? '',
      salts: (written.get('texts') ?? []).map(({ salt }) => String(salt)),
      deliveries: (written.get('inbox') ?? []).map(({ key }) => String(key)),
      message: (JSON.parse(ref) as { message?: string }).message ?? '',
      later: 0,
    };
  }

  async #ask(nth: number, by: number, role: string, duration: string): Promise<RequestId> {
    const ask = `${role} ${duration} ip=${addressOf(nth)} rotate the edge certificate`;
    await this.#type(holder(by), ask);
    const [newest] = await this.#stage.app.service.shell.store.requests({ role, limit: 1 });
    if (newest === undefined) throw new Error(`${role} was not asked for`);
    return newest.value.id;
  }

  #approve(id: RequestId): Promise<void> {
    return this.#type(APPROVERS[0] ?? '', `approve ${id}`);
  }

  async #type(user: string, text: string): Promise<void> {
    await this.#stage.workspace.type(user, text);
    await this.#settled();
  }

  async #pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.#clock.advance(SECOND);
      await this.#settled();
    }
  }

  #settled(): Promise<void> {
    return this.#stage.app.settle();
  }
}

function holder(nth: number): string {
  return HOLDERS[nth] ?? '';
}
