/** Access now: every grant that is live, and below it what the gate itself answers. */
import type { GateVerdict, LiveGrant } from '../../../core/insight.ts';
import type { Names } from '../board.ts';
import type { LocalPerson } from '../people.ts';
import { buttonRow } from './card.ts';
import { type Html, html, nothing } from './html.ts';
import { namesFrom } from './names.ts';
import { agoHtml, countdownHtml, faceHtml, richHtml } from './rich.ts';
import type { Scene } from './scene.ts';

export async function accessHtml(scene: Scene): Promise<Html> {
  const { insight, workspace, me } = scene;
  const { view, people } = await insight.live(workspace.account(me.userId));
  const names = namesFrom(people);
  const grants = view.map((grant) => grantHtml(scene, grant, names));
  const none = html`<p class="quiet">Nobody has access now.</p>`;
  return html`<section class="grants" ${grants.length > 0 ? html`data-live` : nothing}><h2 class="hidden">Live access</h2>${grants.length === 0 ? none : html`<ul>${grants}</ul>`}</section>${await gateHtml(scene)}`;
}

const STATES: Readonly<Record<LiveGrant['state'], string>> = {
  waiting: 'being opened',
  confirmed: 'open',
  ending: 'being taken away',
  gone: 'gone',
};

function grantHtml(scene: Scene, grant: LiveGrant, names: Names): Html {
  const { role, what, state, startedAt, endsAt, said, saidAt } = grant;
  const left = Math.max(0, endsAt - scene.now);
  return html`<li class="grant grant-${state}">
<p class="grant-title"><strong>${role}</strong> <span>${names[grant.requester] ?? 'somebody'}</span><span class="pill">${STATES[state]}</span></p>
<p class="clock">${countdownHtml(endsAt, scene.now)}<progress max="${endsAt - startedAt}" value="${left}" data-until="${endsAt}" aria-label="time left"></progress></p>
<p class="said"><code>${what}</code><br>Read back: ${richHtml(said, names)}${saidAt === null ? '' : html`, ${agoHtml(saidAt, scene.now)}`}</p>
${buttonRow(scene, grant.buttons, null)}</li>`;
}

async function gateHtml({ insight, workspace }: Scene): Promise<Html> {
  const report = await insight.gate();
  if (report === null) return nothing;
  const rows = [...byPerson(report.verdicts)].map(([who, verdicts]) =>
    knockerHtml(who, verdicts, workspace.people()),
  );
  return html`<section class="gate"><h2>What the gate answers</h2><p class="quiet">${report.about}</p><ul>${rows}</ul></section>`;
}

function byPerson(verdicts: readonly GateVerdict[]): ReadonlyMap<string, readonly GateVerdict[]> {
  const found = new Map<string, GateVerdict[]>();
  for (const verdict of verdicts)
    found.set(verdict.who, [...(found.get(verdict.who) ?? []), verdict]);
  return found;
}

function knockerHtml(
  who: string,
  verdicts: readonly GateVerdict[],
  people: readonly LocalPerson[],
): Html {
  const person = people.find(({ email }) => email.toLowerCase() === who);
  const face = person === undefined ? '' : faceHtml(person.userId, person.name, 'small');
  const each = verdicts.map(
    ({ what, opens, said }) =>
      html`<li class="${opens ? 'opens' : 'shut'}"><small>${what}</small><span class="verdict"><code>${said}</code> ${opens ? 'lets in' : 'turns away'}</span></li>`,
  );
  return html`<li class="knocker">${face}<span class="name">${person?.name ?? who}</span><ul>${each}</ul></li>`;
}
