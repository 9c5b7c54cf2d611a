import { describe, expect, test } from 'vitest';
import { run } from './run.ts';

async function hallpass(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('hallpass', () => {
  const policy = ['policy check', 'policy explain', 'policy test'];
  const commands = ['serve', 'demo', ...policy, 'audit verify', 'audit erase', 'doctor'];

  test.each(commands)('%s --help says how it is called', async (name) => {
    const { code, out, err } = await hallpass(...name.split(' '), '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: hallpass ${name}`);
  });

  test('without a command lists them all, and counts as a wrong call', async () => {
    const { code, err } = await hallpass();
    expect(code).toBe(2);
    for (const name of commands) expect(err).toContain(`  ${name} `);
  });

  test.each([
    ['a command that is none', ['frobnicate']],
    ['an option that is none', ['serve', '--frobnicate']],
    ['an argument too many', ['policy', 'check', 'a.yaml', 'b.yaml']],
    ['an ask by nobody', ['policy', 'explain', 'lb-admin', '2h']],
    ['cases that are not there', ['policy', 'test', '/nowhere']],
    ['no request to erase', ['audit', 'erase']],
    ['something that is no request to erase', ['audit', 'erase', '../../etc']],
  ])('is called wrongly with %s', async (_what, args) => {
    expect(await hallpass(...args)).toMatchObject({ code: 2, out: '' });
  });
});
