/** All that a page is drawn from: who looks, from where, at what, and what they have just sent. */
import type { Instant } from '../../../core/time.ts';
import type { FormFaults } from '../../../core/view.ts';
import type { AskValues } from '../../platform.ts';
import type { LocalPerson } from '../people.ts';
import type { Place } from '../place.ts';
import type { LocalWorkspace } from '../workspace.ts';
import { type Address, hrefOf } from './address.ts';
import { type Html, html, type Part } from './html.ts';
import type { Insight } from './insight.ts';

export interface Scene {
  readonly workspace: LocalWorkspace;
  readonly insight: Insight;
  readonly address: Address;
  readonly me: LocalPerson;
  readonly now: Instant;
  /** Goes with every form, against posts from foreign pages. */
  readonly token: string;
  /** A form that was sent and is not right yet. */
  readonly sent: Sent | null;
}

export interface Sent {
  readonly values: AskValues;
  readonly faults: FormFaults;
}

/** The conversation that is open; null on the home page. */
export function openPlace({ address: { at, who } }: Pick<Scene, 'address'>): Place | null {
  switch (at.kind) {
    case 'home':
      return null;
    case 'direct':
      return { kind: 'direct', userId: who };
    case 'channel':
      return { kind: 'channel', channel: at.channel };
  }
}

export type Verb = 'say' | 'press' | 'confirm' | 'ask' | 'reason';

/** A form that comes back to where it was sent from. */
export function postForm(
  { address, token }: Pick<Scene, 'address' | 'token'>,
  verb: Verb,
  inner: Part,
  kind = '',
): Html {
  return html`<form method="post" action="/as/${encodeURIComponent(address.who)}/${verb}" class="${kind}"><input type="hidden" name="token" value="${token}"><input type="hidden" name="back" value="${hrefOf(address)}">${inner}</form>`;
}
