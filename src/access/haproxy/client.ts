/** What is said to a node about its maps. */
import { refusal } from '../haproxy-errors.ts';
import { RuntimeNode, word } from '../haproxy-runtime.ts';
import { ProviderError } from '../provider.ts';
import { type MapEntry, parseEntries } from './map-answer.ts';

const REFERENCE = /^0x[0-9a-f]{1,16}$/;

export class NodeClient extends RuntimeNode {
  async entries(map: string): Promise<readonly MapEntry[]> {
    const entries = parseEntries(await this.ask(['show', 'map', word(map)]));
    if (entries.kind === 'refused') throw refusal(this.name, entries.said);
    return entries.entries;
  }

  async add(map: string, key: string, value: number): Promise<void> {
    await this.do(['add', 'map', word(map), word(key), integer(value)]);
  }

  async set(map: string, reference: string, value: number): Promise<void> {
    await this.do(['set', 'map', word(map), entry(reference), integer(value)]);
  }

  async delete(map: string, reference: string): Promise<void> {
    await this.do(['del', 'map', word(map), entry(reference)]);
  }

  async shutDown(session: string): Promise<void> {
    await this.do(['shutdown', 'session', pointer(session)]);
  }
}

function entry(reference: string): string {
  return `#${pointer(reference)}`;
}

function pointer(reference: string): string {
  if (REFERENCE.test(reference)) return reference;
  throw new ProviderError('bad-answer', `no reference: ${JSON.stringify(reference)}`);
}

function integer(value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new ProviderError('misconfigured', `not a whole second: ${value}`);
}
