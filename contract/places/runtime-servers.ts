/** HAProxy's runtime API over the servers of one backend, as version 2.6.12 speaks it. */
import type { Troubles } from '../troubles.ts';
import { RuntimeSocket } from './runtime-socket.ts';

export interface ServerLine {
  readonly name: string;
  state: string;
  by: 'bot' | 'hand';
}

const HEAD =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state ' +
  'srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl ' +
  'srv_check_port srv_check_addr srv_agent_addr srv_agent_port';
/** Of srv_op_state and srv_admin_state. */
const NUMBERS: Readonly<Record<string, string>> = { ready: '2 0', drain: '2 8', maint: '0 1' };

export class RuntimeServers extends RuntimeSocket {
  readonly backend: string;
  readonly servers: readonly ServerLine[];

  constructor(path: string, backend: string, names: readonly string[], troubles: Troubles) {
    super(path, troubles);
    this.backend = backend;
    this.servers = names.map((name) => ({ name, state: 'ready', by: 'hand' }));
  }

  /** Those that are not as they are otherwise. */
  get changed(): readonly ServerLine[] {
    return this.removed ? [] : this.servers.filter(({ state }) => state !== 'ready');
  }

  put(name: string, state: string, by: ServerLine['by']): boolean {
    const server = this.servers.find((one) => one.name === name);
    if (server !== undefined) Object.assign(server, { state, by });
    return server !== undefined;
  }

  protected answer([verb = '', what = '', ...words]: readonly string[]): string {
    switch (`${verb} ${what}`) {
      case 'show servers':
        return this.#isKnown(words[1]) ? this.#shown() : "Can't find backend.\n\n";
      case 'set server':
        return this.#set(words);
      case 'show cli':
        return 'admin\n\n';
      case 'show version':
        return '2.6.12-1\n\n';
      default:
        return '\n';
    }
  }

  #isKnown(backend: string | undefined): boolean {
    return !this.removed && backend === this.backend;
  }

  #set([path = '', _what, state = '']: readonly string[]): string {
    const [backend, name = ''] = path.split('/');
    if (!this.#isKnown(backend)) return 'No such backend.\n\n';
    if (!(state in NUMBERS))
      return "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n\n";
    return this.put(name, state, 'bot') ? '\n' : 'No such server.\n\n';
  }

  #shown(): string {
    const lines = this.servers.map(
      ({ name, state }, nth) =>
        `2 ${this.backend} ${nth + 1} ${name} 127.0.0.1 ${NUMBERS[state]} 100 100 7 1 0 2 0 0 0 0 - 8080 - 0 0 - - 0\n`,
    );
    return `1\n${HEAD}\n${lines.join('')}\n`;
  }
}
