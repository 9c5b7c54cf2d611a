import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askExample, formatCommand } from './command-format.ts';
import { parseCommandLine } from './command-line.ts';
import { HOUR, MINUTE } from './time.ts';
import { REASON_LIMIT } from './typed.ts';
import type { KnownRole, ParsedLine } from './typed-command.ts';

const lbAdmin: KnownRole = {
  name: 'lb-admin',
  maxDuration: 4 * HOUR,
  defaultDuration: HOUR,
  reason: { required: true, pattern: null, example: 'rotate the edge certificate' },
  inputs: {
    ip: {
      kind: 'ip',
      label: 'where you come from',
      required: true,
      widest: { v4: 24, v6: 128 },
    },
    backend: {
      kind: 'choice',
      label: 'which backend',
      required: false,
      options: ['checkout', 'order history'],
    },
    ticket: {
      kind: 'text',
      label: 'a ticket',
      required: false,
      maxLength: 20,
      pattern: '[A-Z]+-[0-9]+',
      example: 'OPS-42',
    },
  },
};
const plain: KnownRole = { ...lbAdmin, name: 'lb-health', inputs: {} };
const relaxed: KnownRole = {
  ...plain,
  name: 'lb-view',
  reason: { required: false, pattern: null, example: '3 = for 2 hours "x' },
};
const vocabulary = { roles: [lbAdmin, plain, relaxed] };

const parse = (text: string): ParsedLine => parseCommandLine(text, vocabulary);
const ask = (text: string) => {
  const parsed = parse(text);
  if (parsed.kind !== 'ask') throw new Error(`${parsed.kind}: ${JSON.stringify(parsed)}`);
  return parsed;
};
const mistake = (text: string) => {
  const parsed = parse(text);
  if (parsed.kind !== 'mistake') throw new Error(`${parsed.kind}: ${JSON.stringify(parsed)}`);
  return parsed;
};

describe('an ask', () => {
  it('is role, duration, inputs and reason', () => {
    expect(parse('lb-admin 1h30m ip=192.0.2.7 rotate the edge certificate')).toEqual({
      kind: 'ask',
      role: 'lb-admin',
      duration: 90 * MINUTE,
      inputs: { ip: '192.0.2.7' },
      reason: 'rotate the edge certificate',
    });
  });

  it.each([
    ['45m', 45 * MINUTE],
    ['1H30M', 90 * MINUTE],
    ['90 min', 90 * MINUTE],
    ['2 hours', 2 * HOUR],
    ['1d', 24 * HOUR],
    ['1 h 30 min', 90 * MINUTE],
    ['for 2 hours', 2 * HOUR],
  ])('takes %s as a duration and the rest as the reason', (typed, duration) => {
    expect(ask(`lb-health ${typed} the probes are flapping`)).toMatchObject({
      duration,
      reason: 'the probes are flapping',
    });
  });

  it('without a duration leaves it to the role', () => {
    expect(ask('lb-health the probes are flapping').duration).toBeUndefined();
  });

  it('takes no number for a duration once there is one', () => {
    expect(ask('lb-health 2 hours 5 servers are down')).toMatchObject({
      duration: 2 * HOUR,
      reason: '5 servers are down',
    });
  });

  it('keeps a quoted reason whole', () => {
    expect(ask('lb-health 1h "30 min outage"')).toMatchObject({
      duration: HOUR,
      reason: '30 min outage',
    });
  });

  it('finds declared inputs wherever they stand and leaves other equations in the reason', () => {
    expect(ask('lb-admin 1h set maxconn=500 IP=192.0.2.7 at once')).toMatchObject({
      inputs: { ip: '192.0.2.7' },
      reason: 'set maxconn=500 at once',
    });
  });

  it.each([
    'lb-admin 1h ip=192.0.2.7 backend="order history" x',
    "lb-admin 1h ip=192.0.2.7 backend='order history' x",
    'lb-admin backend = "ORDER HISTORY" ip= 192.0.2.7 1h x',
    'LB-Admin  1h ip=192.0.2.7\u00a0backend=“order history”   x',
    '/jit lb-admin\u200b 1h\u2003ip=::ffff:192.0.2.7\n backend=„order history“ x',
  ])('reads %s', (text) => {
    expect(ask(text)).toEqual({
      kind: 'ask',
      role: 'lb-admin',
      duration: HOUR,
      inputs: { ip: '192.0.2.7', backend: 'order history' },
      reason: 'x',
    });
  });

  it('straightens an apostrophe and drops marks that reorder text', () => {
    expect(ask('lb-health 1h don’t \u202eworry').reason).toBe("don't worry");
  });

  it('without a reason is passed on, for policy to judge', () => {
    expect(ask('lb-health 1h').reason).toBe('');
  });

  it('keeps a reason of the longest length and refuses a longer one by naming the limit', () => {
    expect(ask(`lb-health 1h ${'x'.repeat(REASON_LIMIT)}`).reason).toHaveLength(REASON_LIMIT);
    expect(mistake(`lb-health 1h ${'because '.repeat(1_250)}`).message).toContain('2000');
    expect(mistake('x'.repeat(1_000_000)).message).toContain('2000');
  });
});

