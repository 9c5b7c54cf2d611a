/** Where somebody is: all of it stands in the address, so that a reload or another window agrees. */
import { FORM_ACTIONS } from '../../../core/view.ts';

export type Spot =
  | { readonly kind: 'home' | 'direct' }
  | { readonly kind: 'channel'; readonly channel: string };

export const PANELS = ['access', 'thread', 'why', 'audit'] as const;
export type Panel = (typeof PANELS)[number];

export const FORMS = ['ask', ...FORM_ACTIONS] as const;
export type FormName = (typeof FORMS)[number];

export interface Address {
  /** The user id of whoever is looking. Chosen, never proven. */
  readonly who: string;
  readonly at: Spot;
  readonly request: string | null;
  readonly panel: Panel | null;
  readonly form: FormName | null;
  readonly role: string | null;
  /** Whether the audit chain is to be walked. */
  readonly verify: boolean;
}

export function hrefOf(address: Address, change: Partial<Address> = {}): string {
  const { who, at, request, panel, form, role, verify } = { ...address, ...change };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ request, panel, form, role }))
    if (value !== null) query.set(name, value);
  if (verify) query.set('verify', '1');
  const tail = query.size === 0 ? '' : `?${query}`;
  return `/as/${encodeURIComponent(who)}/${spotPath(at)}${tail}`;
}

/** Another place: what was open beside the old one is closed. */
export function placeHref({ who }: Pick<Address, 'who'>, at: Spot): string {
  return hrefOf({ ...NOWHERE, who, at });
}

const NOWHERE = { request: null, panel: null, form: null, role: null, verify: false } as const;

function spotPath(at: Spot): string {
  return at.kind === 'channel' ? `channel/${encodeURIComponent(at.channel)}` : at.kind;
}

/** undefined: no address of a page. */
export function addressFrom(url: URL): Address | undefined {
  const [, as, who, kind, channel, ...more] = url.pathname.split('/').map(decoded);
  if (as !== 'as' || !who || more.length > 0) return undefined;
  const at = spotFrom(kind, channel);
  if (at === undefined) return undefined;
  const { searchParams: query } = url;
  return {
    who,
    at,
    request: query.get('request'),
    panel: oneOf(PANELS, query.get('panel')),
    form: oneOf(FORMS, query.get('form')),
    role: query.get('role'),
    verify: query.get('verify') === '1',
  };
}

function spotFrom(kind: string | undefined, channel: string | undefined): Spot | undefined {
  if (kind === 'channel') return channel ? { kind, channel } : undefined;
  return (kind === 'home' || kind === 'direct') && channel === undefined ? { kind } : undefined;
}

export function oneOf<const Word extends string>(
  words: readonly Word[],
  text: string | null,
): Word | null {
  return words.find((word) => word === text) ?? null;
}

/** '' for what is no proper encoding. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
