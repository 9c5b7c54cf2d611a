import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ManualClock } from './clock.ts';
import { DAY, HOUR, MINUTE, SECOND } from './core/time.ts';
import {
  type PolicyChange,
  PolicyFileError,
  PolicyHolder,
  readPolicyBytes,
  readPolicyFile,
} from './policy-file.ts';

const gate = {
  connectionSchema: z.strictObject({ nodes: z.array(z.string()).min(1) }),
  targetSchema: z.strictObject({ map: z.string(), key: z.string() }),
  check: ({ inputs, spec }: { inputs: object; spec: { target: unknown } }) => {
    const { key } = z.object({ key: z.string() }).parse(spec.target);
    return Object.hasOwn(inputs, key) ? [] : [{ path: ['key'], message: `no input ${key}` }];
  },
};
const context = { providers: new Map([['haproxy', gate]]), platforms: ['slack', 'local'] };

const quietFrom = (hours: string) => `quiet: { from: ${hours} }\n  escalate:`;

const GOOD = `version: 1
groups:
  ops: { members: [Ada@example.com, grace@example.com] }
  sre: { slack: "@sre", members: [linus@example.com] }
providers:
  edge: { type: haproxy, nodes: ["unix:/run/haproxy.sock"] }
alarms: slack:#lb-alarms
restore: [sre]
defaults:
  channel: slack:#lb-access
  expireAfter: 30m
  escalate: [{ after: 5m, to: sre }]
  revoke: [sre]
  attest: [sre]
roles:
  lb-admin:
    description: Everything
    targets: [{ provider: edge, map: /etc/haproxy/a.map, key: ip }]
    who: [ops]
    duration: { max: 4h, default: 30 min }
    reason: { pattern: "[A-Z]+-\\\\d+", example: OPS-42 }
    inputs:
      ip: { type: ip, label: your address, widest: { v4: 24 } }
    approve: { count: 2, of: sre }
`;

/** `breakGlass:` of a role, for so long and reviewed by this group. */
const glass = (max: string, by: string) =>
  `breakGlass: { who: [ops], max: ${max}, often: { most: 2, within: 7d }, review: { by: [${by}], within: 1d } }`;

const read = (text: string) => readPolicyBytes(Buffer.from(text), context);
const issues = (text: string) => {
  const reading = read(text);
  return (reading.kind === 'faulty' ? reading.issues : reading.warnings).map(
    (issue) => `${issue.line}:${issue.column} ${issue.code} ${issue.path.join('.')}`,
  );
};
const messages = (text: string) => {
  const reading = read(text);
  return (reading.kind === 'faulty' ? reading.issues : []).map((issue) => issue.message).join('\n');
};
/** The good policy with one thing changed. */
const but = (from: string | RegExp, to: string) => {
  const text = GOOD.replace(from, to);
  expect(text).not.toBe(GOOD);
  return text;
};

