/** The roster port in front of whoever is on call: each of its answers and faults, by chance. */
import type { Millis } from '../src/core/time.ts';
import { SECOND } from '../src/core/time.ts';
import { type Roster, RosterError, type RosterErrorCode } from '../src/oncall/roster.ts';
import { ROSTER } from './cast.ts';
import type { Census } from './census.ts';
import type { Life } from './life.ts';
import type { People } from './people.ts';
import { passage } from './troubles.ts';

/** An answer that takes longer than the bot waits. */
const SLOWEST: Millis = 15 * SECOND;

const TURNED_AWAY: readonly [RosterErrorCode, ...RosterErrorCode[]] = [
  'unavailable',
  'rate-limited',
  'permission-denied',
  'not-found',
  'bad-answer',
  'misconfigured',
];

/** As a process sees it that lives this life. */
export function simulatedRoster(
  people: People,
  isOut: () => boolean,
  life: Life,
  census: Census,
): Roster {
  const chance = life.chance.stream(`roster/${ROSTER}`);
  const fault = (code: RosterErrorCode) => {
    census.rosterFault(code);
    return new RosterError(code, `simulated: ${code}`);
  };
  return {
    name: ROSTER,
    onCall(_schedule, io) {
      const way = passage(chance, life.around.troubles().chat, SLOWEST);
      const fate = isOut() ? ('turned-away' as const) : way.fate;
      const read = () => {
        life.around.history.note(`${ROSTER}.onCall`);
        return census.onCall(people.onCall);
      };
      const faults = {
        signal: io.signal,
        turnedAway: () => fault(chance.pick(TURNED_AWAY)),
        givenUp: () => fault('timeout'),
      };
      return life.remote(`${ROSTER}.onCall`, read, { ...way, fate }, faults);
    },
  };
}
