/**
 * HAProxy's runtime API over one map, as version 2.6.12 speaks it, with a clock that is stepped. The
 * real one is tried beside the provider; this one can be told to fail.
 */
import type { Instant } from '../../src/core/time.ts';
import { SECOND } from '../../src/core/time.ts';
import type { Troubles } from '../troubles.ts';
import { RuntimeSocket } from './runtime-socket.ts';

export interface MapLine {
  readonly reference: string;
  readonly key: string;
  value: string;
  readonly by: 'bot' | 'hand';
}

const GONE = 'Key not found.\n\n';
const UNKNOWN = 'Unknown map identifier. Please use #<id> or <file>.\n\n';

export class RuntimeApi extends RuntimeSocket {
  readonly map: string;
  lines: MapLine[] = [];
  readonly #now: () => Instant;
  #count = 0x1000;

  constructor(path: string, map: string, troubles: Troubles, now: () => Instant) {
    super(path, troubles);
    this.map = map;
    this.#now = now;
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

  protected answer([
    verb = '',
    what = '',
    map = '',
    key = '',
    value = '',
  ]: readonly string[]): string {
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
