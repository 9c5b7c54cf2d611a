/** All that is kept in maps, and how one commit changes it: at once, and all of it or nothing. */
import { requestsMoved, writeEffects } from './commit.ts';
import { conflictOf, type Found } from './conflicts.ts';
import { MemoryChain } from './memory-chain.ts';
import { MemoryCopies } from './memory-copies.ts';
import { MemoryDoor } from './memory-door.ts';
import { MemoryEffects } from './memory-effects.ts';
import { checkRows, type Known } from './memory-faults.ts';
import { MemoryPeople } from './memory-people.ts';
import { MemoryStates } from './memory-states.ts';
import type { Commit, CommitResult } from './store.ts';

export class MemoryTables {
  readonly states = new MemoryStates();
  readonly people = new MemoryPeople();
  readonly chain = new MemoryChain();
  readonly copies = new MemoryCopies();
  readonly door = new MemoryDoor();
  readonly effects = new MemoryEffects();

  readonly #found: Found = {
    version: (key) => this.states.version(key),
    isReceived: (key) => this.door.inbox(key) !== undefined,
    tallied: (key) => this.door.tally(key)?.count,
    holder: (account) => this.people.holder(account),
    isKnown: (id) => this.people.person(id) !== undefined,
    namesakes: (email) => this.people.namesakes(email),
  };
  readonly #known: Known = {
    request: (id) => this.states.request(id) !== undefined,
    person: (id) => this.people.person(id) !== undefined,
  };

  /** @throws Error when it could not be stored, and then nothing of it is */
  commit(commit: Commit): CommitResult {
    const on = conflictOf(commit, this.#found);
    if (on !== undefined) return { kind: 'conflict', on };
    const { settles } = commit;
    if (settles !== undefined && !this.effects.maySettle(settles))
      return { kind: 'conflict', on: 'effect' };
    checkRows(commit, this.#known);
    return this.#write(commit);
  }

  /** NB. Nothing in here may throw: what was written before would stay. */
  #write(commit: Commit): CommitResult {
    const settled = commit.settles === undefined ? [] : this.effects.settle(commit.settles);
    this.states.write(commit);
    this.people.write(commit.people ?? []);
    const entries = this.chain.append(commit);
    this.chain.writeTexts(commit);
    this.copies.write(commit.copies ?? []);
    this.people.open(commit.homes ?? []);
    this.door.write(commit);
    for (const id of requestsMoved(commit)) this.#compareCopies(id);
    return { kind: 'committed', entries, effects: writeEffects(commit, settled, this.effects) };
  }

  #compareCopies(request: string): void {
    const version = this.states.version(`request/${request}`);
    this.copies.compare(request, { version, lastSeq: this.chain.lastSeqOf(request) });
  }
}
