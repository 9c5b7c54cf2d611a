import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleFindings } from './config-rules.ts';
import type { KeyMode } from './key.ts';

const example = readFileSync(
  new URL('../../../examples/haproxy/haproxy.cfg', import.meta.url),
  'utf8',
);

const MAP = '/etc/haproxy/jit.map';
const GOOD = [
  'frontend web',
  '  bind :80',
  '  http-request set-var(txn.now) date()',
  `  http-request set-var(txn.jit) src,map_ip_int(${MAP},0)`,
  '  http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }',
].join('\n');
const MAIL = [
  'frontend web',
  '  http-request del-header X-Email unless { src 10.0.0.5 }',
  '  http-request set-var(txn.now) date()',
  `  http-request set-var(txn.jit) req.hdr(x-email),lower,map_str_int(${MAP},0)`,
  '  http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }',
].join('\n');

function levels(config: string, mode: KeyMode = 'ip', map = MAP): readonly string[] {
  return ruleFindings(config, { map, mode }).map(({ level }) => level);
}

describe('the deny rule in haproxy.cfg', () => {
  it.each([
    ['admin', 'ip', ['ok']],
    ['backends', 'ip', ['ok']],
    ['health', 'ip', ['ok']],
    ['certificates', 'email', ['ok', 'ok']],
    ['postgres', 'ip', ['ok']],
  ] as const)('is found in the example for %s', (name, mode, found) => {
    expect(levels(example, mode, `/etc/haproxy/jit/${name}.map`)).toEqual(found);
  });

  it('is found where ACLs stand for the comparison', () => {
    const acl = GOOD.replace(
      'deny unless { var(txn.jit),sub(txn.now) gt 0 }',
      'deny if { path_beg /admin } !may\n  acl may var(txn.jit),sub(txn.now) gt 0',
    );
    expect(levels(acl)).toEqual(['ok']);
  });

  it.each([
    ['the map is used nowhere', GOOD.replace(MAP, '/etc/haproxy/other.map')],
    ['the map is in a comment alone', GOOD.replaceAll('  http-request set-var(txn.jit)', '  # ')],
    ['the rule is in a comment', GOOD.replace('http-request deny', '# http-request deny')],
    ['the rule is in another section', GOOD.replace('  http-request deny', 'frontend b\n$&')],
    ['nothing is compared with the date', GOOD.replace('date()', 'int(0)')],
    ['absence has no default', GOOD.replace(`${MAP},0)`, `${MAP})`)],
    ['the rule is without a condition', GOOD.replace(/ unless .*/, '')],
  ])('is missed when %s', (_, config) => {
    expect(levels(config)).toEqual(['fault']);
  });

  it('is left to a person when it is of another form', () => {
    expect(levels(GOOD.replace('unless', 'if').replace('gt 0', 'le 0'))).toEqual(['warning']);
  });
});

describe('the header that says who somebody is', () => {
  it('is deleted before it is looked at', () => {
    expect(levels(MAIL, 'email')).toEqual(['ok', 'ok']);
  });

  it.each([
    ['it is never deleted', MAIL.replace(/.*del-header.*\n/, '')],
    ['another one is', MAIL.replace('del-header X-Email', 'del-header X-Email-Address')],
    ['it is deleted too late', MAIL.replace(/(.*del-header.*\n)([\s\S]*)/, '$2\n$1')],
  ])('is trusted from anybody when %s', (_, config) => {
    expect(levels(config, 'email')).toEqual(['ok', 'fault']);
  });
});
