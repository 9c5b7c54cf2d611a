/**
 * The program without its adapters: ports in, a thing that starts, stops and can be waited for out.
 * Order matters at both ends: at the start nothing is taken in before everything that works on it
 * runs; at the stop nothing new is taken in while what is running finishes.
 */
import type { Provider } from '../access/provider.ts';
import type { Platform } from '../chat/platform.ts';
import type { Clock } from '../clock.ts';
import type { Effect } from '../core/effect.ts';
import type { Policy } from '../core/policy.ts';
import type { Runner } from '../jobs/runner.ts';
import type { Log } from '../log.ts';
import type { Roster } from '../oncall/roster.ts';
import type { Store } from '../store/store.ts';
import { Absences, delegationHandler } from './absences.ts';
import { adoptPolicy } from './adopt.ts';
import type { Handlers } from './attempt.ts';
import { convergeHandler } from './converge.ts';
import { Deliverer } from './deliver.ts';
import { Directory } from './directory.ts';
import { Dispatcher } from './dispatch.ts';
import { drawHandler } from './draw.ts';
import { draft } from './effect-row.ts';
import { Effects } from './effects.ts';
import { FactFinder } from './facts.ts';
import { Gallery } from './gallery.ts';
import { Inbox } from './intake.ts';
import { KillSwitch } from './kill-switch.ts';
import { Looks } from './looks.ts';
import { Overview } from './overview.ts';
import { Reach } from './reach.ts';
import { Readings } from './readings.ts';
import { reconcileHandler, unreconciled } from './reconcile.ts';
import { tallyDraft } from './refusals.ts';
import { Restorer } from './restore.ts';
import { timerHandler } from './ringing.ts';
import {
  alarmHandler,
  answerHandler,
  homeHandler,
  noteHandler,
  noticeHandler,
  remindHandler,
} from './say.ts';
import { sealOf } from './seal.ts';
import type { Settings, Shell } from './shell.ts';
import { createLedger } from './shell.ts';
import { StandIns } from './stand-ins.ts';
import { callHandler, nudgeHandler, standInHandler, summonHandler } from './summons.ts';
import { horizonOf, Sweep } from './sweep.ts';
import { standstillHandler } from './taking.ts';
import { tellHandler } from './tell.ts';
import { Traffic } from './traffic.ts';
import { useHandler } from './use.ts';

export interface ServiceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly runner: Runner;
  readonly platforms: readonly Platform[];
  readonly providers: ReadonlyMap<string, Provider>;
  /** Who is asked who is on call; none if left out. */
  readonly rosters?: ReadonlyMap<string, Roster> | undefined;
  readonly policy: () => Policy;
  readonly settings: Settings;
  readonly random: (bytes: number) => Uint8Array;
  /** How much one account may ask at once. Left out: as much as a person ever does. */
  readonly burst?: number | undefined;
}

export interface Service {
  readonly shell: Shell;
  /** To look at, and to decide nothing by. */
  readonly overview: Overview;
  start(): Promise<void>;
  /** Drains what is running and closes the store. Loses nothing: what is not done yet are rows. */
  stop(): Promise<void>;
  /** Resolves when nothing is due and nothing is running: for stories, which step the clock. */
  settle(): Promise<void>;
}

