/** The right of the page: live access, or one request's thread, reasons and entries. */

import { accessHtml } from './access.ts';
import { hrefOf, PANELS, type Panel } from './address.ts';
import { auditHtml } from './audit.ts';
import { linesHtml } from './conversation.ts';
import { type Html, html, nothing } from './html.ts';
import type { Scene } from './scene.ts';
import { whyHtml } from './why.ts';

const TITLES: Readonly<Record<Panel, string>> = {
  access: 'Access now',
  thread: 'Thread',
  why: 'Why',
  audit: 'Audit',
};

export async function asideHtml(scene: Scene): Promise<Html> {
  const { panel, request } = scene.address;
  const shown: Panel = request === null ? 'access' : (panel ?? 'thread');
  const tabs = PANELS.filter((one) => one === 'access' || request !== null);
  const shut = hrefOf(scene.address, { panel: null, request: null, verify: false });
  return html`<aside class="aside ${panel === null ? '' : 'asked-for'}" aria-label="${TITLES[shown]}">
<header><nav aria-label="Panels">${tabs.map((tab) => tabHtml(scene, tab, shown))}</nav><a class="close" href="${shut}" aria-label="Close the panel">✕</a></header>
<div class="panel" id="panel-${shown}-${request ?? ''}">${await panelHtml(scene, shown, request ?? '')}</div></aside>`;
}

function tabHtml({ address }: Scene, tab: Panel, shown: Panel): Html {
  const current = tab === shown ? html`aria-current="true"` : nothing;
  return html`<a href="${hrefOf(address, { panel: tab, verify: false })}" ${current}>${TITLES[tab]}</a>`;
}

async function panelHtml(scene: Scene, panel: Panel, request: string): Promise<Html> {
  switch (panel) {
    case 'access':
      return accessHtml(scene);
    case 'thread':
      return threadHtml(scene, request);
    case 'why':
      return whyHtml(scene, request);
    case 'audit':
      return auditHtml(scene, request);
  }
}

function threadHtml({ workspace }: Scene, request: string): Html {
  const below = workspace.board.cards(request).flatMap((card) => workspace.board.thread(card.id));
  if (below.length === 0) return html`<p class="quiet">Nothing below this card yet.</p>`;
  return html`<p class="quiet">The audit trail, as it stands in the channel. Each line names its entry in the log.</p><div class="thread" role="log" aria-label="Thread of request ${request}">${below.map(linesHtml)}</div>`;
}
