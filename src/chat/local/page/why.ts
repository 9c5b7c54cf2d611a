/** Why: the rule that decides about a request, its version, and its conditions, met and unmet. */
import { inForceText, type Met } from '../../../core/why.ts';
import { type Html, html } from './html.ts';
import { namesFrom } from './names.ts';
import { richHtml } from './rich.ts';
import type { Scene } from './scene.ts';

const SIGNS: Readonly<Record<Met, readonly [sign: string, word: string]>> = {
  yes: ['✓', 'met'],
  no: ['✕', 'not met'],
  waiting: ['…', 'not yet'],
  unknown: ['?', 'cannot be told, so not met'],
};

export async function whyHtml({ insight }: Scene, request: string): Promise<Html> {
  const found = await insight.why(request);
  if (found === undefined) return html`<p class="quiet">There is no such request.</p>`;
  const { view } = found;
  const names = namesFrom(found.people);
  return html`<h2>${richHtml(view.outcome, names)}</h2>
<dl class="rule"><div><dt>Request</dt><dd><code>#${view.request}</code></dd></div><div><dt>Rule</dt><dd><code>${view.rule}</code></dd></div><div><dt>Policy</dt><dd><code title="${view.policy}">${view.policy.slice(0, 8)}</code>, ${inForceText(view)}</dd></div></dl>
<ul class="conditions">${view.conditions.map(({ met, text }) => html`<li class="met-${met}"><span class="sign" aria-hidden="true">${SIGNS[met][0]}</span><span><span class="hidden">${SIGNS[met][1]}: </span>${richHtml(text, names)}</span></li>`)}</ul>`;
}
