/**
 * Reads `show servers state <backend>`, by the names of its columns. What they mean is said in the management
 * guide of HAProxy 2.6, section 9.3.
 */
import { refusal } from '../haproxy-errors.ts';
import { ProviderError } from '../provider.ts';
import type { Mode } from './setting.ts';

export interface Server {
  readonly name: string;
  /** What somebody has set it to. What it has from a server that it tracks, or from its name, is not that. */
  readonly mode: Mode;
  readonly weight: number;
  /** As haproxy.cfg has it. */
  readonly initialWeight: number;
  /** New sessions come to it. */
  readonly isUsed: boolean;
}

/** Bits of srv_admin_state. */
const FORCED_MAINT = 0x01;
const FORCED_DRAIN = 0x08;
/** Those, the same of a tracked server, and a name that does not resolve. */
const KEPT_AWAY = 0x3b;
/** Of srv_op_state: warming up, and up. */
const UP = [1, 2];

const COLUMNS = [
  'be_name',
  'srv_name',
  'srv_op_state',
  'srv_admin_state',
  'srv_uweight',
  'srv_iweight',
] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** @throws ProviderError for what is not the whole of the answer */
export function parseServers(answer: string, node: string, backend: string): readonly Server[] {
  if (!answer.startsWith('1\n# ')) throw refusal(node, answer === '' ? 'no answer' : answer);
  if (!answer.endsWith('\n\n')) throw new ProviderError('bad-answer', `${node}: servers cut short`);
  const [head = '', ...lines] = answer.slice('1\n# '.length, -2).split('\n');
  const names = head.split(' ');
  const gap = COLUMNS.find((column) => !names.includes(column));
  if (gap !== undefined) throw new ProviderError('bad-answer', `${node}: servers without ${gap}`);
  const servers = lines.map((line) => serverFrom(line, names, node));
  const foreign = servers.some(({ be_name }) => be_name !== backend);
  if (foreign) throw new ProviderError('bad-answer', `${node}: servers of another backend`);
  return servers.map(serverOf);
}

function serverFrom(line: string, names: readonly string[], node: string): Row {
  const cells = line.split(' ');
  const row = Object.fromEntries(
    COLUMNS.map((column) => [column, cells[names.indexOf(column)] ?? '']),
  ) as Row;
  const { be_name: _backend, srv_name: _name, ...numbers } = row;
  const isWhole = Object.values(numbers).every((text) => /^\d{1,5}$/.test(text));
  if (isWhole && cells.length === names.length && row.srv_name !== '') return row;
  const shown = JSON.stringify(line.slice(0, 100));
  throw new ProviderError('bad-answer', `${node}: not a server: ${shown}`);
}

function serverOf(row: Row): Server {
  const [state, admin] = [Number(row.srv_op_state), Number(row.srv_admin_state)];
  const weight = Number(row.srv_uweight);
  return {
    name: row.srv_name,
    mode: modeOf(admin),
    weight,
    initialWeight: Number(row.srv_iweight),
    isUsed: UP.includes(state) && (admin & KEPT_AWAY) === 0 && weight > 0,
  };
}

function modeOf(admin: number): Mode {
  if ((admin & FORCED_MAINT) !== 0) return 'maint';
  return (admin & FORCED_DRAIN) === 0 ? 'ready' : 'drain';
}
