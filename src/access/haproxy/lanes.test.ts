import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.ts';

const never = new AbortController().signal;

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a lane', () => {
  it('runs one after another, also after a failure', async () => {
    const lanes = new Lanes();
    const order: string[] = [];
    const { open, opened } = gate();
    const first = lanes.run('a', never, async () => {
      await opened;
      order.push('first');
      throw new Error('failed');
    });
    const second = lanes.run('a', never, async () => order.push('second'));
    open();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('does not wait for another lane', async () => {
    const lanes = new Lanes();
    const { open, opened } = gate();
    const slow = lanes.run('a', never, () => opened);
    expect(await lanes.run('b', never, async () => 'through')).toBe('through');
    open();
    await slow;
  });

  it('never starts what was aborted while it waited, and keeps its turn order', async () => {
    const lanes = new Lanes();
    const { open, opened } = gate();
    const late = new AbortController();
    const order: string[] = [];
    const first = lanes.run('a', never, () => opened);
    const aborted = lanes.run('a', late.signal, async () => order.push('aborted'));
    const third = lanes.run('a', never, async () => order.push('third'));
    late.abort(new Error('out of time'));
    await expect(aborted).rejects.toThrow('out of time');
    expect(order).toEqual([]);
    open();
    await Promise.all([first, third]);
    expect(order).toEqual(['third']);
  });
});
