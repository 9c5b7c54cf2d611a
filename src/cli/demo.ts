import { demoPage } from '../demo/page.ts';
import { demoScript } from '../demo/script.ts';
import type { Command } from './command.ts';
import { readArgs } from './command.ts';

export const demo: Command = {
  help: [
    'Usage: hallpass demo [--script [--json]]',
    '',
    'Opens the local workspace in a browser, with a request that waits for an answer. Ctrl-C ends it.',
    '',
    '  --script   twenty seconds in the terminal: somebody asks, somebody approves, access appears and',
    '             ends by itself, and the audit chain is verified. With an haproxy binary on PATH a real',
    '             one is started on a free loopback port.',
    '  --json     the last line is one JSON object with what was seen',
  ].join('\n'),
  async run(args, io) {
    const { values } = readArgs(args, { script: { type: 'boolean' }, json: { type: 'boolean' } });
    if (values.script !== true) return demoPage(io);
    return demoScript({ json: values.json === true }, io);
  },
};
