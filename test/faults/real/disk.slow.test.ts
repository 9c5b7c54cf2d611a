/** The disk under the database is full: what cannot be written is not acknowledged, and is done later. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADA, GRACE, LINUS } from '../../stories/outside/cast.ts';
import { deliver, signed } from '../../stories/outside/signed.ts';
import { World } from '../../stories/outside/world.ts';
import { needs } from '../../support/servers.ts';
import { makeTempFolder } from '../../support/temp-folder.ts';
import { lateness, lifeOf, requestsFor, until } from './book.ts';
import { typed } from './typed.ts';
import { health } from './vital-signs.ts';

/** After these seconds an attempt whose outcome could not be written is nobody's any more. */
const LEASE = 40;

interface Disk {
  /** Where the database is; undefined: where it always is. */
  readonly folder: string | undefined;
  fill(world: World): void;
  makeRoom(world: World): void;
  remove(): void;
}

/** Nobody's disk is full, but the process may write to no file: the kernel says EFBIG. */
function limited(): Disk {
  const limit = ({ program }: World, size: string) =>
    execFileSync('prlimit', ['--pid', `${program.pid}`, `--fsize=${size}:`]);
  return {
    folder: undefined,
    fill: (world) => limit(world, '0'),
    makeRoom: (world) => limit(world, 'unlimited'),
    remove: () => {},
  };
}

/** A file system of four megabytes, all of which a file beside the database takes: ENOSPC. */
function small(): Disk {
  const { path, remove } = makeTempFolder('hp-disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', path]);
  const ballast = join(path, 'ballast');
  return {
    folder: path,
    fill: () => takeAllOf(ballast),
    makeRoom: () => rmSync(ballast),
    remove: () => {
      execFileSync('umount', [path]);
      remove();
    },
  };
}

function takeAllOf(ballast: string): void {
  const file = openSync(ballast, 'w');
  const page = Buffer.alloc(4_096, 1);
  try {
    for (;;) writeSync(file, page);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(file);
  }
}

function canMount(): boolean {
  try {
    small().remove();
    return true;
  } catch {
    return false;
  }
}

const DISKS = [
  { name: 'that takes no byte more', open: limited, isHere: true },
  { name: 'that is full', open: small, isHere: canMount() },
] as const;

needs('haproxy', 'local-slack')('With a disk', () => {
  for (const { name, open, isHere } of DISKS)
    describe.skipIf(!isHere)(name, () => {
      let disk: Disk;
      let world: World;
      beforeAll(async () => {
        disk = open();
        const { folder } = disk;
        const env = folder && { DATABASE_URL: join(folder, 'hallpass.db') };
        world = await World.open({ stepped: true, ...(env && { env }) });
      });
      afterAll(async () => {
        await world.close();
        disk.remove();
      });

      test('nothing is acknowledged, nothing claimed, and all is made up for when there is room', async () => {
        const [asking, ending, waiting] = [world.desk(1), world.desk(2), world.desk(3)];
        const pending = await waiting.ask(ADA, 'admin');
        const due = await ending.ask(ADA, 'open', '3s');
        await until(world, due, 'activated');
        const before = lifeOf(world, due);
        const sent = signed(typed(world, asking, LINUS), world.sender);

        disk.fill(world);
        expect(await deliver(world.sender, sent)).not.toBe(200);
        await waiting.send(GRACE, `approve ${pending}`).catch(() => {});
        await world.untilVerdict(ending, 403);
        await world.program.waitForLine(/a sweep failed|could not be leased|tried again/);
        expect((await health(world)).took).toBeLessThan(1_500);
        expect(lifeOf(world, due)).toEqual(before);
        expect(lifeOf(world, pending)).toEqual(['asked']);
        expect(await waiting.card(pending)).toContain('Waiting for approval');
        expect(await world.verdict(waiting)).toBe(403);
        expect(world.program.isRunning).toBe(true);

        disk.makeRoom(world);
        await world.forward(LEASE);
        await until(world, due, 'finished');
        expect(lateness(world, due)).toBeLessThan(LEASE * 1_000 + 30_000);
        expect(await deliver(world.sender, sent)).toBe(200);
        await world.untilVerdict(asking, 200);
        expect(requestsFor(world, asking.role('open'))).toHaveLength(1);
        await waiting.type(GRACE, `approve ${pending}`);
        await world.untilVerdict(waiting, 200);
        expect(lifeOf(world, pending).filter((type) => type === 'approved')).toHaveLength(1);
        await world.proven();
      });

      test('the program stops when it is told to, and goes on where it was', async () => {
        const desk = world.desk(4);
        const id = await desk.ask(ADA, 'open', '3s');
        await until(world, id, 'activated');
        disk.fill(world);
        expect(await world.halt()).toEqual({ code: 0, signal: null });
        if (disk.folder !== undefined) disk.makeRoom(world);
        await world.start({ later: LEASE });
        await until(world, id, 'finished');
        await desk.cardSays(id, 'Ended: the time was over. Proven gone');
        await world.proven();
      });
    });
});
