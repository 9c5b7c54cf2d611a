import { closeRecord, type LeftChild, openRecord } from './child-record.ts';

/** Fails the run when a test left a process behind, and ends that process. */
export function setup(): () => void {
  const folder = openRecord();
  return () => {
    const left = closeRecord(folder);
    for (const child of left) end(child);
    if (left.length === 0) return;
    // vitest prints what a teardown throws, and ends well all the same.
    process.exitCode = 1;
    const names = left.map(({ name, pid }) => `${name} (${pid})`).join(', ');
    throw new Error(`tests left processes behind that they never stopped: ${names}`);
  };
}

function end({ pid }: LeftChild): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}