describe('a form', () => {
  it('opens for nothing at all', () => {
    expect(parse(' \u00a0 ')).toEqual({ kind: 'form', role: null });
  });

  it('opens with the role chosen when its name alone does not suffice', () => {
    expect(parse('LB-ADMIN')).toEqual({ kind: 'form', role: 'lb-admin' });
    expect(parse('lb-view')).toMatchObject({ kind: 'ask', role: 'lb-view', reason: '' });
  });

  it('opens for empty quotes too, which say no more than nothing', () => {
    expect(parse('lb-admin “ “')).toEqual({ kind: 'form', role: 'lb-admin' });
    expect(parse('lb-admin ""')).toEqual({ kind: 'form', role: 'lb-admin' });
  });
});

describe('a start', () => {
  const evening = { date: null, clock: '22:00' };
  const morning = { date: '2026-12-01', clock: '09:00' };

  it.each([
    ['1h from 22:00 rotate it', evening, HOUR],
    ['from 22:00 1h rotate it', evening, HOUR],
    ['From 22:00 for 1 hour rotate it', evening, HOUR],
    ['from 22:00 rotate it', evening, undefined],
    ['1h from 2026-12-01 9:00 rotate it', morning, HOUR],
    ['from 2026-12-01T09:00 rotate it', morning, undefined],
  ])('stands in front of the reason: %s', (typed, start, duration) => {
    expect(ask(`lb-health ${typed}`)).toMatchObject({ start, duration, reason: 'rotate it' });
  });

  it('stands among the inputs as well', () => {
    const typed = 'lb-admin ip=192.0.2.7 from 22:00 backend=checkout 1h rotate it';
    const inputs = { ip: '192.0.2.7', backend: 'checkout' };
    expect(ask(typed)).toMatchObject({ start: evening, duration: HOUR, inputs });
  });

  it.each([
    ['from scratch', 'from scratch'],
    ['from', 'from'],
    ['"from 22:00 on it flaps"', 'from 22:00 on it flaps'],
    ['it flaps from 22:00', 'it flaps from 22:00'],
    ['from "22:00" 23:00', 'from "22:00" 23:00'],
  ])('is none in %s', (typed, reason) => {
    const read = ask(`lb-health 1h ${typed}`);
    expect(read.start).toBeUndefined();
    expect(read.reason).toBe(reason);
  });

  it('is given once: what comes after it is the reason', () => {
    const typed = ask('lb-health from 22:00 from 23:00 it flaps');
    expect(typed).toMatchObject({ start: evening, reason: 'from 23:00 it flaps' });
  });

  it.each([
    ['from 9am rotate it', '/jit lb-health 1h from 22:00 rotate it'],
    ['from 24:30 rotate it', '/jit lb-health 1h from 22:00 rotate it'],
    ['from 2026-02-30 09:00 rotate it', '/jit lb-health 1h from 22:00 rotate it'],
  ])('that cannot be read is a mistake: %s', (typed, example) => {
    expect(mistake(`lb-health 1h ${typed}`)).toMatchObject({ example });
  });

  it('may be said by an approver, with how long or without', () => {
    const approval = { kind: 'approve', request: 'k3v9w2x7m4' };
    expect(parse('approve k3v9w2x7m4 from 22:00')).toEqual({ ...approval, start: evening });
    const both = { ...approval, duration: HOUR / 2, start: morning };
    expect(parse('approve k3v9w2x7m4 30m from 2026-12-01 09:00')).toEqual(both);
    expect(mistake('approve k3v9w2x7m4 from 9am').message).toContain('no start');
  });
});

