import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleFindings } from './config-rules.ts';
import type { KeyMode } from './key.ts';

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const example = textOf('examples/haproxy/haproxy.cfg');

const MAP = '/etc/haproxy/jit.map';
const GOOD = [
  'frontend web',
  '  mode http',
  '  bind :80',
  '  http-request set-var(txn.now) date()',
  `  http-request set-var(txn.jit) src,map_ip_int(${MAP},0)`,
  '  http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }',
].join('\n');
const MAIL = [
  'frontend web',
  '  mode http',
  '  http-request del-header X-Email unless { src 10.0.0.5 }',
  '  http-request set-var(txn.now) date()',
  `  http-request set-var(txn.jit) req.hdr(x-email),lower,map_str_int(${MAP},0)`,
  '  http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }',
].join('\n');

const TCP = GOOD.replace('mode http', 'mode tcp')
  .replaceAll('http-request', 'tcp-request connection')
  .replaceAll('txn.', 'sess.')
  .replace('connection deny', 'connection reject');

function levels(
  config: string,
  mode: KeyMode = 'ip',
  map = MAP,
  style: 'http' | 'tcp' = 'http',
): readonly string[] {
  return ruleFindings(config, { map, mode, style }).map(({ level }) => level);
}

const COMPARED = /\{ (var\(txn\.jit\).*) \}/;
const OTHER = [
  '  acl in_b path_beg /b',
  '  acl may_b var(txn.b),sub(txn.now) gt 0',
  '  http-request set-var(txn.b) src,map_ip_int(/etc/haproxy/b.map,0)',
].join('\n');

/** Where another map opens a part. */
function both(other = OTHER): string {
  return `${GOOD.replace('  http-request deny', `${other}\n$&`)} or in_b may_b`;
}

/** With another rule just before that one. */
function withRule(rule: string): string {
  return GOOD.replace('  http-request deny', `  http-request ${rule}\n$&`);
}

function inherits(line: string): string {
  return `defaults\n  ${line}\n${GOOD}`;
}

/** What stands between the fences of a page. */
function codeIn(page: string): readonly string[] {
  return [...page.matchAll(/^ *```.*\n([\s\S]*?)^ *```/gm)].map((match) => match[1] ?? '');
}

