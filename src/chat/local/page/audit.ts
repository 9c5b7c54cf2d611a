/** Audit: the entries of one request as they stand in the chain, and a walk over the whole of it. */
import type { TrailEntry } from '../../../core/insight.ts';
import type { Names } from '../board.ts';
import { hrefOf } from './address.ts';
import { type Html, html, nothing } from './html.ts';
import { namesFrom } from './names.ts';
import { instantHtml, richHtml } from './rich.ts';
import type { Scene } from './scene.ts';

export async function auditHtml(scene: Scene, request: string): Promise<Html> {
  const found = await scene.insight.trail(request);
  if (found === undefined) return html`<p class="quiet">There is no such request.</p>`;
  const names = namesFrom(found.people);
  const verify = hrefOf(scene.address, { panel: 'audit', verify: true });
  return html`<div class="verify"><a class="button primary" href="${verify}">Verify the chain</a>${await verdictHtml(scene)}</div>
<ol class="chain">${found.view.map((entry) => entryHtml(entry, names))}</ol>`;
}

async function verdictHtml({ insight, address }: Scene): Promise<Html> {
  if (!address.verify) return nothing;
  const { whole, said } = await insight.verify();
  return html`<p class="chain-verdict ${whole ? 'whole' : 'broken'}" role="status">${whole ? '✓' : '✕'} ${said}</p>`;
}

function entryHtml({ entry, text }: TrailEntry, names: Names): Html {
  const { seq, at, prev, hash, body } = entry;
  return html`<li><p class="byline"><strong>#${seq}</strong>${instantHtml(at)}</p><p>${richHtml(text, names)}</p>
<p class="hashes"><code title="${prev}">${prev.slice(0, 8)}</code> → <code title="${hash}">${hash.slice(0, 8)}</code></p>
<details id="entry-${seq}"><summary>What is hashed</summary><pre tabindex="0">${body}</pre></details></li>`;
}
