/** Deliveries as Slack sends them, signed by the test itself: to repeat, alter, delay and forge them. */
import { createHmac, randomUUID } from 'node:crypto';

export interface Sender {
  readonly url: string;
  readonly secret: string;
  readonly team: string;
}

export interface SignedDelivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Click {
  readonly user: string;
  readonly action: string;
  readonly value: string;
  readonly at?: { readonly channel: string; readonly ts: string };
  readonly team?: string;
}

const TYPE = 'application/x-www-form-urlencoded';

/** @param age in seconds; negative: from the future */
export function signed(body: string, { secret }: Pick<Sender, 'secret'>, age = 0): SignedDelivery {
  const time = String(Math.floor(Date.now() / 1_000) - age);
  const mac = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  const signature = { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${mac}` };
  return { body, headers: { 'content-type': TYPE, ...signature } };
}

/** @returns the HTTP status */
export async function deliver({ url }: Pick<Sender, 'url'>, sent: SignedDelivery): Promise<number> {
  const { body, headers } = sent;
  const response = await fetch(url, { method: 'POST', body, headers });
  await response.arrayBuffer();
  return response.status;
}

export function clickBody(click: Click, sender: Sender): string {
  const { user, action, value, at, team = sender.team } = click;
  const payload = {
    type: 'block_actions',
    team: { id: team, domain: 'test-workspace' },
    user: { id: user, team_id: team },
    trigger_id: randomUUID(),
    ...(at && { container: { type: 'message', message_ts: at.ts, channel_id: at.channel } }),
    actions: [{ type: 'button', block_id: 'b', action_id: action, value, action_ts: '1.000001' }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}
