/** How much is said at once, by a clock that is stepped. */
import { describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { SECOND } from '../../core/time.ts';
import { accountOf, openOffice } from './fixtures/teams-office.ts';
import { people, waiting } from './fixtures/views.ts';
import { TEAMS_PACE } from './pace.ts';

const HERE = { kind: 'channel', channel: 'Platform/lb-access' } as const;
const io = { signal: new AbortController().signal };
const note = { text: ['It ends soon.'], buttons: [] };

describe('the pace', () => {
  test('holds back what is too much in one channel, and lets the next go first', async () => {
    const clock = new ManualClock(Date.parse('2026-11-21T03:00:00Z'));
    const other = await openOffice({ clock, pace: TEAMS_PACE });
    await other.delivery.joinTeam(other.ada);
    clock.advance(600 * SECOND);
    const at = await other.teams.postCard(HERE, waiting, people, io);
    const line = { seq: 1, hash: '1f0c2d3e', text: ['x'] };
    const tell = () => other.teams.postLines(at, [line], new Map(), io);
    const outcomes: Promise<string>[] = [];
    for (let nth = 0; nth < 20; nth += 1)
      outcomes.push(
        tell().then(
          () => 'said',
          (error: { code: string }) => error.code,
        ),
      );
    await vi.waitFor(() => expect(other.microsoft.service.calls.length).toBeGreaterThan(4));
    clock.advance(2 * SECOND);
    const done = await Promise.all(outcomes);
    expect(done.filter((one) => one === 'said').length).toBeLessThanOrEqual(7);
    expect(new Set(done)).toEqual(new Set(['said', 'rate-limited']));
    clock.advance(60 * SECOND);
    await expect(tell()).resolves.toBeUndefined();
    await other.close();
  });

  test('after a 429 nobody speaks there before its time, and elsewhere everybody may', async () => {
    const clock = new ManualClock(Date.parse('2026-11-21T03:00:00Z'));
    const other = await openOffice({ clock, pace: TEAMS_PACE });
    await other.delivery.joinTeam(other.ada);
    clock.advance(600 * SECOND);
    const tell = () => other.teams.postCard(HERE, waiting, people, io);
    await tell();
    other.microsoft.service.fail(/^POST \/v3\/conversations$/, { status: 429, retryAfter: '30' });
    await expect(tell()).rejects.toMatchObject({ code: 'rate-limited' });
    const before = other.microsoft.service.calls.length;
    await expect(tell()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(other.microsoft.service.calls).toHaveLength(before);
    const person = { kind: 'person', account: accountOf(other.ada) } as const;
    await other.teams.postNote(person, note, new Map(), io);
    clock.advance(33 * SECOND);
    await expect(tell()).resolves.toBeDefined();
    await other.close();
  });
});
