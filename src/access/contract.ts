/** What the rest of the program relies on, whatever the provider. One suite over all of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../core/ids.ts';
import type { Json, TargetSpec } from '../core/policy.ts';
import { HOUR, type Instant, type Millis, wholeSecond } from '../core/time.ts';
import type { Answer, Io, Plan, PlanAsk, Provider, Reading, Seal, Wish } from './provider.ts';

/** A target of the test's own, with nothing in it. */
export interface ProviderWorld {
  readonly provider: Provider;
  readonly spec: TargetSpec;
  readonly now: () => Instant;
  /** It shows the ends that it was told, although nobody may count on that. */
  readonly showsEnds?: boolean;
  /** Nothing there says whose it is: only what was held before tells. */
  readonly isUnmarked?: boolean;
  /** Two asks whose rights have nothing to do with each other. */
  readonly ask: PlanAsk;
  readonly otherAsk: PlanAsk;
  /** The right of `ask`, asked for in other words. */
  readonly sameAsk: PlanAsk;
  /** Asks that no provider may carry out. */
  readonly hostileAsks: readonly PlanAsk[];
  /** Would the gate let in, now, whom this right is for? */
  readonly opens: (planned: Planned) => Promise<boolean>;
  /** Time passes at the target, where it can be made to: needed of those that have timers. */
  readonly pass?: (time: Millis) => Promise<void>;
  /** Somebody else gives the same right, past this program. */
  readonly putByHand: (planned: Planned, until: Instant) => Promise<void>;
  /** From now on the target cannot be read. */
  readonly hide: () => Promise<void>;
  readonly end: () => Promise<void>;
}

export type Planned = Extract<Plan, { kind: 'planned' }>;

const MOST_ATTEMPTS = 20;
const NOTHING: Wish['wanted'] = { kind: 'nothing' };
/** As good as one of an installation: nobody else is here. */
const seal: Seal = (key) => sha256(key).slice(0, 32);

