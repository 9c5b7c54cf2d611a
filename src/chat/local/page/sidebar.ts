/** The left of the page: where one can go, and whom one can be. */
import type { LocalPerson } from '../people.ts';
import type { Place } from '../place.ts';
import { type Address, hrefOf, placeHref, type Spot } from './address.ts';
import { type Html, html, nothing } from './html.ts';
import { faceHtml } from './rich.ts';
import type { Scene } from './scene.ts';

export function sidebarHtml(scene: Scene): Html {
  const { workspace, me, address } = scene;
  const unread = (place: Place) => workspace.board.unread(me.userId, place);
  const channels = [...workspace.channels].map((channel) =>
    item(address, { kind: 'channel', channel }, '#', channel, unread({ kind: 'channel', channel })),
  );
  const direct = unread({ kind: 'direct', userId: me.userId });
  return html`<nav class="sidebar" id="menu" popover aria-label="Workspace">
<header><img src="/assets/hallpass.svg" alt="" width="28" height="28"><strong>Hallpass</strong><span>local</span><button type="button" class="shut" popovertarget="menu" popovertargetaction="hide" aria-label="Close the menu">✕</button></header>
<ul>${item(address, { kind: 'home' }, '⌂', 'Home', 0)}</ul>
<h2>Channels</h2><ul>${channels}</ul>
<h2>Direct messages</h2><ul>${item(address, { kind: 'direct' }, '✦', 'Hallpass', direct)}</ul>
<h2>Who am I?</h2><ul class="people">${workspace.people().map((person) => personItem(scene, person))}</ul>
</nav>`;
}

function item(address: Address, at: Spot, sign: string, name: string, unread: number): Html {
  const here = hrefOf({ ...address, at }) === hrefOf(address);
  const current = here ? html`aria-current="page"` : nothing;
  return html`<li><a href="${placeHref(address, at)}" class="${unread > 0 ? 'unread' : ''}" ${current}><span class="sign" aria-hidden="true">${sign}</span><span class="name">${name}</span>${badge(unread)}</a></li>`;
}

function badge(unread: number): Html {
  return unread === 0
    ? nothing
    : html`<span class="badge">${unread}<span class="hidden"> unread</span></span>`;
}

function personItem({ workspace, insight, me, address }: Scene, person: LocalPerson): Html {
  const { userId, name, email } = person;
  const current = userId === me.userId ? html`aria-current="true"` : nothing;
  const groups = insight.groupsOf(email).join(', ');
  const places: readonly Place[] = [
    ...[...workspace.channels].map((channel) => ({ kind: 'channel', channel }) as const),
    { kind: 'direct', userId },
  ];
  const unread = places.reduce((sum, place) => sum + workspace.board.unread(userId, place), 0);
  const href = hrefOf(address, { who: userId, form: null, role: null });
  return html`<li><a href="${href}" ${current} class="${unread > 0 ? 'unread' : ''}">${faceHtml(userId, name, 'small')}<span class="name">${name}<small>${groups}</small></span>${userId === me.userId ? html`<span class="you">you</span>` : badge(unread)}</a></li>`;
}