describe('a good policy', () => {
  it('is read with defaults filled in and durations in milliseconds', () => {
    const reading = read(GOOD);
    expect(reading).toMatchObject({ kind: 'policy', warnings: [] });
    if (reading.kind !== 'policy') return;
    expect(reading.policy.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(reading.policy.groups).toEqual({
      ops: {
        name: 'ops',
        sources: [{ kind: 'emails', emails: ['ada@example.com', 'grace@example.com'] }],
        isTeam: false,
        managers: [],
      },
      sre: {
        name: 'sre',
        sources: [
          { kind: 'emails', emails: ['linus@example.com'] },
          { kind: 'platform', platform: 'slack', group: '@sre' },
        ],
        isTeam: false,
        managers: [],
      },
    });
    expect(reading.policy.alarmChannel).toEqual({ platform: 'slack', channel: 'lb-alarms' });
    expect(reading.policy.reconciliation).toEqual({
      every: HOUR,
      channel: null,
      orphans: 'report',
    });
    expect(reading.policy.roles['lb-admin']).toEqual({
      name: 'lb-admin',
      description: 'Everything',
      targets: [
        {
          provider: 'edge',
          type: 'haproxy',
          connection: { nodes: ['unix:/run/haproxy.sock'] },
          target: { map: '/etc/haproxy/a.map', key: 'ip' },
        },
      ],
      who: ['ops'],
      maxDuration: 4 * HOUR,
      defaultDuration: 30 * MINUTE,
      reason: { required: true, pattern: '[A-Z]+-\\d+', example: 'OPS-42' },
      inputs: {
        ip: { kind: 'ip', label: 'your address', required: true, widest: { v4: 24, v6: 128 } },
      },
      approval: { kind: 'stages', stages: [[{ count: 2, of: 'sre' }]] },
      conditions: [],
      separation: [],
      limits: { perDay: null, live: null, cooldown: null },
      channel: { platform: 'slack', channel: 'lb-access' },
      fallbackChannel: null,
      expireAfter: 30 * MINUTE,
      startWithin: 7 * DAY,
      escalation: [{ after: 5 * MINUTE, to: 'sre' }],
      revokers: ['sre'],
      attesters: ['sre'],
      warnBefore: 10 * MINUTE,
    });
  });

  it('says who approves in stages, and who is kept apart', () => {
    const reading = read(
      GOOD.replace('ops: {', 'ops: { kind: team, managers: [Grace@example.com],').replace(
        'approve: { count: 2, of: sre }',
        'approve: { stages: [{ of: sre }, { all: [{ of: ops }, { count: 2, of: sre }] }] }\n    separation: [own-team]',
      ),
    );
    expect(reading).toMatchObject({ kind: 'policy' });
    if (reading.kind !== 'policy') return;
    expect(reading.policy.groups.ops).toMatchObject({
      isTeam: true,
      managers: ['grace@example.com'],
    });
    expect(reading.policy.roles['lb-admin']).toMatchObject({
      separation: ['own-team'],
      approval: {
        kind: 'stages',
        stages: [
          [{ count: 1, of: 'sre' }],
          [
            { count: 1, of: 'ops' },
            { count: 2, of: 'sre' },
          ],
        ],
      },
    });
  });

  it('says what is done while nobody answers, in the time zone of its people', () => {
    const reading = read(
      GOOD.replace(
        'escalate: [{ after: 5m, to: sre }]',
        'escalate: [{ after: 5m, to: { managerOf: requester } }]\n  remind: 4m\n  quiet: { from: "22:30", until: "07:00" }',
      ).replace('alarms:', 'zone: Europe/Berlin\nalarms:'),
    );
    expect(reading).toMatchObject({ kind: 'policy' });
    if (reading.kind !== 'policy') return;
    expect(reading.policy.roles['lb-admin']).toMatchObject({
      escalation: [{ after: 5 * MINUTE, to: { managerOf: 'requester' } }],
      remindAfter: 4 * MINUTE,
      quiet: { zone: 'Europe/Berlin', from: 1_350, until: 420, does: 'delay' },
    });
  });

  it('says what else holds when, in the time zone of its people', () => {
    const reading = read(
      GOOD.replace(
        'alarms:',
        'zone: Europe/Berlin\nfreezes: { xmas: { from: "2026-12-24 18:00", until: "2026-12-26" } }\nalarms:',
      ).replace(
        'approve: { count: 2, of: sre }',
        `approve: { count: 2, of: sre }
    conditions:
      quick: { when: request.duration <= duration("15m") && memberOf("ops"), approve: { automatic: { most: 2, within: 7d } } }
      xmas: { when: '"xmas" in time.freezes', refuse: come back later, max: 1h }`,
      ),
    );
    expect(reading).toMatchObject({ kind: 'policy' });
    if (reading.kind !== 'policy') return;
    expect(reading.policy).toMatchObject({
      zone: 'Europe/Berlin',
      freezes: { xmas: { from: '2026-12-24 18:00', until: '2026-12-26 24:00' } },
    });
    expect(reading.policy.roles['lb-admin']?.conditions).toEqual([
      {
        name: 'quick',
        when: 'request.duration <= duration("15m") && memberOf("ops")',
        groups: ['ops'],
        looksBack: false,
        approval: { kind: 'automatic', cap: { most: 2, within: 7 * 24 * HOUR } },
        max: null,
        refuse: null,
      },
      {
        name: 'xmas',
        when: '"xmas" in time.freezes',
        groups: [],
        looksBack: false,
        approval: null,
        max: HOUR,
        refuse: 'come back later',
      },
    ]);
  });

  it('finds nothing by a name that nobody declared', () => {
    const reading = read(GOOD);
    expect(reading.kind === 'policy' && reading.policy.roles.constructor).toBeUndefined();
  });

  it('may use anchors', () => {
    expect(
      read(
        GOOD.replace('restore: [sre]', 'restore: &s [sre]').replace('attest: [sre]', 'attest: *s'),
      ),
    ).toMatchObject({ kind: 'policy' });
  });
});

describe('every fault', () => {
  it('is told at once, with its line and column', () => {
    const text = GOOD.replace('version: 1', 'version: 2')
      .replace('alarms: slack', 'alarm: slak')
      .replace('who: [ops]', 'who: [opps]')
      .replace('max: 4h', 'max: 4')
      .replace('of: sre', 'of: srre')
      .replace('type: ip,', 'type: ipp,')
      .replace('map: /etc', 'mapp: /etc');
    expect(issues(text)).toMatchInlineSnapshot(`
      [
        "1:1 no-alarm-channel alarms",
        "1:10 bad-value version",
        "7:1 unknown-key alarm",
        "18:15 missing roles.lb-admin.targets.0.map",
        "18:33 unknown-key roles.lb-admin.targets.0.mapp",
        "19:11 unknown-group roles.lb-admin.who.0",
        "20:22 bad-value roles.lb-admin.duration.max",
        "23:19 bad-value roles.lb-admin.inputs.ip.type",
        "24:30 unknown-group roles.lb-admin.approve.of",
      ]
    `);
    expect(messages(text)).toMatchInlineSnapshot(`
      "Alarms that belong to no request are only logged (no \`alarms:\`).
      Choose \`1\`.
      There is no key \`alarm\` here. Did you mean \`alarms\`?
      \`map\` is missing.
      There is no key \`mapp\` here. Did you mean \`map\`?
      There is no group \`opps\`. Did you mean \`ops\`?
      Write a duration with its unit, such as \`45m\`, \`1h30m\` or \`1d\`.
      Choose \`ip\`, \`port\`, \`choice\` or \`text\`. Did you mean \`ip\`?
      There is no group \`srre\`. Did you mean \`sre\`?"
    `);
  });

  it.each([
    ['an undeclared provider', 'provider: edge', 'provider: egde', 'unknown-provider'],
    ['an unknown provider type', 'type: haproxy', 'type: haproxi', 'bad-value'],
    ['a connection that does not fit', /, nodes: \S+\]/, '', 'missing'],
    ["a target's key that is no input", 'key: ip', 'key: address', 'bad-target'],
    ['a channel without a platform', 'slack:#lb-access', '"#lb-access"', 'bad-value'],
    [
      'a channel with spaces outside of a team',
      'slack:#lb-access',
      'slack:#lb access',
      'bad-value',
    ],
    ['an unknown platform', 'slack:#lb-access', 'slak:#lb-access', 'unknown-platform'],
    [
      'targets that are looked through all the time',
      'alarms: slack',
      'reconcile: { every: 1m }\nalarms: slack',
      'bad-value',
    ],
    [
      'orphans of which something else becomes',
      'alarms: slack',
      'reconcile: { orphans: adopt }\nalarms: slack',
      'bad-value',
    ],
    ['a group of an unknown platform', 'slack: "@sre"', 'slak: "@sre"', 'unknown-key'],
    [
      'a group with no source',
      '{ slack: "@sre", members: [linus@example.com] }',
      '{}',
      'bad-value',
    ],
    ['a member that is no e-mail', 'Ada@example.com', 'ada', 'bad-value'],
    ['a default longer than the longest', '30 min', '5h', 'default-too-long'],
    ['a duration without a unit', 'max: 4h', 'max: 240', 'bad-value'],
    ['escalation after expiry', 'after: 5m', 'after: 30m', 'escalation-too-late'],
    [
      'escalation out of order',
      '[{ after: 5m, to: sre }]',
      '[{ after: 5m, to: sre }, { after: 4m, to: sre }]',
      'escalation-order',
    ],
    [
      'too many steps',
      '[{ after: 5m, to: sre }]',
      `[${Array.from({ length: 21 }, (_, nth) => `{ after: ${nth + 1}s, to: sre }`).join(', ')}]`,
      'bad-value',
    ],
    ['a step to nobody', 'to: sre', 'to: { managerOf: everybody }', 'bad-value'],
    ['a step to a group that is not there', 'to: sre }', 'to: sra }', 'unknown-group'],
    ['a reminder after expiry', 'escalate:', 'remind: 30m\n  escalate:', 'reminder-too-late'],
    ['quiet hours without end', 'escalate:', quietFrom('"07:00", until: "07:00"'), 'bad-value'],
    ['quiet hours at no time', 'escalate:', quietFrom('"24:00", until: "07:00"'), 'bad-value'],
    [
      'quiet hours nowhere',
      'escalate:',
      quietFrom('"22:00", until: "07:00", zone: Atlantis'),
      'bad-value',
    ],
    ['a pattern that is none', '"[A-Z]+-\\\\d+"', '"(a"', 'bad-pattern'],
    ['a pattern with look-behind', '"[A-Z]+-\\\\d+"', '"(?<=a)b"', 'bad-pattern'],
    ['an example that does not fit', 'example: OPS-42', 'example: ops', 'example-unfit'],
    ['a pattern without an example', ', example: OPS-42', '', 'example-unfit'],
    ['a role named like a command', 'lb-admin:', 'status:', 'bad-name'],
    ['a role that nobody can type', 'lb-admin:', 'LB Admin:', 'bad-name'],
    ['a role named like what every object has', 'lb-admin:', 'constructor:', 'bad-name'],
    ['a key that is given twice', 'version: 1', 'version: 1\nversion: 1', 'not-yaml'],
    ['no approval rule', /\n {4}approve.*/, '', 'missing'],
    [
      'approval written in two ways at once',
      'approve: { count: 2, of: sre }',
      'approve: { of: sre, all: [{ of: sre }] }',
      'unknown-key',
    ],
    [
      'a stage of an unknown group',
      'approve: { count: 2, of: sre }',
      'approve: { stages: [{ of: sre }, { all: [{ of: srre }] }] }',
      'unknown-group',
    ],
    ['no stage', 'approve: { count: 2, of: sre }', 'approve: { stages: [] }', 'bad-value'],
    [
      'more seats than there may be',
      'approve: { count: 2, of: sre }',
      'approve: { stages: [{ count: 20, of: sre }, { count: 20, of: sre }, { count: 11, of: sre }] }',
      'bad-value',
    ],
    [
      'two stages and one human for both',
      'approve: { count: 2, of: sre }',
      'approve: { stages: [{ of: ops }, { count: 2, of: ops }] }',
      'quorum-unreachable',
    ],
    [
      'less in a day than the default is long',
      'defaults:',
      'defaults:\n  limits: { perDay: 20m }',
      'limit-too-short',
    ],
    ['a limit of none', 'defaults:', 'defaults:\n  limits: { live: 0 }', 'bad-value'],
    [
      'a condition of which nothing follows',
      'approve: { count: 2, of: sre }',
      'approve: { count: 2, of: sre }\n    conditions: { c: { when: "true" } }',
      'bad-value',
    ],
    ['an unknown time zone', 'alarms:', 'zone: Europe/Berln\nalarms:', 'bad-value'],
    [
      'a freeze that ends before it begins',
      'alarms:',
      'freezes: { f: { from: "2026-12-24", until: "2026-12-23" } }\nalarms:',
      'bad-value',
    ],
    ['an unknown separation', 'defaults:', 'defaults:\n  separation: [own-teem]', 'bad-value'],
    [
      'a manager that is no e-mail',
      'slack: "@sre",',
      'slack: "@sre", managers: [ada],',
      'bad-value',
    ],
    [
      'break-glass for longer than the role is given',
      'approve: { count: 2, of: sre }',
      `approve: { count: 2, of: sre }\n    ${glass('5h', 'sre')}`,
      'break-glass-too-long',
    ],
    [
      'break-glass without a review',
      'approve: { count: 2, of: sre }',
      'approve: { count: 2, of: sre }\n    breakGlass: { who: [ops], max: 1h, often: { most: 2, within: 7d } }',
      'missing',
    ],
    [
      'break-glass that nobody else could review',
      /members: \[Ada.*\] \}([\s\S]*)of: sre \}/,
      `members: [ada@example.com] }$1of: sre }\n    ${glass('1h', 'ops')}`,
      'reviewers-empty',
    ],
    [
      'break-glass reviewed by an empty group',
      /groups:([\s\S]*)of: sre \}/,
      `groups:\n  none: { members: [] }$1of: sre }\n    ${glass('1h', 'none')}`,
      'reviewers-empty',
    ],
    [
      'break-glass for every role',
      'defaults:',
      `defaults:\n  ${glass('1h', 'sre')}`,
      'unknown-key',
    ],
    ['a quorum nobody can reach', 'count: 2, of: sre', 'count: 3, of: ops', 'quorum-unreachable'],
    ['approvers who all ask themselves', 'of: sre }\n', 'of: ops }\n', 'quorum-unreachable'],
    [
      'an empty group of approvers',
      /members: \[Ada.*\] \}([\s\S]*)of: sre/,
      'members: [] }$1of: ops',
      'approvers-empty',
    ],
    [
      'ports the wrong way round',
      'inputs:',
      'inputs:\n      p: { type: port, min: 9, max: 8 }',
      'bad-input',
    ],
    [
      'a choice on offer twice',
      'inputs:',
      'inputs:\n      c: { type: choice, options: [a, A] }',
      'bad-input',
    ],
    [
      'a choice nobody can type',
      'inputs:',
      `inputs:\n      c: { type: choice, options: ['a"b'] }`,
      'bad-value',
    ],
    [
      'a text pattern without an example',
      'inputs:',
      'inputs:\n      t: { type: text, pattern: a }',
      'example-unfit',
    ],
    ['a fault in the defaults, once', 'expireAfter: 30m', 'expireAfter: soon', 'bad-value'],
  ])('is found: %s', (_what, from, to, code) => {
    const reading = read(but(from, to));
    expect(reading.kind).toBe('faulty');
    const faults = reading.kind === 'faulty' ? reading.issues : [];
    expect(
      faults.filter(({ severity }) => severity === 'fault').map((issue) => issue.code),
    ).toEqual([code]);
  });

  it.each([
    ['a condition that is no CEL', 'when: "request.role ="', 'bad-condition'],
    ['a condition about an unknown field', 'when: "request.rule == ``"', 'bad-condition'],
    ['a condition that is neither true nor false', 'when: time.hour', 'bad-condition'],
    [
      'a condition with a backtracking pattern',
      'when: request.reason.matches(``)',
      'bad-condition',
    ],
    ['a condition about an unknown group', 'when: memberOf(`opps`)', 'unknown-group'],
    ['a condition about an unknown input', 'when: request.inputs.port == `1`', 'bad-condition'],
    ['a condition about an unknown freeze', 'when: "`xmas` in time.freezes"', 'bad-condition'],
    [
      'a condition that chooses an unknown group',
      'when: "true", approve: { of: srre }',
      'unknown-group',
    ],
    ['a cap without a number', 'when: "true", approve: { automatic: { within: 1d } }', 'missing'],
    [
      'a cap over longer than is counted',
      'when: "true", approve: { automatic: { most: 1, within: 91d } }',
      'bad-value',
    ],
  ])('is found: %s', (_what, condition, code) => {
    const written = `conditions: { c: { refuse: no, ${condition.replaceAll('`', "'")} } }`;
    const reading = read(but('approve: { count: 2, of: sre }', `$&\n    ${written}`));
    const faults = reading.kind === 'faulty' ? reading.issues : [];
    expect(faults.map((issue) => issue.code)).toEqual([code]);
    expect(faults[0]?.line).toBe(25);
  });

  it.each([
    ['nothing', ''],
    ['comments alone', '# nothing\n'],
    ['two documents', `${GOOD}---\n${GOOD}`],
    ['broken YAML', 'roles: [a'],
    ['a list', '- a'],
    ['text', 'hello'],
    ['itself', 'version: &a [*a]'],
    ['a billion laughs', laughs()],
    ['a thousand brackets', '['.repeat(1_000) + ']'.repeat(1_000)],
    ['ten thousand brackets', '['.repeat(10_000)],
    ['a set', 'version: !!set { a, b }'],
    ['an unknown tag', 'version: !secret a'],
    ['a megabyte', `# ${'x'.repeat(1_000_000)}`],
  ])('is answered when the file holds %s', (_what, text) => {
    expect(read(text).kind).toBe('faulty');
  });

  it('is answered when the file is not text, is a folder, or is not there', () => {
    expect(readPolicyBytes(new Uint8Array([0xff, 0xfe]), context).kind).toBe('faulty');
    expect(readPolicyFile(tmpdir(), context).kind).toBe('faulty');
    expect(readPolicyFile('/nowhere/policy.yaml', context).kind).toBe('faulty');
  });
});