export function describeProvider(name: string, makeWorld: () => Promise<ProviderWorld>): void {
  describe(`${name} keeps the contract of providers`, () => {
    let world: ProviderWorld;
    beforeEach(async () => {
      given.clear();
      world = await makeWorld();
    });
    afterEach(() => world.end());

    const io = (signal: AbortSignal = AbortSignal.timeout(5_000)): Io => ({
      signal,
      now: world.now(),
    });
    const inAnHour = () => wholeSecond(world.now()) + HOUR;
    const until = (end: Instant, aims: readonly Instant[] = [end], held = false): Wish => ({
      wanted: { kind: 'until', until: end },
      aims,
      held,
      receipt: null,
      note: async () => {},
    });
    const nothing = (aims: readonly Instant[] = [], held = false): Wish => ({
      wanted: NOTHING,
      aims,
      held,
      receipt: null,
      note: async () => {},
    });
    const plan = async (ask: PlanAsk = world.ask): Promise<Planned> => {
      const made = await world.provider.plan(ask, io());
      if (made.kind !== 'planned') throw new Error(`refused: ${made.why}`);
      return made;
    };
    const read = (planned: Planned) => world.provider.read(planned.handle, io());
    const given = new Set<string>();
    /** As the workflow does: to the end of what is pending, with what the attempt before it was given along. */
    const converge = async ({ handle, key }: Planned, wish: Wish): Promise<Answer> => {
      const held = wish.held || (world.isUnmarked === true && given.has(key));
      let receipt: Json | null = wish.receipt;
      for (let attempts = 0; attempts < MOST_ATTEMPTS; attempts += 1) {
        const answer = await world.provider.converge(handle, { ...wish, held, receipt }, io());
        if (answer.kind === 'done' && wish.wanted.kind === 'until') given.add(key);
        if (answer.kind !== 'pending') return answer;
        receipt = answer.receipt ?? null;
      }
      throw new Error('it is pending for ever');
    };
    const keptUntil = (end: Instant) =>
      world.showsEnds || world.provider.capabilities.nativeExpiry === 'enforced' ? end : null;

    it('gives, reads back, takes and reads back', async () => {
      const planned = await plan();
      const end = inAnHour();
      expect(await read(planned)).toMatchObject({ kind: 'absent' });
      expect(await world.opens(planned)).toBe(false);

      expect(await converge(planned, until(end))).toMatchObject({ kind: 'done' });
      expect(await read(planned)).toMatchObject({ kind: 'present', until: keptUntil(end) });
      expect(await world.opens(planned)).toBe(true);

      expect(await converge(planned, nothing([end], true))).toMatchObject({ kind: 'done' });
      expect(await read(planned)).toMatchObject({ kind: 'absent' });
      expect(await world.opens(planned)).toBe(false);
    });

    it('plans without writing, and the same right each time', async () => {
      const planned = await plan();
      expect(await plan(world.sameAsk)).toEqual(planned);
      expect((await plan(world.otherAsk)).key).not.toBe(planned.key);
      expect(await world.provider.list(world.spec, io(), seal)).toEqual([]);
    });

    it('plans the same right again while the access stands', async () => {
      const planned = await plan();
      await converge(planned, until(inAnHour()));
      expect(await plan(world.sameAsk)).toMatchObject({ key: planned.key, handle: planned.handle });
    });

    it('writes once, however often it is told the same', async () => {
      const planned = await plan();
      const end = inAnHour();
      await converge(planned, until(end));
      expect(await converge(planned, until(end))).toEqual({ kind: 'already', owner: 'ours' });
      expect(await world.provider.list(world.spec, io(), seal)).toHaveLength(1);
    });

    it('writes once when told twice at the same time', async () => {
      const planned = await plan();
      const end = inAnHour();
      await Promise.all([converge(planned, until(end)), converge(planned, until(end))]);
      expect(await world.provider.list(world.spec, io(), seal)).toHaveLength(1);
      await converge(planned, nothing([end]));
      expect(await read(planned)).toMatchObject({ kind: 'absent' });
    });

    it('extends and shortens in place', async () => {
      const planned = await plan();
      const [early, late] = [inAnHour(), inAnHour() + HOUR];
      await converge(planned, until(early));
      const unchanged = { kind: 'already', owner: 'ours' };
      const isKept = world.provider.capabilities.nativeExpiry === 'enforced';
      const extended = await converge(planned, until(late, [early, late]));
      expect([{ kind: 'done' }, ...(isKept ? [] : [unchanged])]).toContainEqual(extended);
      expect(await read(planned)).toMatchObject({ kind: 'present', until: keptUntil(late) });
      await converge(planned, until(early, [early, late], true));
      expect(await read(planned)).toMatchObject({ kind: 'present', until: keptUntil(early) });
      expect(await world.provider.list(world.spec, io(), seal)).toHaveLength(1);
    });

    it('takes one right and leaves the other', async () => {
      const [one, other] = [await plan(), await plan(world.otherAsk)];
      const end = inAnHour();
      await Promise.all([converge(one, until(end)), converge(other, until(end))]);
      await converge(one, nothing([end], true));
      expect(await read(one)).toMatchObject({ kind: 'absent' });
      expect(await read(other)).toMatchObject({ kind: 'present' });
      expect(await world.opens(other)).toBe(true);
    });

    it('has nothing to take where nothing is', async () => {
      const planned = await plan();
      const absent = { kind: 'already', owner: 'absent' };
      expect(await converge(planned, nothing())).toMatchObject(absent);
      const end = inAnHour();
      await converge(planned, until(end));
      await converge(planned, nothing([end]));
      expect(await converge(planned, nothing([end]))).toMatchObject(absent);
    });

    it('leaves what somebody else gave, when giving and when taking', async () => {
      const planned = await plan();
      const theirs = inAnHour() + 7_000;
      await world.putByHand(planned, theirs);
      const foreign = { kind: 'already', owner: 'foreign' };
      const ours = inAnHour();
      expect(await converge(planned, until(ours))).toEqual(foreign);
      expect(await read(planned)).toMatchObject({ kind: 'present', until: keptUntil(theirs) });
      expect(await converge(planned, nothing([ours]))).toEqual(foreign);
      expect(await read(planned)).toMatchObject({ kind: 'present', until: keptUntil(theirs) });
      expect(await world.opens(planned)).toBe(true);
    });

    it('lists everything that stands, by the keys of plans', async () => {
      const [one, other] = [await plan(), await plan(world.otherAsk)];
      const end = inAnHour();
      await converge(one, until(end));
      await world.putByHand(other, end + 7_000);
      const held = await world.provider.list(world.spec, io(), seal);
      expect(held.map(({ key }) => key).sort()).toEqual([one.key, other.key].sort());
      const ends = held.map((entry) => entry.until).sort();
      expect(ends).toEqual([keptUntil(end), keptUntil(end + 7_000)]);
    });

    it('needs nothing but the stored handle to take access away', async () => {
      const planned = await plan();
      const end = inAnHour();
      await converge(planned, until(end));
      const stored: Json = JSON.parse(JSON.stringify(planned.handle));
      expect(stored).toEqual(planned.handle);
      expect(stored).toHaveProperty('v');
      await converge({ ...planned, handle: stored }, nothing([end]));
      expect(await world.provider.read(stored, io())).toMatchObject({ kind: 'absent' });
    });

    it('refuses a handle that it did not write', async () => {
      const wrong = io();
      await expect(world.provider.read({ v: 99 }, wrong)).rejects.toThrow();
      await expect(world.provider.converge({ v: 99 }, nothing(), wrong)).rejects.toThrow();
    });

    it('writes nothing once its time is over', async () => {
      const planned = await plan();
      const late = io(AbortSignal.abort());
      const answer = await world.provider
        .converge(planned.handle, until(inAnHour()), late)
        .catch(() => ({ kind: 'unknown' }));
      expect(answer).toMatchObject({ kind: 'unknown' });
      expect(await read(planned)).toMatchObject({ kind: 'absent' });
    });

    it('never takes unreadable for absent', async () => {
      const planned = await plan();
      await world.hide();
      const seen = (signal?: AbortSignal): Promise<Reading> =>
        world.provider
          .read(planned.handle, io(signal))
          .catch((error: Error) => ({ kind: 'unreadable', why: error.message }));
      expect(await seen()).toMatchObject({ kind: 'unreadable' });
      expect(await seen(AbortSignal.abort())).toMatchObject({ kind: 'unreadable' });
      await expect(world.provider.list(world.spec, io(), seal)).rejects.toThrow();
    });

    it('has a timer, if any, that takes access away once, when it was set to last', async () => {
      const { arm } = world.provider;
      if (arm === undefined) return;
      if (world.pass === undefined) throw new Error('time has to pass where there are timers');
      const planned = await plan();
      const [early, late] = [inAnHour(), inAnHour() + HOUR];
      expect(await arm(planned.handle, early, io())).toEqual({ kind: 'done' });
      await converge(planned, until(early));
      expect(await arm(planned.handle, late, io())).toEqual({ kind: 'done' });
      const again = await arm(planned.handle, late, io());
      expect([{ kind: 'done' }, { kind: 'already', owner: 'ours' }]).toContainEqual(again);
      await world.pass(HOUR);
      expect(await read(planned)).toMatchObject({ kind: 'present' });
      await world.pass(HOUR);
      expect(await read(planned)).toMatchObject({ kind: 'absent' });
      expect(await world.opens(planned)).toBe(false);
    });

    it('takes its timer back, if any', async () => {
      const { arm } = world.provider;
      if (arm === undefined) return;
      const planned = await plan();
      await arm(planned.handle, inAnHour(), io());
      expect(await arm(planned.handle, null, io())).toEqual({ kind: 'done' });
      expect(await arm(planned.handle, null, io())).toEqual({ kind: 'already', owner: 'absent' });
      await converge(planned, until(inAnHour()));
      await world.pass?.(2 * HOUR);
      expect(await read(planned)).toMatchObject({ kind: 'present' });
    });

    it('refuses hostile asks with a sentence', async () => {
      for (const ask of world.hostileAsks) {
        const made = await world.provider.plan(ask, io());
        expect(made, JSON.stringify(ask.inputs)).toMatchObject({ kind: 'refused' });
      }
      expect(await world.provider.list(world.spec, io(), seal)).toEqual([]);
    });

    it('has schemas that read their own output', () => {
      const { connectionSchema, targetSchema } = world.provider;
      const { connection, target } = world.spec;
      expect(connectionSchema.parse(connectionSchema.parse(connection))).toEqual(connection);
      expect(targetSchema.parse(targetSchema.parse(target))).toEqual(target);
      expect(connectionSchema.safeParse({ ...Object(connection), extra: 1 }).success).toBe(false);
      expect(targetSchema.safeParse({ ...Object(target), extra: 1 }).success).toBe(false);
    });

    it('says of a good target that it is good, and finds an unknown input', () => {
      const inputs = Object.fromEntries(Object.keys(world.ask.inputs).map((one) => [one, 'ip']));
      expect(world.provider.check({ spec: world.spec, inputs })).toEqual([]);
      const target = { ...Object(world.spec.target), key: 'nowhere' };
      const spec = { ...world.spec, target };
      expect(world.provider.check({ spec, inputs })).toMatchObject([{ path: ['key'] }]);
    });

    it('has a doctor who finds no fault with a good target', async () => {
      const findings = await world.provider.doctor(world.spec, io());
      expect(findings.filter(({ level }) => level === 'fault')).toEqual([]);
      expect(findings.length).toBeGreaterThan(0);
    });
  });
}