describe('command words', () => {
  it.each([
    ['help', { kind: 'help' }],
    ['Roles', { kind: 'roles' }],
    ['MINE', { kind: 'mine' }],
    ['status #K3V9W2X7M4', { kind: 'status', request: 'k3v9w2x7m4' }],
    ['why #K3V9W2X7M4', { kind: 'why', request: 'k3v9w2x7m4' }],
    ['withdraw k3v9w2x7m4', { kind: 'withdraw', request: 'k3v9w2x7m4' }],
    ['return k3v9w2x7m4', { kind: 'return', request: 'k3v9w2x7m4' }],
    ['approve k3v9w2x7m4', { kind: 'approve', request: 'k3v9w2x7m4' }],
    [
      'approve k3v9w2x7m4 for 30 min',
      { kind: 'approve', request: 'k3v9w2x7m4', duration: HOUR / 2 },
    ],
    [
      'extend #K3V9W2X7M4 1h 30m the rollback takes longer',
      {
        ...{ kind: 'extend', request: 'k3v9w2x7m4' },
        ...{ duration: 1.5 * HOUR, reason: 'the rollback takes longer' },
      },
    ],
    [
      'extend k3v9w2x7m4 30m "2 hours more of it"',
      {
        ...{ kind: 'extend', request: 'k3v9w2x7m4' },
        ...{ duration: HOUR / 2, reason: '2 hours more of it' },
      },
    ],
    ['deny k3v9w2x7m4 not now', { kind: 'deny', request: 'k3v9w2x7m4', reason: 'not now' }],
    ['revoke k3v9w2x7m4 1h was enough', { kind: 'revoke', reason: '1h was enough' }],
    ['attest k3v9w2x7m4 the node is scrapped', { kind: 'attest' }],
    [
      'break-glass LB-admin 1h ip=192.0.2.7 the edge is down',
      {
        ...{ kind: 'break-glass', role: 'lb-admin', duration: HOUR },
        ...{ inputs: { ip: '192.0.2.7' }, reason: 'the edge is down' },
      },
    ],
    [
      'review #K3V9W2X7M4 Justified I saw it',
      { kind: 'review', request: 'k3v9w2x7m4', judgement: 'justified', reason: 'I saw it' },
    ],
    [
      'review k3v9w2x7m4 unjustified no',
      { kind: 'review', judgement: 'unjustified', reason: 'no' },
    ],
    ['history', { kind: 'history', of: { kind: 'everything' } }],
    ['history LB-admin', { kind: 'history', of: { kind: 'role', role: 'lb-admin' } }],
    ['history @ada', { kind: 'history', of: { kind: 'person', who: '@ada' } }],
    ['history <@U123|ada>', { kind: 'history', of: { kind: 'person', who: '<@U123|ada>' } }],
    ['restore @Ada Lovelace', { kind: 'restore', who: '@Ada Lovelace' }],
    ['away until Monday', { kind: 'away', until: { day: 'monday', clock: '00:00' } }],
    ['away fri 17:00', { kind: 'away', until: { day: 'friday', clock: '17:00' } }],
    [
      'delegate @Until Tomorrow until tomorrow',
      { kind: 'delegate', who: '@Until Tomorrow', until: { day: 'tomorrow', clock: '00:00' } },
    ],
    ['delegate grace@example.com UNTIL 18:00', { kind: 'delegate', who: 'grace@example.com' }],
    ['back', { kind: 'back' }],
    ['freeze a stolen laptop', { kind: 'freeze', confirmed: false, reason: 'a stolen laptop' }],
    ['Freeze Confirm a laptop', { kind: 'freeze', confirmed: true, reason: 'a laptop' }],
    ['thaw confirm it is found', { kind: 'thaw', confirmed: true, reason: 'it is found' }],
    ['thaw confirmed by ada', { kind: 'thaw', confirmed: false, reason: 'confirmed by ada' }],
  ])('reads %s', (text, command) => {
    expect(parse(text)).toMatchObject(command);
  });
});

