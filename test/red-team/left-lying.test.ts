/** Somebody who may read the database or the log, and looks for what lets them in or should be forgotten. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import * as payloads from '../../src/chat/slack/fixtures/payloads.ts';
import { MINUTE } from '../../src/core/time.ts';
import { Secret } from '../../src/secret.ts';
import { Database } from '../../src/store/driver.ts';
import { Stage } from '../stories/stage.ts';
import { opensFor } from './attempt.ts';
import { PEOPLE, SlackWorld } from './slack-world.ts';

/** table → everything in it */
function everythingIn(file: string): ReadonlyMap<string, string> {
  const db = new Database(file, { readonly: true });
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
    name: string;
  }[];
  const found = tables.map(
    ({ name }) => [name, JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all())] as const,
  );
  db.close();
  return new Map(found);
}

const tablesWith = (file: string, text: string): readonly string[] =>
  [...everythingIn(file)].flatMap(([name, all]) => (all.includes(text) ? [name] : []));

test('a reason stands beside the chain and nowhere else once it was answered', async () => {
  const stage = await Stage.open();
  const id = await stage.ask('ada', 'lb-admin 1h the core router leaks');
  await opensFor(stage, 'grace', id);
  await stage.fill('margaret', id, 'revoke', 'seen in the wrong place');
  await stage.pass(MINUTE);
  expect(tablesWith(stage.databasePath, 'the core router leaks')).toEqual(['texts']);
  expect(tablesWith(stage.databasePath, 'seen in the wrong place')).toEqual(['texts']);
  await stage.halt();
});

test('the address to answer to is forgotten once it was used, and it or a token is never in the database', async () => {
  const world = await SlackWorld.open({ kept: true });
  const response_url = 'https://elsewhere.invalid/commands/a-secret-address';
  await world.deliver(payloads.command({ user_id: PEOPLE.ada, text: 'mine', response_url }));
  await world.ask();
  for (const secret of ['a-secret-address', 'xoxb-', 'test-signing', 'verification-token'])
    expect(tablesWith(world.config.databasePath, secret)).toEqual([]);
  await world.close();
});

test('a token shows itself to nobody who prints, joins, copies or serialises it', () => {
  const secret = new Secret('xoxb-1-secret');
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret, { depth: 9, showHidden: true }),
    [secret].join(),
    Object.values({ ...secret }).join(),
    JSON.stringify(structuredClone({ ...secret })),
  ];
  expect(shown.join('\n')).not.toContain('xoxb');
  expect(secret.reveal()).toBe('xoxb-1-secret');
});
