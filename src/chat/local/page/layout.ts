/** The whole page. */
import { hrefOf } from './address.ts';
import { asideHtml } from './aside.ts';
import { STYLES } from './assets.ts';
import { conversationHtml } from './conversation.ts';
import { dialogHtml } from './form.ts';
import { homeHtml } from './home.ts';
import { type Html, html } from './html.ts';
import { openPlace, type Scene } from './scene.ts';
import { sidebarHtml } from './sidebar.ts';

export async function pageHtml(scene: Scene): Promise<string> {
  const { me, address, now } = scene;
  const place = openPlace(scene);
  const unread = place === null ? 0 : scene.workspace.board.unread(me.userId, place);
  const title = titleOf(scene);
  const [middle, aside, dialog] = await Promise.all([
    place === null ? homeHtml(scene) : conversationHtml(scene),
    asideHtml(scene),
    dialogHtml(scene),
  ]);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · ${me.name} · Hallpass</title>
<link rel="icon" href="/assets/hallpass.svg">${STYLES.map((file) => html`<link rel="stylesheet" href="/assets/${file}">`)}<script type="module" src="/assets/page.js"></script></head>
<body data-who="${me.userId}" data-now="${now}" data-unread="${unread}" data-token="${scene.token}">
<p class="banner" role="note"><strong>For trying out.</strong> People are not authenticated here: anybody who opens this page can be anybody.</p>
<p class="link-state" id="link-state" role="status" hidden>Hallpass does not answer. Trying again…</p>
<div class="frame ${address.panel === null ? '' : 'has-panel'}">
${sidebarHtml(scene)}
<main id="main" tabindex="-1" aria-label="${title}">${headerHtml(scene, title)}${middle}</main>
${aside}</div>${dialog}</body></html>`;
  return page.markup;
}

function titleOf({ address: { at } }: Scene): string {
  switch (at.kind) {
    case 'home':
      return 'Home';
    case 'direct':
      return 'Hallpass';
    case 'channel':
      return `#${at.channel}`;
  }
}

function headerHtml({ address, me }: Scene, title: string): Html {
  const access = hrefOf(address, { panel: 'access', request: null });
  return html`<header class="top"><button type="button" class="menu" popovertarget="menu" aria-label="Menu">☰</button><h1>${title}</h1><p class="as">as ${me.name}</p><a class="show-access button plain" href="${access}">Access now</a></header>`;
}
