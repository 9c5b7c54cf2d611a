/** How long it takes to look things up when very many requests are over: each look by another person. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '../src/chat/platform.ts';
import { parseRequestId, type RequestId } from '../src/core/ids.ts';
import type { Principal } from '../src/core/principal.ts';
import type { Look } from '../src/workflow/deliver.ts';
import { Directory } from '../src/workflow/directory.ts';
import { FactFinder } from '../src/workflow/facts.ts';
import { Gallery } from '../src/workflow/gallery.ts';
import { Looks } from '../src/workflow/looks.ts';
import { Reach } from '../src/workflow/reach.ts';
import { homeHandler } from '../src/workflow/say.ts';
import type { Shell } from '../src/workflow/shell.ts';
import { percentile } from './figures.ts';
import { HOLDERS, PAST_ROLES } from './policy.ts';
import { fillWithPast } from './prefill.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';
import { namesFor } from './stamp.ts';

export interface PastOptions {
  readonly requests: number;
  /** Of each kind. */
  readonly looks: number;
}

export interface Looked {
  readonly what: string;
  readonly p50: number;
  readonly p99: number;
}

export interface PastTimes {
  readonly requests: number;
  readonly megabytes: number;
  readonly looked: readonly Looked[];
}

export async function lookBack({ requests, looks }: PastOptions): Promise<PastTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'hallpass.db');
  try {
    await fillWithPast(file, requests);
    return {
      requests,
      megabytes: statSync(file).size / 1e6,
      ...(await lookIn(file, requests, looks)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In a database that `fillWithPast` has filled. */
async function lookIn(file: string, requests: number, looks: number) {
  const stage = await openStage({ held: file });
  try {
    const looked: Looked[] = [];
    for (const [what, look] of Object.entries(waysToLook(stage, requests)))
      looked.push({ what, ...(await timed(look, looks)) });
    return { looked };
  } finally {
    await stage.close();
  }
}

type Way = (who: Principal, nth: number) => Promise<unknown>;

/** What people do: by command, on their home page, and on the local page. */
function waysToLook(
  stage: Stage,
  requests: number,
): Readonly<Record<string, (nth: number) => Promise<unknown>>> {
  const { shell, overview } = stage.app.service;
  const directory = new Directory(shell);
  const reach = new Reach(shell, directory);
  const facts = new FactFinder(shell, directory, reach);
  const gallery = new Gallery(shell, directory, facts, reach);
  const looks = new Looks(shell, facts, gallery);
  const home = homeHandler(shell, gallery, facts);
  const look = (what: Look, who: Principal) => looks.look(what, who, deliveryOf(who));
  const ways: Readonly<Record<string, Way>> = {
    '/jit history': (who) => look({ kind: 'history', of: { kind: 'everything' } }, who),
    '/jit history @person': (who, nth) =>
      look({ kind: 'history', of: { kind: 'person', who: `@${holder(nth * 7)}` } }, who),
    '/jit history role': (who, nth) =>
      look(
        { kind: 'history', of: { kind: 'role', role: PAST_ROLES[nth % PAST_ROLES.length] ?? '' } },
        who,
      ),
    '/jit mine': (who) => look({ kind: 'mine' }, who),
    '/jit status': (who, nth) => look({ kind: 'status', request: idOf(nth, requests) }, who),
    'home page': (who) => {
      const [account] = who.accounts;
      if (account === undefined) throw new Error(`${who.name} has no account`);
      return home({ kind: 'home', account, principal: who.id }, ATTEMPT);
    },
    why: (_, nth) => overview.why(idOf(nth, requests)),
    trail: (_, nth) => overview.trail(idOf(nth, requests)),
  };
  return Object.fromEntries(
    Object.entries(ways).map(([what, way]) => [
      what,
      async (nth: number) => way(await personOf(shell, stage, nth), nth),
    ]),
  );
}

const ATTEMPT = {
  ...{ effect: 0, number: 1, failures: 0, progress: null, aftermath: null },
  signal: new AbortController().signal,
  isOver: () => false,
};

/** NB. The first look at a group asks the platform: not counted, as its answer is kept for a minute. */
async function timed(look: (nth: number) => Promise<unknown>, looks: number) {
  await look(0);
  const millis: number[] = [];
  for (let nth = 1; nth <= looks; nth += 1) {
    const begin = performance.now();
    await look(nth);
    millis.push(performance.now() - begin);
  }
  return { p50: percentile(millis, 0.5), p99: percentile(millis, 0.99) };
}

async function personOf(shell: Shell, { workspace }: Stage, nth: number): Promise<Principal> {
  const person = await shell.store.personByAccount(workspace.account(holder(nth * 31)));
  if (person === undefined) throw new Error(`${holder(nth * 31)} was never seen`);
  return person.value.principal;
}

function holder(nth: number): string {
  return HOLDERS[nth % HOLDERS.length] ?? '';
}

/** Of requests all over the past; those that the program itself led come first, and have other ids. */
function idOf(nth: number, requests: number): RequestId {
  const which = 100 + ((nth * 48_611) % (requests - 100));
  const id = parseRequestId(namesFor(which, NOBODY).request);
  if (id === undefined) throw new Error(`request ${which} has no id`);
  return id;
}

const NOBODY = {
  ...{ request: '', address: '', holder: '', principal: '', message: '', later: 0 },
  ...{ salts: [], deliveries: [] },
};

function deliveryOf(who: Principal): Delivery {
  const [account] = who.accounts;
  if (account === undefined) throw new Error(`${who.name} has no account`);
  const intent = { kind: 'typed', text: '' } as const;
  return { key: 'bench', account, intent, replyTo: {}, message: null, receivedAt: Date.now() };
}