describe('a mistake', () => {
  it.each([
    ['lb-admni 2h ip=192.0.2.7 swap certs', '/jit lb-admin 2h ip=192.0.2.7 swap certs'],
    ['admin', '/jit lb-admin 1h ip=192.0.2.7 rotate the edge certificate'],
    ['staus k3v9w2x7m4', '/jit status k3v9w2x7m4'],
    ['status', '/jit status k3v9w2x7m4'],
    ['approve k3v9w2x7m4 k3v9w2x7m5', '/jit approve k3v9w2x7m4'],
    ['extend', '/jit extend k3v9w2x7m4 30m the rollback takes longer'],
    ['extend k3v9w2x7m5 not done', '/jit extend k3v9w2x7m5 30m the rollback takes longer'],
    ['extend k3v9w2x7m5 1h', '/jit extend k3v9w2x7m5 1h the rollback takes longer'],
    ['revoke k3v9w2x7m4', '/jit revoke k3v9w2x7m4 the work is finished'],
    ['history lb-admn', '/jit history lb-admin'],
    ['review', '/jit review k3v9w2x7m4 justified the edge was down, and this brought it back'],
    [
      'review k3v9w2x7m5 fine by me',
      '/jit review k3v9w2x7m5 justified the edge was down, and this brought it back',
    ],
    [
      'review k3v9w2x7m5 unjustified',
      '/jit review k3v9w2x7m5 unjustified the edge was down, and this brought it back',
    ],
    [
      'break-glass lb-admni 2h ip=192.0.2.7 the edge is down',
      '/jit break-glass lb-admin 2h ip=192.0.2.7 the edge is down',
    ],
    ['break-glass lb-health 30 flapping', '/jit break-glass lb-health 30m flapping'],
    ['break-glass lb-health 30m from 22:00 flapping', '/jit break-glass lb-health 30m flapping'],
    ['break-glass lb-health from 25:00 flapping', '/jit break-glass lb-health 1h flapping'],
    [
      'break-glass lb-admin',
      '/jit break-glass lb-admin 1h ip=192.0.2.7 rotate the edge certificate',
    ],
    ['restore ada', '/jit restore @ada'],
    ['away', '/jit away until monday'],
    ['away until later', '/jit away until monday'],
    ['delegate ada until 18:00', '/jit delegate @ada until 18:00'],
    ['delegate @ada', '/jit delegate @ada until monday'],
    ['back monday', '/jit back'],
    ['freeze', '/jit freeze a stolen laptop, we look into it'],
    ['thaw confirm', '/jit thaw confirm the laptop is found'],
    ['qqqqqqqq', '/jit roles'],
    ['lb-health 30 flapping', '/jit lb-health 30m flapping'],
    ['lb-health 1.5 hours flapping', '/jit lb-health 1h flapping'],
    ['lb-admin 1h swap certs', '/jit lb-admin 1h ip=192.0.2.7 swap certs'],
    ['lb-admin 1h adress=x ip=1.2.3.4 y', '/jit lb-admin 1h ip=1.2.3.4 y'],
    ['lb-admin 1h ip=1.2.3.4 ip=1.2.3.5 y', '/jit lb-admin 1h ip=1.2.3.4 y'],
    ['lb-admin 1h ip=1.2.3.4 backend=chekout y', '/jit lb-admin 1h ip=1.2.3.4 y'],
    ['lb-admin 1h ip=1.2.3.4 backnd=checkout y', '/jit lb-admin 1h ip=1.2.3.4 backend=checkout y'],
    ['lb-admin 1h ip="1.2.3.4 y', '/jit lb-admin 1h ip=1.2.3.4 y'],
  ])('in %s is answered with %s', (text, example) => {
    expect(new Set(mistake(text).example.split(' '))).toEqual(new Set(example.split(' ')));
  });

  it('names the nearest roles', () => {
    expect(mistake('lb-admni 1h x').message).toContain('Did you mean `lb-admin`');
  });

  it('shows the network that was meant', () => {
    expect(mistake('lb-admin 1h ip=192.0.2.7/24 x').message).toContain('`192.0.2.0/24`');
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    ...[
      'lb-admin',
      'lb-admni',
      'lb-health',
      'lb-view',
      'status',
      'deny',
      'revke',
      'history',
      '/jit',
    ],
    ...[
      '1h',
      '30',
      '90 min',
      '1.5h',
      'for',
      'from',
      'from 22:00',
      '2026-12-01',
      '09:00',
      '2026-12-01T09:00',
      '9999999d',
      'ip=',
      'ip',
      '=',
      'ip=192.0.2.7',
      'ip=10.0.0.0/8',
    ],
    ...[
      'ip="',
      "ip='1",
      '"',
      '“',
      '”',
      "'",
      'backend="order history"',
      'ticket=OPS-1',
      'tickt=\'"x',
    ],
    ...[
      'k3v9w2x7m4',
      'extend k3v9w2x7m4',
      'approve k3v9w2x7m4',
      '@ada',
      '<@U1|ada>',
      'x=y',
      '\u00a0',
      '`',
      '\ud83d',
      'because',
      '__proto__=1',
    ],
  );
  const lines = fc.oneof(
    fc.array(pieces, { maxLength: 9 }).map((words) => words.join(' ')),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.tuple(pieces, fc.string()).map(([word, rest]) => `${word} ${rest}`),
  );

  it('is read without an error, and every example is right itself', () => {
    fc.assert(
      fc.property(lines, (text) => {
        const parsed = parse(text);
        if (parsed.kind === 'mistake') expect(parse(parsed.example).kind).not.toBe('mistake');
      }),
      { numRuns: 2_000 },
    );
  });

  it('that is a command is formatted into text that is the same command', () => {
    fc.assert(
      fc.property(lines, (text) => {
        const parsed = parse(text);
        if (parsed.kind === 'mistake') return;
        const again = parse(formatCommand(parsed));
        if ((parsed.kind === 'ask' || parsed.kind === 'extend') && parsed.reason.includes('"'))
          expect(again.kind).toBe(parsed.kind);
        else expect(again).toEqual(parsed);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is answered fast even when it is 10 kB of quotes', () => {
    for (const text of ['ip="', '"', "a='", '1h ', '= ', 'ip = '])
      expect(parse(`lb-admin ${text.repeat(10_000 / text.length)}`).kind).toBe('mistake');
  });
});

describe('askExample', () => {
  it('keeps what was given and is within policy', () => {
    expect(askExample(plain, { duration: 9 * HOUR, reason: 'a long night' })).toBe(
      '/jit lb-health 4h a long night',
    );
    expect(askExample(plain, { duration: HOUR, reason: '' })).toBe(
      '/jit lb-health 1h rotate the edge certificate',
    );
  });

  it('cannot be misread, whatever the reason of the example begins with', () => {
    expect(
      parse(askExample({ ...relaxed, reason: { ...relaxed.reason, required: true } })),
    ).toEqual({
      kind: 'ask',
      role: 'lb-view',
      duration: HOUR,
      inputs: {},
      reason: "3 = for 2 hours 'x",
    });
  });
});