export async function createService(parts: ServiceParts): Promise<Service> {
  const { store, clock, log, runner } = parts;
  const ledger = createLedger(store, clock, runner, await store.lastCommittedAt());
  const shell: Shell = {
    ...parts,
    platforms: new Map(parts.platforms.map((platform) => [platform.name, platform])),
    rosters: parts.rosters ?? new Map(),
    ledger,
    seal: await sealOf(store, ledger, parts.random),
  };
  const directory = new Directory(shell);
  const reach = new Reach(shell, directory);
  const facts = new FactFinder(shell, directory, reach);
  const gallery = new Gallery(shell, directory, facts, reach);
  const readings = new Readings();
  const effects = new Effects(
    shell,
    handlers(shell, { directory, reach, facts, gallery, readings }),
  );
  const inbox = new Inbox(shell, { directory, facts, gallery }, parts.burst);
  const sweep = new Sweep(shell, effects, inbox);

  return {
    shell,
    overview: new Overview(shell, gallery, readings),
    async start() {
      const { hash } = shell.policy();
      if ((await store.policyHash()) !== hash) await adoptPolicy(shell, hash, null);
      await runner.start(effects);
      ledger.employ(effects);
      await catchUp(shell);
      // NB. Before the platforms: one that does not answer must not keep access from ending.
      sweep.start();
      for (const platform of parts.platforms) await platform.start(inbox);
      log.info({ policy: hash.slice(0, 8) }, 'started');
    },
    async stop() {
      await Promise.all(parts.platforms.map((platform) => platform.stop()));
      await sweep.stop();
      effects.rest();
      await runner.stop();
      await effects.idle();
      await store.close();
      log.info({}, 'stopped');
    },
    settle: () => settle(shell, effects),
  };
}

interface Parts {
  readonly directory: Directory;
  readonly reach: Reach;
  readonly facts: FactFinder;
  readonly gallery: Gallery;
  readonly readings: Readings;
}

function handlers(shell: Shell, parts: Parts): Handlers {
  const { directory, reach, facts, gallery, readings } = parts;
  const dispatcher = new Dispatcher(shell, facts);
  const traffic = new Traffic(() => (shell.random(1)[0] ?? 0) / 255);
  const looks = new Looks(shell, facts, gallery);
  const restorer = new Restorer(shell, directory);
  const killSwitch = new KillSwitch(shell, directory);
  const absences = new Absences(shell, directory);
  const standIns = new StandIns(shell, directory, gallery);
  const doers = { dispatcher, looks, restorer, killSwitch, absences };
  const deliverer = new Deliverer(shell, { directory, ...doers });
  return {
    deliver: (effect, attempt) => deliverer.handle(effect, attempt),
    timer: timerHandler(shell, dispatcher),
    converge: convergeHandler(shell, dispatcher, readings, traffic),
    draw: drawHandler(shell, gallery),
    tell: tellHandler(shell, gallery),
    summon: summonHandler(shell, reach, standIns),
    call: callHandler(shell, standIns),
    nudge: nudgeHandler(shell, gallery),
    'stand-in': standInHandler(shell, gallery),
    delegation: delegationHandler(shell, gallery),
    note: noteHandler(shell, gallery),
    alarm: alarmHandler(shell, gallery),
    remind: remindHandler(shell, gallery),
    reconcile: reconcileHandler(shell, traffic),
    use: useHandler(shell, dispatcher),
    notice: noticeHandler(shell),
    standstill: standstillHandler(shell, dispatcher),
    answer: answerHandler(shell, gallery),
    home: homeHandler(shell, gallery, facts),
    tally: async (effect) => ({ kind: 'done', draft: await tallyDraft(shell, effect.key) }),
  };
}

/** Sets the alarms that a queue may have lost, and draws what a crash left undrawn. */
async function catchUp(shell: Shell): Promise<void> {
  const { store, ledger } = shell;
  await ledger.ringUntil(ledger.now() + horizonOf(shell.settings));
  const lagging = await store.laggingCopies();
  const targets = await unreconciled(shell);
  if (lagging.length + targets.length === 0) return;
  const drawn = lagging.map((copy): Effect => ({ kind: 'draw', copy }));
  const copies = await Promise.all(lagging.map((id) => store.copy(id)));
  const requests = new Set(copies.flatMap((copy) => (copy === undefined ? [] : [copy.request])));
  const told = [...requests].map((request): Effect => ({ kind: 'tell', request }));
  const at = ledger.now();
  const effects = [...drawn, ...told].map((effect) => draft(effect, at));
  await ledger.commit({ expecting: [], effects: [...effects, ...targets] });
}

/** More rounds than any story needs: beyond it something asks for itself again and again. */
const ROUNDS = 10_000;

async function settle(shell: Shell, effects: Effects): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await effects.drain();
    await effects.idle();
    if ((await shell.store.dueCount(shell.ledger.now())) === 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('the effects never come to rest');
}
