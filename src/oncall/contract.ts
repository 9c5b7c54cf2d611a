/** What the rest of the program relies on, whatever the roster. One suite over all of them, by real HTTP. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RosterStand, rosterStand, says } from '../../test/support/roster-stand.ts';
import { ManualClock } from '../clock.ts';
import { MINUTE, SECOND } from '../core/time.ts';
import { type Roster, RosterError } from './roster.ts';

export interface RosterSample {
  readonly make: (url: string, clock: ManualClock) => Roster;
  readonly token: string;
  readonly schedule: string;
  /** What the server answers when these are on call by that schedule. */
  readonly answer: (emails: readonly unknown[]) => unknown;
}

const START = Date.UTC(2026, 10, 21, 12);
const ADA = 'Ada@example.com';

export function describeRoster(name: string, sample: RosterSample): void {
  describe(`${name} keeps the contract of rosters`, () => {
    let stand: RosterStand;
    let clock: ManualClock;
    let roster: Roster;
    beforeEach(async () => {
      stand = await rosterStand(says(sample.answer([ADA])));
      clock = new ManualClock(START);
      roster = sample.make(stand.url, clock);
    });
    afterEach(() => stand.stop());

    const ask = (signal = AbortSignal.timeout(10_000)) =>
      roster.onCall(sample.schedule, { signal });
    const fault = async (signal?: AbortSignal) => {
      const error = await ask(signal).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RosterError);
      expect(String((error as RosterError).message)).not.toContain(sample.token);
      return (error as RosterError).code;
    };

    it('answers who is on call, each of them once', async () => {
      stand.behave = says(sample.answer([ADA, 'grace@example.com', ADA]));
      expect(await ask()).toEqual([ADA, 'grace@example.com']);
    });

    it('answers that nobody is', async () => {
      stand.behave = says(sample.answer([]));
      expect(await ask()).toEqual([]);
    });

    it('asks again each time', async () => {
      await ask();
      stand.behave = says(sample.answer(['grace@example.com']));
      expect(await ask()).toEqual(['grace@example.com']);
    });

    it.each([[null], [''], ['ada'], [7], ['a b@example.com'], [{}]])(
      'leaves nobody out whose address is %j: there is no answer then',
      async (email) => {
        stand.behave = says(sample.answer([ADA, email]));
        expect(await fault()).toBe('bad-answer');
      },
    );

    it.each([
      [401, 'permission-denied'],
      [403, 'permission-denied'],
      [404, 'not-found'],
      [500, 'unavailable'],
      [503, 'unavailable'],
      [204, 'bad-answer'],
    ])('says of the status %i that it is %s', async (status, code) => {
      stand.behave = says('', status);
      expect(await fault()).toBe(code);
    });

    it('follows no redirect, so that its token goes nowhere else', async () => {
      const elsewhere = await rosterStand(says(sample.answer([ADA])));
      stand.behave = says('', 302, { location: elsewhere.url });
      expect(await fault()).toBe('misconfigured');
      expect(elsewhere.asked).toEqual([]);
      await elsewhere.stop();
    });

    it('leaves a roster alone for as long as it asks, and then asks again', async () => {
      stand.behave = says('', 429, { 'retry-after': '20' });
      expect(await fault()).toBe('rate-limited');
      stand.behave = says(sample.answer([ADA]));
      clock.advance(19 * SECOND);
      expect(await fault()).toBe('rate-limited');
      expect(stand.asked).toHaveLength(1);
      clock.advance(SECOND);
      expect(await ask()).toEqual([ADA]);
    });

    it('is kept away for a minute at most', async () => {
      stand.behave = says('', 429, { 'retry-after': '86400' });
      await fault();
      stand.behave = says(sample.answer([ADA]));
      clock.advance(MINUTE);
      expect(await ask()).toEqual([ADA]);
    });

    it('gives up an answer that does not come, by its own limit and by the caller’s', async () => {
      const arrived = new Promise<void>((resolve) => {
        stand.behave = () => resolve();
      });
      const waiting = fault();
      await arrived;
      clock.advance(10 * SECOND);
      expect(await waiting).toBe('timeout');
      expect(await fault(AbortSignal.abort())).toBe('timeout');
    });

    it('takes no answer that is longer than any could be', async () => {
      stand.behave = says(`${' '.repeat(3 * 1024 * 1024)}${JSON.stringify(sample.answer([ADA]))}`);
      expect(await fault()).toBe('bad-answer');
    });

    it('says of a server that is not there that it is unavailable', async () => {
      await stand.stop();
      expect(await fault()).toBe('unavailable');
    });

    it('makes nobody up, whatever is answered', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (body) => {
          stand.behave = says(body);
          const answered = await ask().catch((error: unknown) => error);
          expect(answered).toBeInstanceOf(RosterError);
        }),
        { numRuns: 60 },
      );
    });
  });
}
