/** The home page of one person: what is theirs, what waits for them, what they may ask for. */
import type { CardView } from '../../../core/view.ts';
import type { Names } from '../board.ts';
import { hrefOf } from './address.ts';
import { cardHtml } from './card.ts';
import { type Html, html } from './html.ts';
import type { Scene } from './scene.ts';

export function homeHtml(scene: Scene): Html {
  const { home } = scene.workspace.desk(scene.me.userId);
  if (home === null)
    return html`<div class="home" data-open-home><p class="empty">Your page is being drawn…</p></div>`;
  const { view, names } = home;
  const cards = (title: string, list: readonly CardView[], more: number) =>
    cardList(scene, names, title, list, more);
  const ask = (role: string | null) => hrefOf(scene.address, { form: 'ask', role });
  return html`<div class="home" data-open-home>
${cards('Waiting for me', view.waitingForMe, view.more.waitingForMe)}
${cards('My access', view.mine, view.more.mine)}
<section><h2>What I may ask for</h2>
<ul class="roles">${view.roles.map(({ name, description }) => html`<li><div><strong>${name}</strong><p>${description}</p></div><a class="button plain" href="${ask(name)}" aria-label="Ask for ${name}">Ask</a></li>`)}</ul>
${view.roles.length === 0 ? html`<p class="quiet">Policy lets you ask for nothing.</p>` : html`<a class="button primary" href="${ask(null)}">Ask for access</a>`}
</section></div>`;
}

function cardList(
  scene: Scene,
  names: Names,
  title: string,
  cards: readonly CardView[],
  more: number,
): Html {
  const rest = more === 0 ? '' : html`<p class="quiet">and ${more} more</p>`;
  const none = html`<p class="quiet">Nothing.</p>`;
  return html`<section><h2>${title}</h2>${cards.length === 0 ? none : cards.map((card) => cardHtml(scene, card, names, null))}${rest}</section>`;
}
