/** What is said to a node about its servers. */
import { RuntimeNode, word } from '../haproxy-runtime.ts';
import { parseServers, type Server } from './servers.ts';
import { type Setting, settingWords } from './setting.ts';
import type { Handle } from './target.ts';

export class ServerNode extends RuntimeNode {
  /** All of a backend: complete, or it throws. @throws ProviderError */
  async servers(backend: string): Promise<readonly Server[]> {
    const answer = await this.ask(['show', 'servers', 'state', word(backend)]);
    return parseServers(answer, this.name, backend);
  }

  /** @throws ProviderError */
  async set({ backend, server }: Pick<Handle, 'backend' | 'server'>, to: Setting): Promise<void> {
    await this.do(['set', 'server', word(`${backend}/${server}`), ...settingWords(to)]);
  }
}
