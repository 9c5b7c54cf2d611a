/** How the process is, seen from outside. */
import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../../stories/outside/eventually.ts';
import type { World } from '../../stories/outside/world.ts';

/** What `GET /healthz` says, and how long it took to say so. */
export async function health(world: World): Promise<{ status: number; took: number }> {
  const before = performance.now();
  const response = await fetch(`http://127.0.0.1:${world.env.PORT}/healthz`);
  await response.arrayBuffer();
  return { status: response.status, took: performance.now() - before };
}

export async function untilHealth(world: World, status: 200 | 503): Promise<void> {
  await eventually(async () => (await health(world)).status, {
    isRight: (got) => got === status,
  });
}

export function openFiles({ program }: World): number {
  return readdirSync(`/proc/${program.pid}/fd`).length;
}

/** In megabytes. */
export function memory({ program }: World): number {
  const status = readFileSync(`/proc/${program.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}
