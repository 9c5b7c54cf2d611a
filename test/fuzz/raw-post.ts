/** A post of any bytes under any headers, signed as Slack signs or not: `fetch` would forbid half of it. */
import { createHmac } from 'node:crypto';
import { request } from 'node:http';

/** Of the office in src/chat/slack/fixtures. */
const SECRET = 'test-signing-secret';

export interface RawPost {
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Says that there is more to come, and leaves. */
  readonly breaksOff?: boolean;
}

export interface RawAnswer {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly text: string;
}

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

export function signed(body: Buffer, type: string): RawPost & { readonly headers: Headers } {
  const stamp = `${Math.floor(Date.now() / 1_000)}`;
  const mac = createHmac('sha256', SECRET).update(`v0:${stamp}:`).update(body).digest('hex');
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': stamp,
    'x-slack-signature': `v0=${mac}`,
  };
  return { body, headers };
}
type Headers = Readonly<Record<string, string>>;

export function send(url: string, { body, headers = {}, breaksOff }: RawPost): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const fixed = breaksOff === true ? { 'content-length': String(body.length + 1_000) } : {};
    const given = { ...Object.fromEntries(Object.entries(headers)), ...fixed };
    const asked = request(`${url}/slack/events`, { method: 'POST', headers: given, agent: false });
    asked.on('response', (response) => {
      let text = '';
      response.on('data', (part) => {
        text += String(part);
      });
      response.on('close', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', () => resolve({ status: 0, text: '' }));
    if (breaksOff === true) {
      asked.write(body, () => setTimeout(() => asked.destroy(), 5));
    } else asked.end(body);
  });
}