describe('a warning', () => {
  it.each([
    [
      'access without approval',
      'approve: { count: 2, of: sre }',
      'approve: automatic',
      'automatic-approval',
    ],
    [
      'break-glass',
      'approve: { count: 2, of: sre }',
      `approve: { count: 2, of: sre }\n    ${glass('1h', 'sre')}`,
      'break-glass-allowed',
    ],
    ['approvers who are those who ask', 'who: [ops]', 'who: [sre]', 'approvers-ask'],
    ['no revokers', '  revoke: [sre]\n', '', 'no-revokers'],
    ['no attesters', '  attest: [sre]\n', '', 'no-attesters'],
    ['no escalation', /\n {2}escalate.*/, '', 'no-escalation'],
    [
      'escalation to people none of whom may approve',
      /sre: \{ slack.*\}([\s\S]*)to: sre/,
      'sre: { members: [linus@example.com, ken@example.com] }$1to: ops',
      'escalation-powerless',
    ],
    [
      'less in a day than the longest',
      'defaults:',
      'defaults:\n  limits: { perDay: 2h }',
      'limit-too-short',
    ],
    [
      'separation that no group is there for',
      'defaults:',
      'defaults:\n  separation: [own-team]',
      'separation-powerless',
    ],
    ['nobody who could restore an account', 'restore: [sre]\n', '', 'no-restorers'],
    ['no channel for alarms', 'alarms: slack:#lb-alarms\n', '', 'no-alarm-channel'],
    ['a group nobody uses', 'groups:', 'groups:\n  idle: { members: [] }', 'unused'],
  ])('is given for %s, and the policy is taken', (_what, from, to, code) => {
    const reading = read(but(from, to));
    expect(reading.kind).toBe('policy');
    const warnings = reading.kind === 'policy' ? reading.warnings : [];
    expect(warnings.map((issue) => issue.code)).toContain(code);
  });
});

