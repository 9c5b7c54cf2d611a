import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTempFolder } from '../../test/support/temp-folder.ts';
import { run } from './run.ts';

const EXAMPLES = resolve('examples/policies');

async function hallpass(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}

/** A file of cases in a folder of its own. */
function casesOf(text: string): string {
  const file = join(makeTempFolder('cases').path, 'own.test.yaml');
  writeFileSync(file, text);
  return file;
}

const freeze = readFileSync(join(EXAMPLES, 'change-freeze.test.yaml'), 'utf8').replace(
  'policy: ',
  `policy: ${EXAMPLES}/`,
);

describe('policy test', () => {
  it('finds each example policy doing what its cases say', async () => {
    const { code, out, err } = await hallpass('policy', 'test', EXAMPLES);
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out.map((line) => line.replace(/.*policies\//, ''))).toEqual([
      'break-glass.test.yaml: 6 of 6 cases came out as they say.',
      'change-freeze.test.yaml: 10 of 10 cases came out as they say.',
      'on-call.test.yaml: 4 of 4 cases came out as they say.',
      'server-maintenance.test.yaml: 4 of 4 cases came out as they say.',
      'small-team.test.yaml: 3 of 3 cases came out as they say.',
      'two-stage.test.yaml: 4 of 4 cases came out as they say.',
    ]);
  });

  it('shows what was expected and what came, where they differ', async () => {
    const other = freeze.replace('conditions: [long, incident]', 'conditions: [incident]');
    const { code, out, err } = await hallpass('policy', 'test', casesOf(other));
    expect(code).toBe(1);
    expect(err).toEqual([
      '✗ on call with an incident, and for long',
      '  - conditions: ["incident"]',
      '  + conditions: ["long","incident"]',
    ]);
    expect(out[0]).toContain('9 of 10');
  });

  it('shows that something is refused which was expected to be asked', async () => {
    const other = freeze.replace('asks: lb-backends drain', 'asks: lb-nothing drain');
    const { code, err } = await hallpass('policy', 'test', casesOf(other));
    expect(code).toBe(1);
    expect(err.join('\n')).toContain('refused: ');
  });

  it.each([
    ['no cases', 'policy: x.yaml\ncases: []\n'],
    ['an unknown key', 'policy: x.yaml\ncase: []\n'],
    ['no YAML', 'policy: [\n'],
    ['a policy that is not there', freeze.replace('change-freeze.yaml', 'nowhere.yaml')],
    [
      'nothing that must come of it',
      freeze.replace('outcome: { refused: forbidden }', 'outcome: {}'),
    ],
  ])('fails for a file with %s', async (_what, text) => {
    const { code, err } = await hallpass('policy', 'test', casesOf(text));
    expect(code).toBe(1);
    expect(err.length).toBeGreaterThan(0);
  });
});

describe('policy explain', () => {
  const explain = (...args: string[]) =>
    hallpass('policy', 'explain', '--policy', join(EXAMPLES, 'change-freeze.yaml'), ...args);

  it('says each rule, met or not, and where the ask leads', async () => {
    const at = ['--as', 'ada', '--at', '2026-06-01T21:00:00Z'];
    const { code, out } = await explain(...at, 'lb-backends', '2h', 'drain', 'web-3');
    expect(code).toBe(1);
    expect(out).toEqual([
      '✓ may ask: is in engineers',
      expect.stringMatching(/^✗ condition freeze .*: refuses, “nothing is changed/),
      '✓ condition night (time.hour >= 22 || time.hour < 6): at most 30m',
      expect.stringMatching(/^✗ condition long .*: other approval$/),
      expect.stringMatching(/^✗ condition incident .*: automatic$/),
      '✗ not too long: 2h of at most 30m',
      '✓ gives a reason',
      '✓ there are people for: 1 of leads, not the requester',
      '→ refused (too-long): That is too long: at most 30m.',
    ]);
  });

  it('says of a break-glass who reviews it, and whom its rule does not let', async () => {
    const file = join(EXAMPLES, 'break-glass.yaml');
    const line = ['break-glass', 'lb-admin', '30m', 'the', 'edge', 'is', 'down'];
    const onCall = ['--as', 'ada', '--in', 'on-call'];
    const may = await hallpass('policy', 'explain', '--policy', file, ...onCall, ...line);
    expect(may.code).toBe(0);
    expect(may.out.at(-2)).toBe(
      '✓ at most 2 times within 30d; reviewed within 1d after its end by somebody else of security',
    );
    expect(may.out.at(-1)).toContain('approval: none, by break-glass; review: by somebody else of');
    const others = await hallpass('policy', 'explain', '--policy', file, '--as', 'ada', ...line);
    expect(others.code).toBe(1);
    expect(others.out[0]).toBe('✗ may ask: is in on-call');
    const none = await explain('--as', 'ada', 'break-glass', 'lb-backends', '30m', 'x');
    expect(none.out.at(-1)).toContain('refused (no-break-glass)');
  });

  it('takes the groups that a platform knows from the caller', async () => {
    const { code, out } = await explain(
      '--as',
      'ada',
      '--in',
      'oncall',
      'lb-backends',
      'INC-7 503',
    );
    expect(code).toBe(0);
    expect(out.at(-1)).toContain('approval: automatic');
  });

  it.each([
    ['somebody whom it does not list', ['--as', 'nobody', 'lb-backends', 'x']],
    ['a group that it has not', ['--as', 'ada', '--in', 'sre', 'lb-backends', 'x']],
    ['what is no ask', ['--as', 'ada', 'help']],
    ['a role that it has not', ['--as', 'ada', 'lb-backend', 'x']],
  ])('fails for %s', async (_what, args) => {
    expect((await explain(...args)).code).toBe(1);
  });
});
