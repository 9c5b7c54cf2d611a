/** A typed command as Slack sends it, to be signed and delivered by the test itself. */
import { randomUUID } from 'node:crypto';
import type { Desk } from '../../stories/outside/desk.ts';
import type { World } from '../../stories/outside/world.ts';

interface Typed {
  readonly text?: string;
  /** Where the private answer goes. */
  readonly responseUrl?: string;
}

/** Asks for access unless another text is given. */
export function typed(world: World, desk: Desk, user: string, typed: Typed = {}): string {
  const { text = `${desk.role('open')} 1h ip=${desk.from} rotate a certificate` } = typed;
  return new URLSearchParams({
    command: '/jit',
    text,
    team_id: world.sender.team,
    channel_id: desk.channel,
    user_id: user,
    trigger_id: randomUUID(),
    ...(typed.responseUrl !== undefined && { response_url: typed.responseUrl }),
  }).toString();
}
