/** Whatever the Bot Connector or Graph answers: an error of ours, or just what it says. Nobody is made up. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChatError, type People } from '../../src/chat/platform.ts';
import { accountOf, type Office, openOffice } from '../../src/chat/teams/fixtures/teams-office.ts';
import { people, waiting } from '../../src/chat/teams/fixtures/views.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { DAY } from '../../src/core/time.ts';
import { HANG, nasty, nastyJson, runs } from './nasty.ts';

let office: Office;
/** So much time passes that nobody is held back by what was answered before. */
let passed = 0;
const hasty: Clock = {
  ...systemClock,
  monotonic() {
    passed += DAY;
    return passed;
  },
};
beforeAll(async () => {
  office = await openOffice({ clock: hasty });
  await office.delivery.joinTeam(office.ada);
});
afterAll(() => office.close());

const io = () => ({ signal: AbortSignal.timeout(8_000) });
const HERE = { kind: 'channel', channel: 'Platform/lb-access' } as const;

/** What came of it; a fault that is not the port's own is thrown on. */
async function outcome<Result>(work: Promise<Result>): Promise<Result | ChatError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ChatError) return error;
    throw error;
  }
}

const statuses = fc.constantFrom(
  200,
  201,
  204,
  301,
  307,
  400,
  401,
  403,
  404,
  409,
  412,
  429,
  500,
  503,
);
const texts = fc.oneof(
  nasty(500),
  nastyJson.map((value) => JSON.stringify(value)),
  fc.record({ id: nastyJson, activityId: nastyJson }).map((value) => JSON.stringify(value)),
  fc.record({ error: fc.record({ code: nastyJson }) }).map((value) => JSON.stringify(value)),
);
const answers = fc.record({
  status: statuses,
  text: texts,
  retryAfter: fc.option(
    fc.constantFrom('0', '7', '-1', '1e9', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT', '99999999999'),
    { nil: undefined },
  ),
});

/** A body may not stand in these. */
const bare = (status: number): boolean => status === 204;

test('a card is posted where Teams says, or it is not posted', { timeout: HANG }, async () => {
  const { service } = office.microsoft;
  await fc.assert(
    fc.asyncProperty(answers, async ({ status, text, retryAfter }) => {
      const answer = { status, text: bare(status) ? '' : text };
      const wait = retryAfter === undefined ? {} : { retryAfter };
      service.fail(/^POST \/v3\/conversations$/, { ...answer, ...wait });
      const at = await outcome(office.teams.postCard(HERE, waiting, people, io()));
      expect(service.calls.at(-1)?.path).toBe('/v3/conversations');
      if (at instanceof ChatError) {
        if (at.retryAfter !== null) expect(at.retryAfter).toSatisfy(isWait);
        return;
      }
      const said = JSON.parse(text) as { readonly id: string };
      expect(status).toBeLessThan(300);
      expect(at.conversation?.startsWith(said.id.replace(/;messageid=.*$/, ''))).toBe(true);
    }),
    runs(80),
  );
});

const isWait = (wait: number): boolean => Number.isFinite(wait) && wait >= 0 && wait <= 3_600_000;

/** Whom Teams has to be asked about. */
const strangers = (): People =>
  new Map(
    [...people].map(([id, person]) => {
      const account = { ...accountOf(office.grace), userId: randomUUID() };
      return [id, { ...person, accounts: [account] }];
    }),
  );

test('a list of channels or people holds none that Teams did not tell of', {
  timeout: HANG,
}, async () => {
  const { service } = office.microsoft;
  await fc.assert(
    fc.asyncProperty(answers, async ({ status, text }) => {
      const answer = { status, text: bare(status) ? '' : text };
      service.fail(/pagedmembers/, answer);
      const before = service.calls.length;
      const at = await outcome(office.teams.postCard(HERE, waiting, strangers(), io()));
      const asked = service.calls.slice(before).some(({ path }) => path.includes('pagedmembers'));
      expect(asked).toBe(true);
      if (!(at instanceof ChatError)) expect(at.activity).toEqual(expect.any(String));
    }),
    runs(40),
  );
});

test('who Graph makes nobody of is nobody', { timeout: HANG }, async () => {
  const { entra } = office.microsoft;
  await fc.assert(
    fc.asyncProperty(nastyJson, async (body) => {
      entra.fail(/\/users\//, { change: () => ({ status: 200, body }) });
      const profile = await outcome(office.teams.profile(accountOf(office.grace), io()));
      expect(profile).toBeInstanceOf(ChatError);
    }),
    runs(80),
  );
});
