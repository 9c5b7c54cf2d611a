import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../provider.ts';
import { parseServers } from './servers.ts';

const HEAD =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_fqdn';

/** As HAProxy 2.6.12 writes it, with fewer columns. */
function answer(...rows: readonly string[]): string {
  return `1\n${HEAD}\n${rows.map((row) => `${row}\n`).join('')}\n`;
}

const line = (name: string, numbers: string) => `2 be_app 1 ${name} 127.0.0.1 ${numbers} -`;
const one = (numbers: string) =>
  parseServers(answer(line('web1', numbers)), 'edge', 'be_app')[0] ?? {};
const fault = (text: string) => {
  try {
    return parseServers(text, 'edge', 'be_app');
  } catch (error) {
    return error;
  }
};

describe('the servers of a backend', () => {
  it.each([
    ['2 0 100 100', { mode: 'ready', isUsed: true }],
    ['1 0 100 100', { mode: 'ready', isUsed: true }],
    ['0 0 100 100', { mode: 'ready', isUsed: false }],
    ['3 0 100 100', { mode: 'ready', isUsed: false }],
    ['2 0 0 100', { mode: 'ready', isUsed: false, weight: 0, initialWeight: 100 }],
    ['2 8 100 100', { mode: 'drain', isUsed: false }],
    ['0 1 100 100', { mode: 'maint', isUsed: false }],
    ['0 9 100 100', { mode: 'maint', isUsed: false }],
    // `disabled` in haproxy.cfg, and made ready since.
    ['0 5 1 1', { mode: 'maint', isUsed: false }],
    ['2 4 1 1', { mode: 'ready', isUsed: true }],
    // By a server that it tracks, and by a name that does not resolve.
    ['2 16 100 100', { mode: 'ready', isUsed: false }],
    ['2 24 100 100', { mode: 'drain', isUsed: false }],
    ['0 2 100 100', { mode: 'ready', isUsed: false }],
    ['0 40 100 100', { mode: 'drain', isUsed: false }],
  ])('of which one is %s', (numbers, server) => {
    expect(one(numbers)).toMatchObject(server);
  });

  it('may be none', () => {
    expect(parseServers(answer(), 'edge', 'be_app')).toEqual([]);
  });

  it('are told by the names of their columns, in whatever order', () => {
    const turned = `1\n# srv_iweight srv_uweight srv_admin_state srv_op_state srv_name be_name\n7 5 8 2 web1 be_app\n\n`;
    expect(parseServers(turned, 'edge', 'be_app')).toEqual([
      { name: 'web1', mode: 'drain', weight: 5, initialWeight: 7, isUsed: false },
    ]);
  });

  it.each([
    ['cut short', answer(line('web1', '2 0 1 1')).slice(0, -1)],
    ['cut short in a line', answer(line('web1', '2 0 1 1')).slice(0, -9)],
    ['of another version', answer().replace(/^1/, '2')],
    ['of another backend', answer(line('web1', '2 0 1 1').replace('be_app', 'be_api'))],
    ['without a column', answer().replace(' srv_admin_state', '')],
    ['with a word for a number', answer(line('web1', '2 drain 1 1'))],
    ['with a cell too many', answer(line('web1', '2 0 1 1 1'))],
    ['silent', ''],
  ])('are not read from an answer that is %s', (_what, text) => {
    expect(fault(text)).toMatchObject({ code: 'bad-answer' });
  });

  it.each([
    ["Can't find backend.\n\n", 'misconfigured'],
    ['Permission denied\n\n', 'permission-denied'],
  ])('are not there when HAProxy says %j', (text, code) => {
    expect(fault(text)).toMatchObject({ code });
  });

  it('are whole or a fault, whatever is answered', () => {
    const cell = fc.constantFrom('1', '8', '100', 'be_app', 'web1', '-', '', 'drain', '\n', '# ');
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 30 }), (cells) => {
        const said = fault(`1\n${HEAD}\n${cells.join(' ')}\n\n`);
        if (Array.isArray(said)) for (const { name } of said) expect(name).toMatch(/^\S+$/);
        else expect(said).toBeInstanceOf(ProviderError);
      }),
    );
  });
});
