/** One role at one place: whoever asks gets it, so that a scenario is about the provider alone. */
import type { LocalPersonSpec } from '../src/chat/local/people.ts';
import type { Place } from './place.ts';

const CROWD = Array.from({ length: 10 }, (_, nth) => `barbara${nth}`);

/** Who asks when very many do. */
export const ASKERS = ['ada', 'linus', ...CROWD] as const;

export const CAST: readonly LocalPersonSpec[] = [...ASKERS, 'margaret'].map((userId) => ({
  userId,
}));

export function policyFor(place: Place, type: string): string {
  const members = ASKERS.map((userId) => `${userId}@example.com`);
  const door = {
    description: 'what is tried',
    targets: [{ provider: 'lab', ...place.target }, ...besides(place)],
    inputs: place.inputs,
    who: ['operators'],
    duration: { max: '4h', default: '1h' },
    reason: { required: false, example: 'to look at it' },
    approve: 'automatic',
    channel: 'local:#lb-access',
    expireAfter: '30m',
    revoke: ['security'],
    attest: ['security'],
  };
  // JSON is YAML.
  return JSON.stringify({
    version: 1,
    groups: { operators: { members }, security: { members: ['margaret@example.com'] } },
    providers: { lab: { type, ...place.connection }, ...providerBeside(place) },
    alarms: 'local:#alarms',
    restore: ['security'],
    reconcile: { every: '1h', orphans: 'remove' },
    people: peopleAt(place),
    roles: { door },
  });
}

function peopleAt({ people = {} }: Place): object {
  return Object.fromEntries(Object.entries(people).map(([email, lab]) => [email, { lab }]));
}

function besides({ beside }: Place): readonly object[] {
  return beside === undefined ? [] : [{ provider: 'beside', ...beside.place.target }];
}

function providerBeside({ beside }: Place): object {
  if (beside === undefined) return {};
  return { beside: { type: beside.type, ...beside.place.connection } };
}