describe('the deny rule in haproxy.cfg', () => {
  it.each([
    ['admin', 'ip', ['ok'], 'http'],
    ['backends', 'ip', ['ok'], 'http'],
    ['health', 'ip', ['ok'], 'http'],
    ['certificates', 'email', ['ok', 'ok'], 'http'],
    ['postgres', 'ip', ['ok'], 'tcp'],
  ] as const)('is found in the example for %s', (name, mode, found, style) => {
    expect(levels(example, mode, `/etc/haproxy/jit/${name}.map`, style)).toEqual(found);
  });

  it('is found as the guide writes it', () => {
    const [, rule = '', counted = '', byMail = ''] = codeIn(textOf('docs/haproxy.md')).filter(
      (block) => /stick-table|frontend|del-header|global/.test(block),
    );
    const map = '/etc/haproxy/jit/backends.map';
    expect(levels(rule, 'ip', map)).toEqual(['ok']);
    const [table = '', ...tracked] = counted.split(/(?=frontend admin\n)/);
    expect(
      levels(`${table}${rule}\n${tracked.join('').replace('frontend admin', '')}`, 'ip', map),
    ).toEqual(['ok']);
    const mail = rule.replace(/^.*map_ip_int.*$/m, () => byMail);
    expect(levels(mail, 'email', '/etc/haproxy/jit/certificates.map')).toEqual(['ok', 'ok']);
    expect(levels(TCP, 'ip', MAP, 'tcp')).toEqual(['ok']);
  });

  it.each([
    ['an ACL stands for the comparison', GOOD.replace(COMPARED, 'may\n  acl may $1')],
    ['less than the whole is opened', `${GOOD} { path_beg /admin }`],
    ['another map opens something as well', both()],
    ['it answers in its own way', GOOD.replace('deny', 'deny deny_status 404')],
    ['some are turned away before', withRule('deny if { path_beg /x } !{ src 10.0.0.0/8 }')],
    ['some are sent elsewhere before', withRule('redirect scheme https unless { ssl_fc }')],
    ['something is let in after it', `${GOOD}\n  http-request allow`],
    ['what everybody has comes from `defaults`', inherits('http-request set-header X-Edge one')],
    ['nothing is looked up for some', GOOD.replace(`${MAP},0)`, '$& unless { src 10.0.0.5 }')],
  ])('is found where %s', (_, config) => {
    expect(levels(config)).toEqual(['ok']);
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

  it.each([
    ['it says the same otherwise', GOOD.replace('unless', 'if').replace('gt 0', 'le 0')],
    ['it says the opposite', GOOD.replace('unless', 'if')],
    ['it says the opposite of the opposite', GOOD.replace('unless', 'unless !')],
    ['it says the opposite by an ACL', GOOD.replace(COMPARED, '!may\n  acl may $1')],
    ['another condition will do', `${GOOD} or { src 0.0.0.0/0 }`],
    ['another condition will do, in other words', `${GOOD} || TRUE`],
    ['another condition will do, in capitals', `${GOOD} OR { src 0.0.0.0/0 }`],
    ['another condition will do, with a `!` that says nothing', `${GOOD} !or TRUE`],
    ['the rest of the condition is a comment', GOOD.replace('unless', 'unless TRUE#')],
    ['another condition will do, in quotes', `${GOOD} "or" TRUE`],
    ['another condition will do first', GOOD.replace('unless {', 'unless TRUE or {')],
    ['a rule is in quotes', GOOD.replace('  http-request deny', '  "http-request" allow\n$&')],
    ['a variable is in quotes', withRule('set-var("txn.jit") int(2000000000)')],
    [
      'an ACL has another meaning, too',
      GOOD.replace(COMPARED, 'may\n  acl may $1\n  acl may always_true'),
    ],
    ['another map is not compared', both(OTHER.replace('sub(txn.now) gt', 'mul(1) ge'))],
    [
      'another map goes by what anybody sends',
      both(OTHER.replace('src,map_ip_int', 'req.hdr(X-Email),lower,map_str_int')),
    ],
    ['it is for one path', GOOD.replace('deny unless', 'deny if { path /x } !')],
    ['it is for all but some', GOOD.replace('deny unless', 'deny if !{ src 10.0.0.0/8 } !')],
    ['everybody is let in before', withRule('allow')],
    ['some are let in before', withRule('allow if { path /health }')],
    ['`defaults` let everybody in', inherits('http-request allow')],
    [
      'the named `defaults` let everybody in',
      `defaults a\n  http-request allow\ndefaults b\n${GOOD.replace('web', 'web from a')}`,
    ],
    ['something else answers before', withRule('use-service prometheus-exporter')],
    ['the end is looked up after it', GOOD.replace(/(.*map_ip_int.*\n)(.*)/, '$2\n$1')],
    ['the time is set after it', GOOD.replace(/(.*date\(\)\n)([\s\S]*)/, '$2\n$1')],
    [
      'the time is that of the connection',
      GOOD.replace(
        'http-request set-var(txn.now)',
        'tcp-request connection set-var(sess.now)',
      ).replace('sub(txn.now)', 'sub(sess.now)'),
    ],
    [
      'the end may be that of the request before',
      GOOD.replaceAll('txn.jit', 'sess.jit').replace(',0)', ',0) if { path /x }'),
    ],
    ['the time may be unset', GOOD.replace('date()', 'date() if { path /x }')],
    ['the time is another', GOOD.replace('date()', 'date(-86400)')],
    ['the end is set again', withRule('set-var(txn.jit) int(2000000000)')],
    ['the end is set on the way', withRule('set-var(txn.x) int(2000000000),set-var(txn.jit)')],
    ['something is made of the end', GOOD.replace(',0)', ',0),mul(2)')],
    ['the source is what somebody says', GOOD.replace('src,map', 'hdr_ip(x-forwarded-for),map')],
    ['the source is what somebody says, before', withRule('set-src hdr(x-forwarded-for)')],
    ['the source is what whoever connects says', GOOD.replace('bind :80', '$& accept-proxy')],
    [
      'the source is what somebody says, in quotes',
      GOOD.replace('  bind', '  tcp-request content "set-src" hdr(x-forwarded-for)\n$&'),
    ],
    [
      'the source is what whoever connects says, by a rule',
      GOOD.replace('  bind', '  tcp-request connection expect-proxy layer4\n$&'),
    ],
    ['a whole network is looked up', GOOD.replace('src,map', 'src,ipmask(8),map')],
    ['HAProxy writes the map itself', `${GOOD}\n  http-request set-map(${MAP}) %[src] 2000000000`],
    ['it may be left out', GOOD.replace(/(.*deny.*)/, '.if defined(GATE)\n$1\n.endif')],
    ['HAProxy would ignore it', GOOD.replace('mode http', 'mode tcp')],
    ['nothing says that HAProxy does not ignore it', GOOD.replace('mode http', '')],
    ['it is for connections, and requests are meant', TCP.replace('mode tcp', 'mode http')],
    ['what is looked at is not all there', `${GOOD} { path /x`],
  ])('is left to a person where %s', (_, config) => {
    expect(levels(config)).toEqual(['warning']);
  });

  it.each([
    ['it is for requests', GOOD, 'tcp'],
    [
      'some are let in before',
      TCP.replace('  tcp-request', '  tcp-request connection accept if LOCALHOST\n$&'),
      'tcp',
    ],
    [
      'the address is another’s word',
      TCP.replace('  tcp-request', '  tcp-request connection expect-proxy layer4\n$&'),
      'tcp',
    ],
  ] as const)('of a TCP port is left to a person where %s', (_, config, style) => {
    expect(levels(config, 'ip', MAP, style)).toEqual(['warning']);
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
    expect(levels(config, 'email')).toEqual(['warning', 'fault']);
  });

  it.each([
    [
      'it is set again',
      MAIL.replace('  http-request deny', '  http-request set-header x-email %[req.hdr(x-me)]\n$&'),
    ],
    ['it is deleted under a condition that may be any', MAIL.replace('unless {', 'if {')],
    ['it is not in lower case', MAIL.replace(',lower', '')],
    ['it may be that of the request before', MAIL.replaceAll('txn.jit', 'sess.jit')],
  ])('is left to a person where %s', (_, config) => {
    expect(levels(config, 'email')).toEqual(['warning', 'ok']);
  });
});
