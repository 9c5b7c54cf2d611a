/** Every half minute: nothing is forgotten, and no access is open that nobody was told of. */
import type { Access } from '../src/core/access.ts';
import type { Instant, Millis } from '../src/core/time.ts';
import { MINUTE, SECOND } from '../src/core/time.ts';
import type { Gate } from './gate.ts';
import type { Setting } from './setting.ts';

export const PROBE: Millis = 30 * SECOND;
/** Leases run out, sweeps come round, and a commit may have to be tried again. */
const ALLOWANCE: Millis = 3 * MINUTE;

export class Probe {
  readonly #setting: Setting;
  /** For how long an entry has let somebody in whom nothing gives that, while a machine ran. */
  readonly #overdue = new Map<string, Millis>();
  /** What falls due next and should be done already, and since when it was seen so. */
  #late: { readonly due: Instant | undefined; readonly since: Millis } = {
    due: undefined,
    since: 0,
  };

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async look(): Promise<void> {
    for (const gate of this.#setting.gates) for (const key of gate.keys) this.#lookAt(gate, key);
    await this.#lookForLate();
  }

  async #lookForLate(): Promise<void> {
    const { line, machines, store, witness } = this.#setting;
    const isSteady = machines.some(
      ({ upSince }) => upSince !== undefined && line.now - upSince > 2 * MINUTE,
    );
    const due = await store.nextDueAt();
    const now = this.#now();
    const isLate = now !== undefined && due !== undefined && now - due > 2 * MINUTE;
    if (!isSteady || !isLate || due !== this.#late.due) this.#late = { due, since: line.now };
    else if (line.now - this.#late.since > ALLOWANCE)
      witness.broken('what is due is done', `not since ${now - due} ms`);
  }

  #lookAt(gate: Gate, key: string): void {
    const { machines, settings, witness } = this.#setting;
    const name = `${gate.name}/${key}`;
    const access = [...witness.accesses.values()].find(
      ({ right }) => right.key === key && right.provider === gate.name,
    );
    if (!gate.opens(key) || this.#isGiven(access)) {
      this.#overdue.delete(name);
      return;
    }
    const isUp = machines.some(({ upSince }) => upSince !== undefined);
    const overdue = (this.#overdue.get(name) ?? 0) + (isUp ? PROBE : 0);
    this.#overdue.set(name, overdue);
    if (overdue > settings.revokeAlarm + ALLOWANCE && !this.#isToldOf(access))
      witness.broken('no access outlives its grant unnoticed', `${name} is open`);
  }

  #isGiven(access: Access | undefined): boolean {
    const now = this.#now() ?? 0;
    return (access?.leases ?? []).some(({ state, endsAt }) => state === 'live' && endsAt > now);
  }

  /** Under an alarm, or by a person's word. */
  #isToldOf(access: Access | undefined): boolean {
    const { attested, requests } = this.#setting.witness;
    if (access === undefined) return false;
    if (attested.has(access.id)) return true;
    return access.leases.some((lease) => {
      const request = requests.get(lease.request);
      return request?.status === 'revoking' && request.alarms > 0;
    });
  }

  #now(): Instant | undefined {
    const running = this.#setting.machines.find(({ service }) => service !== undefined);
    return running?.service?.shell.ledger.now();
  }
}
