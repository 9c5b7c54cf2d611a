/** The middle of the page: what was said in a place, oldest first, and the line to write on. */
import type { LocalMessage } from '../board.ts';
import { answerHtml, cardHtml, noteHtml } from './card.ts';
import { composerHtml } from './composer.ts';
import { type Html, html } from './html.ts';
import { botFace, faceHtml, instantHtml, richHtml } from './rich.ts';
import { openPlace, type Scene } from './scene.ts';

/** Older ones are kept, and not drawn. */
const SHOWN = 100;

export async function conversationHtml(scene: Scene): Promise<Html> {
  const place = openPlace(scene);
  const all = place === null ? [] : scene.workspace.board.seenBy(scene.me.userId, place);
  const key = place?.kind === 'channel' ? `channel-${place.channel}` : 'direct';
  const list = all.slice(-SHOWN).map((message) => messageHtml(scene, message));
  const older =
    all.length > SHOWN ? html`<li class="older">Older messages are not shown.</li>` : '';
  const shown = list.length === 0 ? emptyHtml(scene) : [older, list];
  return html`<div class="messages" id="messages-${key}" role="log" aria-label="Messages" tabindex="0"><ol>${shown}</ol></div>
${await composerHtml(scene)}`;
}

function emptyHtml({ address }: Scene): Html {
  const hint =
    address.at.kind === 'direct'
      ? 'Hallpass writes to you here. Whatever you write here is a command: try help.'
      : 'Nothing was posted here yet. Type /jit to ask for access.';
  return html`<li class="empty">${hint}</li>`;
}

function messageHtml(scene: Scene, message: LocalMessage): Html {
  const { by, only, id } = message;
  const who = by === null ? undefined : scene.workspace.person(by);
  const name = by === null ? 'Hallpass' : (who?.name ?? by);
  const face = by === null ? botFace : faceHtml(by, name);
  const mentioned = message.notified.includes(scene.me.userId) ? 'mentioned' : '';
  return html`<li class="message ${only === null ? '' : 'private'} ${mentioned}" id="${id}">${face}<div class="body">
<p class="byline"><strong>${name}</strong>${by === null ? html`<span class="app">app</span>` : ''}${instantHtml(message.at)}${only === null ? '' : html`<span class="only">Only you see this</span>`}</p>
${contentHtml(scene, message)}${mentionsHtml(scene, message)}</div></li>`;
}

function mentionsHtml(scene: Scene, { notified }: LocalMessage): Html {
  const names = notified.map((userId) => scene.workspace.person(userId)?.name ?? userId);
  return names.length === 0
    ? html``
    : html`<p class="mentions">${names.map((name) => html`<span class="mention">@${name}</span> `)}</p>`;
}

function contentHtml(scene: Scene, message: LocalMessage): Html {
  const { content, names, text, id } = message;
  switch (content.kind) {
    case 'card':
      return cardHtml(scene, content.card, names, id);
    case 'note':
      return noteHtml(scene, content.note, names, id);
    case 'answer':
      return answerHtml(scene, content.answer, names);
    case 'lines':
      return linesHtml(message);
    case 'typed':
      return html`<p class="text"><code class="typed">${text}</code></p>`;
    case 'said':
      return html`<p class="text">${text}</p>`;
  }
}

/** Lines of the audit trail: number and hash lead back to the entry. */
export function linesHtml({ content, names }: LocalMessage): Html {
  if (content.kind !== 'lines') return html``;
  return html`<ul class="lines">${content.lines.map(({ seq, hash, text }) => html`<li><span class="entry">#${seq} <code>${hash}</code></span> <span>${richHtml(text, names)}</span></li>`)}</ul>`;
}
