/** Cards, notes and answers as HTML. What they say is the core's; how it looks is here, and once. */
import type {
  AnswerView,
  Button,
  CardView,
  Confirmation,
  NoteView,
  Tone,
} from '../../../core/view.ts';
import type { Names } from '../board.ts';
import { hrefOf, type Panel } from './address.ts';
import { type Html, html, nothing } from './html.ts';
import { richHtml } from './rich.ts';
import { postForm, type Scene } from './scene.ts';

/** For those who do not see the colour. */
const TONES: Readonly<Record<Tone, string>> = {
  waiting: 'Waiting',
  working: 'Working',
  open: 'Open',
  closed: 'Closed',
  refused: 'Refused',
  broken: 'Break-glass',
  alarm: 'Alarm',
};

/** @param message the message that it stands in, null where it is drawn for one page */
export function cardHtml(scene: Scene, card: CardView, names: Names, message: string | null): Html {
  const id = `${message ?? 'home'}-${card.request}`;
  return html`<article class="card tone-${card.tone}" aria-labelledby="${id}">
<header><h3 id="${id}">${richHtml(card.title, names)}</h3><span class="pill">${TONES[card.tone]}</span></header>
<p class="headline">${richHtml(card.headline, names)}</p>
<dl>${card.fields.map((field) => html`<div><dt>${field.label}</dt><dd>${richHtml(field.value, names)}</dd></div>`)}</dl>
${buttonRow(scene, card.buttons, message)}
<footer><p>${richHtml(card.footer, names)}</p>${panelLinks(scene, card)}</footer>
</article>`;
}

function panelLinks({ address, workspace }: Scene, { request }: CardView): Html {
  const below = workspace.board
    .cards(request)
    .flatMap(({ id }) => workspace.board.thread(id))
    .flatMap(({ content }) => (content.kind === 'lines' ? content.lines : []));
  const to = (panel: Panel) => hrefOf(address, { request, panel, form: null, verify: false });
  const lines = below.length === 1 ? '1 line' : `${below.length} lines`;
  return html`<nav class="card-links" aria-label="About request ${request}"><a href="${to('thread')}" class="thread-link">Thread <span>${lines}</span></a><a href="${to('why')}">Why</a><a href="${to('audit')}">Audit</a></nav>`;
}

export function noteHtml(scene: Scene, note: NoteView, names: Names, message: string): Html {
  return html`<p class="text">${richHtml(note.text, names)}</p>${buttonRow(scene, note.buttons, message)}`;
}

export function answerHtml(scene: Scene, answer: AnswerView, names: Names): Html {
  return html`<div class="answer answer-${answer.tone}">${answer.lines.map((line) => html`<p>${richHtml(line, names)}</p>`)}${exampleHtml(answer.example)}${confirmHtml(scene, answer.confirmation)}</div>`;
}

function confirmHtml(scene: Scene, confirmation: Confirmation | undefined): Html {
  if (confirmation === undefined) return nothing;
  const { label, tone, preview } = confirmation;
  const inner = html`<input type="hidden" name="preview" value="${preview}"><button class="button ${tone}">${label}</button>`;
  return html`<div class="buttons">${postForm(scene, 'confirm', inner)}</div>`;
}

function exampleHtml(example: string | null): Html {
  if (example === null) return nothing;
  return html`<p class="example"><code>${example}</code> <button type="button" class="link" data-fill="${example}">Use this</button></p>`;
}

export function buttonRow(scene: Scene, buttons: readonly Button[], message: string | null): Html {
  if (buttons.length === 0) return nothing;
  return html`<div class="buttons">${buttons.map((button) => buttonHtml(scene, button, message))}</div>`;
}

function buttonHtml(scene: Scene, button: Button, message: string | null): Html {
  const inner = html`<input type="hidden" name="request" value="${button.request}"><input type="hidden" name="message" value="${message}"><button name="action" value="${button.action}" class="button ${button.tone}">${button.label}</button>`;
  return postForm(scene, 'press', inner);
}
