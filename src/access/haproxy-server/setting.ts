/** What a server can be set to by the runtime API, and when it stands so. Pure. */
import { z } from 'zod';
import type { Server } from './servers.ts';

/** `drain`: only who is bound to it comes to it still; `maint`: nobody, and it is not checked either. */
const modeShape = z.enum(['ready', 'drain', 'maint']);

const weightShape = z
  .union([
    z.string().regex(/^(0|[1-9]\d{0,2})%$/, 'a share of its own weight, such as `10%`'),
    z.int().min(0).max(256),
  ])
  .meta({
    description: 'A share of the weight that haproxy.cfg gives it, or a weight from 0 to 256',
    examples: ['10%', 25],
  });

export const settingShape = z.union([modeShape, z.strictObject({ weight: weightShape })]);

export type Mode = z.infer<typeof modeShape>;
export type Setting = z.infer<typeof settingShape>;

/** What HAProxy counts weights to. */
const HEAVIEST = 256;

/** What a server is when nobody has set it: nothing for one that is to be made ready. */
export function usualBefore(setting: Setting): Setting | undefined {
  if (typeof setting === 'object') return { weight: '100%' };
  return setting === 'ready' ? undefined : 'ready';
}

export function isSameKind(one: Setting, other: Setting): boolean {
  return typeof one === typeof other;
}

export function settingText(setting: Setting): string {
  return typeof setting === 'object' ? `weight ${setting.weight}` : setting;
}

/** After `set server <backend>/<server>`. */
export function settingWords(setting: Setting): readonly string[] {
  return typeof setting === 'object'
    ? ['weight', String(setting.weight)]
    : ['state', modeShape.parse(setting)];
}

export function standsAt(server: Server, setting: Setting): boolean {
  return typeof setting === 'object'
    ? server.weight === weightBy(server, setting)
    : server.mode === setting;
}

/** How it stands now, said as the setting would be said. */
export function standing(server: Server, { set }: { readonly set: Setting }): string {
  return typeof set === 'object' ? `weight ${server.weight}` : server.mode;
}

/** No new session would come to it. */
export function takesAway(server: Server, setting: Setting): boolean {
  return typeof setting === 'object' ? weightBy(server, setting) === 0 : setting !== 'ready';
}

/** A share that is more than nothing, of a weight of which it is nothing: HAProxy rounds down. */
export function comesToNothing(server: Server, setting: Setting): boolean {
  return (
    typeof setting === 'object' &&
    weightBy(server, setting) === 0 &&
    Number.parseInt(String(setting.weight), 10) > 0
  );
}

/** As of weights that are written differently. */
export function comeToTheSame(server: Server, one: Setting, other: Setting): boolean {
  return typeof one === 'object' && typeof other === 'object'
    ? weightBy(server, one) === weightBy(server, other)
    : one === other;
}

function weightBy({ initialWeight }: Server, { weight }: Extract<Setting, object>): number {
  if (typeof weight === 'number') return weight;
  const share = Number.parseInt(weight, 10);
  return Math.min(HEAVIEST, Math.floor((initialWeight * share) / 100));
}
