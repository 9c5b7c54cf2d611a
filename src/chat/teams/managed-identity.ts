/** Tokens of the machine's own identity in Azure: no secret to keep. Loaded only where it is used. */
import { ManagedIdentityCredential } from '@azure/identity';
import type { Clock } from '../../clock.ts';
import type { Millis } from '../../core/time.ts';
import { ChatError } from '../platform.ts';

export class ManagedIdentity {
  readonly #credential: ManagedIdentityCredential;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(appId: string, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#credential = new ManagedIdentityCredential({
      clientId: appId,
      retryOptions: { maxRetries: 0 },
    });
  }

  /**
   * NB. It takes no signal: whoever waits gives up by themselves. Azure keeps a token of its machines for
   * hours, so a permission granted in between may be seen late. @throws ChatError
   */
  async obtain(scope: string): Promise<{ token: string; life: Millis }> {
    const { token, expiresOnTimestamp } = await this.#ask(scope);
    return { token, life: expiresOnTimestamp - this.#clock.now() };
  }

  async #ask(scope: string) {
    try {
      return await this.#credential.getToken(scope);
    } catch (error) {
      throw noToken(error);
    }
  }
}

function noToken(cause: unknown): ChatError {
  const why = 'MICROSOFT_APP_ID must be a managed identity of this machine.';
  return new ChatError('unavailable', `No token from the managed identity: ${why}`, { cause });
}
