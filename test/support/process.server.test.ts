import { afterEach, describe, expect, it } from 'vitest';
import { Child } from './child-process.ts';
import { runProgram, startProgram } from './process.ts';

const talker = 'test/support/fixtures/talker.ts';

describe('a program that a test runs', () => {
  it('gives its exit code and both of its streams', async () => {
    const finished = await runProgram({ entry: talker, args: ['good', 'fail'] });

    expect(finished).toMatchObject({ code: 3, stderr: 'on the other stream' });
    expect(finished.stdout).toContain('heard good fail');
  });

  it('sees PATH, HOME and what the test gives it, and nothing else of our environment', async () => {
    const { stdout } = await runProgram({ entry: talker, env: { GIVEN: 'yes' } });

    expect(/^sees (.*)$/m.exec(stdout)?.[1]).toBe('GIVEN HOME PATH');
  });
});

describe('a program that stays', () => {
  const started: Child[] = [];
  const start = async (args: string[]) => {
    const child = await startProgram({ entry: talker, args });
    started.push(child);
    return child;
  };

  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.kill()));
  });

  it('is waited for by a line that it prints', async () => {
    const child = await start(['stay']);

    await expect(child.waitForLine(/^pid/)).resolves.toBe(`pid ${child.pid}`);
    expect(child.isRunning).toBe(true);
  });

  it('hears that it is asked to end', async () => {
    const child = await start(['stay']);
    await child.waitForLine(/^pid/);

    await expect(child.stop()).resolves.toEqual({ code: 0, signal: null });
    expect(child.stdout).toContain('asked to end');
  });

  it('hears nothing when it is killed', async () => {
    const child = await start(['stay']);
    await child.waitForLine(/^pid/);

    await expect(child.kill()).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    expect(child.stdout).not.toContain('asked to end');
  });

  it('shows what it printed when the line does not come', async () => {
    const child = await start([]);

    await expect(child.waitForLine(/^never/)).rejects.toThrow(
      /ended before .*never[\s\S]*on the other/,
    );
  });

  it('says which program could not be started', async () => {
    await expect(Child.start('/nowhere/at-all', [], { name: 'ghost' })).rejects.toThrow(
      'ghost did not start',
    );
  });
});
