/**
 * HAProxy's runtime API over one map, as version 2.6.12 speaks it, with a clock that is stepped. The
 * real one is tried beside the provider; this one can be told to fail.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Instant } from '../../src/core/time.ts';
import { SECOND } from '../../src/core/time.ts';
import type { How, Troubles } from '../troubles.ts';

export interface MapLine {
  readonly reference: string;
  readonly key: string;
  value: string;
  readonly by: 'bot' | 'hand';
}

const GONE = 'Key not found.\n\n';
const UNKNOWN = 'Unknown map identifier. Please use #<id> or <file>.\n\n';

export class RuntimeApi {
  readonly path: string;
  readonly map: string;
  lines: MapLine[] = [];
  away = false;
  removed = false;
  readonly #troubles: Troubles;
  readonly #now: () => Instant;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #count = 0x1000;

  constructor(path: string, map: string, troubles: Troubles, now: () => Instant) {
    this.path = path;
    this.map = map;
    this.#troubles = troubles;
    this.#now = now;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** HAProxy looks at the first of two, and compares whole seconds. */
  opens(key: string): boolean {
    const found = this.lines.find((line) => line.key === key);
    return found !== undefined && Number(found.value) > Math.floor(this.#now() / SECOND);
  }

  put(key: string, value: string, by: MapLine['by']): void {
    this.#count += 0x20;
    this.lines.push({ reference: `0x${this.#count.toString(16)}`, key, value, by });
  }

  #serve(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#open.delete(socket));
    if (this.away) socket.destroy();
    let asked = '';
    socket.on('data', (part) => {
      asked += String(part);
      if (asked.endsWith('\n')) this.#take(asked.trim(), socket);
    });
  }

  #take(command: string, socket: Socket): void {
    const how = this.#troubles.next(/^(add|set|del) /.test(command) ? 'write' : 'read')?.how;
    if (how === 'cut before') socket.destroy();
    else if (how === 'silent before') this.#hold(socket);
    else if (how === 'forbidden') socket.end('Permission denied\n\n');
    else this.#tell(this.#answer(command.split(' ')), socket, how);
  }

  #tell(answer: string, socket: Socket, how: How | undefined): void {
    if (how === 'cut after') socket.destroy();
    else if (how === 'silent after') this.#hold(socket);
    else socket.end(answer);
  }

  #hold(socket: Socket): void {
    this.#troubles.held += 1;
    socket.once('close', () => {
      this.#troubles.held -= 1;
    });
  }

  #answer([verb = '', what = '', map = '', key = '', value = '']: readonly string[]): string {
    if (what === 'map' && map !== '' && (this.removed || map !== this.map)) return UNKNOWN;
    switch (`${verb} ${what}`) {
      case 'show map':
        return map === '' ? this.#maps() : this.#entries();
      case 'get map':
        return 'type=ip, case=sensitive, found=no\n\n';
      case 'add map':
        this.put(key, value, 'bot');
        return '\n';
      case 'set map':
        return this.#change(key, (line) => {
          line.value = value;
        });
      case 'del map':
        return this.#change(key, (gone) => {
          this.lines = this.lines.filter((line) => line !== gone);
        });
      case 'show cli':
        return 'admin\n\n';
      case 'show version':
        return '2.6.12-1\n\n';
      default:
        return '\n';
    }
  }

  #maps(): string {
    const used = `used by map at file '/etc/haproxy/haproxy.cfg' line 12`;
    return `# id (file) description\n0 (${this.map}) pattern loaded from file '${this.map}' ${used}\n\n`;
  }

  #entries(): string {
    const lines = this.lines.map(({ reference, key, value }) => `${reference} ${key} ${value}\n`);
    return `${lines.join('')}\n`;
  }

  #change(reference: string, change: (line: MapLine) => void): string {
    const line = this.lines.find((one) => `#${one.reference}` === reference);
    if (line === undefined) return GONE;
    change(line);
    return '\n';
  }
}
