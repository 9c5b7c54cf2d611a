import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Circumstances } from './condition-language.ts';
import { evaluate } from './condition-language.ts';
import { readExpression } from './condition-reading.ts';
import { DAY, HOUR } from './time.ts';

const around: Circumstances = {
  role: 'lb-admin',
  duration: 2 * HOUR,
  inputs: { ip: '192.0.2.7', note: '' },
  reason: 'INC-42 the edge answers 503',
  isBreakGlass: false,
  time: { date: '2026-12-24', hour: 22, minute: 5, weekday: 'thu', freezes: ['holidays'] },
  memberOf: (group) => {
    if (group === 'gone') throw new Error('cannot be read');
    return group === 'oncall';
  },
  usedWithin: (time) => (time >= DAY ? 3 : 0),
};

describe('an expression', () => {
  it.each([
    ['request.duration > duration("1h")', 'yes'],
    ['request.duration == duration("120m")', 'yes'],
    ['request.role == "lb-admin" && request.inputs.ip.startsWith("192.0.2.")', 'yes'],
    ['request.reason.fits("\\\\bINC-\\\\d+\\\\b")', 'yes'],
    ['request.reason.contains("CHG")', 'no'],
    ['request.breakGlass', 'no'],
    ['time.hour >= 22 || time.hour < 6', 'yes'],
    ['time.weekday in ["sat", "sun"]', 'no'],
    ['time.date == "2026-12-24" && time.minute < 10', 'yes'],
    ['"holidays" in time.freezes', 'yes'],
    ['size(time.freezes) > 0', 'yes'],
    ['memberOf("oncall") && !memberOf("sre")', 'yes'],
    ['usedWithin(duration("24h")) == 0', 'no'],
    ['["a", "b"].exists(x, x == request.role)', 'no'],
  ])('is understood: %s', (text, answer) => {
    expect(readExpression(text)).toMatchObject({ kind: 'sound' });
    expect(evaluate(text, around)).toBe(answer);
  });

  it.each([
    ['request.duraton > duration("1h")', 'duraton'],
    ['nonsense', 'nonsense'],
    ['request.role == 3', 'string == int'],
    ['time.hour', 'true or false'],
    ['"true"', 'true or false'],
    ['request.role =', '='],
    ['', ''],
    ['request.reason.matches("(a+)+$")', 'fits'],
    ['request.reason.fits("(a")', 'no pattern'],
    ['request.reason.fits(request.role)', 'the pattern itself'],
    ['memberOf(request.role)', 'name the group'],
    ['[1].exists(x, [1].exists(y, x == y))', 'takes too long'],
    ['memberOf("a", "b")', ''],
    [`${'!'.repeat(400)}true`, ''],
    [`request.role in [${'"a",'.repeat(200)}"b"]`, ''],
  ])('is refused when policy is loaded: %s', (text, said) => {
    const reading = readExpression(text);
    expect(reading.kind).toBe('fault');
    expect(reading.kind === 'fault' && reading.message).toContain(said);
  });

  it.each([
    'memberOf("gone")',
    'memberOf("gone") && time.hour > 1',
    'request.inputs.nothing == "x"',
    'usedWithin(duration("nonsense")) > 0',
    '1 / 0 == 1',
  ])('that fails is neither true nor false: %s', (text) => {
    expect(evaluate(text, around)).toBe('unknown');
  });

  it('that reads an erased reason is neither true nor false', () => {
    const erased = { ...around, reason: undefined };
    expect(evaluate('request.reason.contains("INC")', erased)).toBe('unknown');
    expect(evaluate('request.role == "lb-admin"', erased)).toBe('yes');
  });

  it('says which groups, inputs and freezes it speaks of', () => {
    expect(
      readExpression(
        'memberOf("a") || request.inputs.ip == "" || request.inputs["port"] == "" || "x" in time.freezes || usedWithin(duration("1h")) > 1',
      ),
    ).toEqual({
      kind: 'sound',
      groups: ['a'],
      inputs: ['ip', 'port'],
      freezes: ['x'],
      looksBack: true,
    });
  });

  it('of whatever is typed is answered, and soon', () => {
    const words = fc.constantFrom(
      ...['request', '.reason', 'time', '.hour', '(', ')', '[', ']', '"', '"a"', '&&', '||', '!'],
      ...['memberOf', 'fits', '.map(x, x)', 'duration("1h")', '==', '<', '1', '?', ':', '.', ','],
    );
    const texts = fc.oneof(
      fc.array(words, { maxLength: 25 }).map((all) => all.join('')),
      fc.string({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const began = performance.now();
        readExpression(text);
        expect(['yes', 'no', 'unknown']).toContain(evaluate(text, around));
        expect(performance.now() - began).toBeLessThan(1_000);
      }),
      { numRuns: 500 },
    );
  });

  it('with a hostile reason takes no longer than another one', () => {
    const hostile = { ...around, reason: `${'a'.repeat(1_999)}!` };
    const began = performance.now();
    expect(evaluate('request.reason.fits("(a+)+$")', hostile)).toBe('no');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