describe('any file', () => {
  it('is read without an error, and a fault has a place in the text', () => {
    const words = fc.constantFrom(
      ...['version', 'groups', 'roles', 'ops', 'sre', '__proto__', 'constructor', '<<', '1h', '-1'],
      ...[
        'null',
        '~',
        '{}',
        '[]',
        '.inf',
        '0x1',
        '*a',
        '&a',
        '!!binary',
        ': ',
        '\n',
        '\n  ',
        '- ',
        '"',
      ],
    );
    const mutated = fc
      .tuple(fc.nat(GOOD.length), fc.nat(40), fc.array(words, { maxLength: 4 }))
      .map(([at, cut, added]) => GOOD.slice(0, at) + added.join('') + GOOD.slice(at + cut));
    const texts = fc.oneof(
      mutated,
      fc.array(words).map((all) => all.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const reading = read(text);
        if (reading.kind === 'policy') return;
        expect(reading.issues.some(({ severity }) => severity === 'fault')).toBe(true);
        for (const { line, column } of reading.issues) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is read without an error whatever values stand where', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const keys = fc.constantFrom(
      'groups',
      'providers',
      'people',
      'roles',
      'defaults',
      'restore',
      'killSwitch',
      'reconcile',
      'alarms',
    );
    const names = fc.constantFrom('lb-admin', '__proto__', 'toString', 'help');
    const parts = fc.dictionary(keys, fc.oneof(value, fc.dictionary(names, value)));
    fc.assert(
      fc.property(parts, (part) => {
        expect(read(JSON.stringify({ version: 1, ...part })).kind).toBe('faulty');
      }),
      { numRuns: 100 },
    );
  });
});

describe('the policy in force', () => {
  let folder = '';
  let file = '';
  let changes: PolicyChange[] = [];
  let clock = new ManualClock(0);
  const hold = () =>
    new PolicyHolder({ file, context, clock, onChange: (change) => changes.push(change) });
  const kinds = () => changes.map((change) => change.kind);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hallpass-policy-'));
    file = join(folder, 'policy.yaml');
    writeFileSync(file, GOOD);
    changes = [];
    clock = new ManualClock(0);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is refused at the start when the file is faulty, with all the faults', () => {
    writeFileSync(file, 'version: 2\n');
    expect(hold).toThrow(PolicyFileError);
    expect(hold).toThrow(`${file}:1:10: fault: version:`);
  });

  it('is replaced by a good file', () => {
    const holder = hold();
    writeFileSync(file, but('Everything', 'All of it'));
    expect(holder.reload().kind).toBe('adopted');
    expect(holder.current.roles['lb-admin']?.description).toBe('All of it');
    expect(kinds()).toEqual(['adopted']);
  });

  it('stays when the new file is bad or gone, and this is said each time', () => {
    const holder = hold();
    const before = holder.current;
    writeFileSync(file, but('who: [ops]', 'who: [opps]'));
    expect(holder.reload()).toMatchObject({ kind: 'rejected', policy: before });
    expect(holder.reload().kind).toBe('rejected');
    rmSync(file);
    expect(holder.reload().kind).toBe('rejected');
    expect(holder.current).toBe(before);
    writeFileSync(file, GOOD);
    expect(holder.reload().kind).toBe('unchanged');
    expect(kinds()).toEqual(['rejected', 'rejected', 'rejected', 'unchanged']);
  });

  it('is read once when the folder has been quiet for a moment, and only if it changed', () => {
    const holder = hold();
    writeFileSync(file, but('Everything', 'All of it'));
    holder.touched();
    clock.advance(100);
    holder.touched();
    clock.advance(249);
    expect(kinds()).toEqual([]);
    clock.advance(1);
    expect(kinds()).toEqual(['adopted']);
    holder.touched();
    clock.advance(SECOND);
    expect(kinds()).toEqual(['adopted']);
  });

  it('is read in time in a folder that is never quiet', () => {
    const holder = hold();
    writeFileSync(file, but('Everything', 'All of it'));
    for (let step = 0; step < 30; step += 1) {
      holder.touched();
      clock.advance(100);
    }
    expect(kinds()).toEqual(['adopted']);
  });

  it('is watched for, even when the file is replaced by another', async () => {
    const holder = hold();
    const { touched } = holder;
    const seen = new Promise<void>((resolve) => {
      holder.touched = () => {
        touched.call(holder);
        resolve();
      };
    });
    holder.watch();
    writeFileSync(join(folder, 'next.yaml'), but('Everything', 'All of it'));
    renameSync(join(folder, 'next.yaml'), file);
    await seen;
    clock.advance(SECOND);
    expect(kinds()).toEqual(['adopted']);
    holder.close();
  });

  it('goes on when the folder cannot be watched', () => {
    const holder = hold();
    rmSync(folder, { recursive: true });
    holder.watch();
    expect(kinds()).toEqual(['unwatched']);
  });
});

function laughs(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 10; level += 1)
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}
