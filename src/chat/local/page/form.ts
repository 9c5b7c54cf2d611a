/** Forms, in a dialog: asking, the reason for a denial or a revocation, and how much longer. */
import type { InputSpec } from '../../../core/policy.ts';
import { formatDuration } from '../../../core/time.ts';
import type {
  AnswerView,
  AskForm,
  AskFormRole,
  FormAction,
  FormFaults,
} from '../../../core/view.ts';
import type { AskValues } from '../../platform.ts';
import { hrefOf } from './address.ts';
import { answerHtml } from './card.ts';
import { type Html, html, nothing, type Part } from './html.ts';
import { richHtml } from './rich.ts';
import { postForm, type Scene } from './scene.ts';

const NO_VALUES: AskValues = { role: '', duration: '', reason: '', inputs: {} };

export async function dialogHtml(scene: Scene): Promise<Html> {
  switch (scene.address.form) {
    case null:
      return nothing;
    case 'ask':
      return dialog(scene, 'Ask for access', await askHtml(scene));
    case 'deny':
      return dialog(scene, 'Deny', reasonHtml(scene, 'deny'));
    case 'revoke':
      return dialog(scene, 'Revoke', reasonHtml(scene, 'revoke'));
    case 'extend':
      return dialog(scene, 'Extend', reasonHtml(scene, 'extend'));
    case 'justified':
    case 'unjustified':
      return dialog(scene, 'Review', reasonHtml(scene, scene.address.form));
  }
}

function closed({ address }: Scene): string {
  return hrefOf(address, { form: null, role: null });
}

function dialog(scene: Scene, title: string, inner: Html): Html {
  return html`<dialog id="dialog" open aria-labelledby="dialog-title"><header><h2 id="dialog-title">${title}</h2><a href="${closed(scene)}" class="close" aria-label="Close">✕</a></header>${inner}</dialog>`;
}

function foot(scene: Scene, send: Html): Html {
  return html`<footer><a class="button plain" href="${closed(scene)}">Cancel</a>${send}</footer>`;
}

async function askHtml(scene: Scene): Promise<Html> {
  const { workspace, me, address } = scene;
  const io = { signal: AbortSignal.timeout(5_000) };
  const formFor = (role: string | null) =>
    workspace.door.askForm(workspace.account(me.userId), role, io);
  let form = await formFor(address.role);
  if (!('roles' in form)) return html`<div class="form">${answerHtml(scene, form, {})}</div>`;
  const [only, ...others] = form.roles;
  if (form.chosen === null && only !== undefined && others.length === 0)
    form = await formFor(only.name);
  return askFields(scene, form);
}

function askFields(scene: Scene, form: AskForm | AnswerView): Html {
  if (!('roles' in form)) return html`<div class="form">${answerHtml(scene, form, {})}</div>`;
  const { values = NO_VALUES, faults = {} } = scene.sent ?? {};
  const send =
    form.chosen === null
      ? html`<button class="button primary" name="step" value="role">Next</button>`
      : html`<button class="button primary">Ask</button>`;
  return postForm(
    scene,
    'ask',
    html`${rolePicker(form, faults)}${form.chosen === null ? '' : roleFields(form.chosen, values, faults)}${foot(scene, send)}`,
    'form',
  );
}

function rolePicker({ roles, chosen }: AskForm, faults: FormFaults): Html {
  const option = (name: string, description: string) =>
    html`<option value="${name}"${name === chosen?.name ? html` selected` : ''}>${name} — ${description}</option>`;
  const first = chosen === null ? html`<option value="">Choose a role…</option>` : '';
  const control = html`<select id="f-role" name="role" required data-resend ${described('role', faults)}>${first}${roles.map(({ name, description }) => option(name, description))}</select>`;
  return field('role', 'What do you need?', control, faults);
}

function roleFields(role: AskFormRole, values: AskValues, faults: FormFaults): Html {
  const longest = formatDuration(role.maxDuration);
  const given = values.duration || formatDuration(role.defaultDuration);
  const duration = html`<input id="f-duration" name="duration" value="${given}" autocomplete="off" ${described('duration', faults)}>`;
  const start = html`<input id="f-start" name="start" value="${values.start ?? ''}" autocomplete="off" placeholder="22:00, or 2026-12-01 09:00" ${described('start', faults)}>`;
  const reason = html`<textarea id="f-reason" name="reason" rows="3" placeholder="${role.reasonExample}" ${described('reason', faults)}>${values.reason}</textarea>`;
  const optional = role.reasonRequired ? '' : ' (optional)';
  return html`${field('duration', `For how long? At most ${longest}`, duration, faults)}
${Object.entries(role.inputs).map(([name, spec]) => inputField(name, spec, values.inputs[name] ?? '', faults))}
${field('start', 'From when? (optional; at once if empty)', start, faults)}
${field('reason', `Why?${optional}`, reason, faults)}
<p class="terms">Approval: ${richHtml(role.terms, {})}.</p>`;
}

function inputField(name: string, spec: InputSpec, value: string, faults: FormFaults): Html {
  const key = `input:${name}`;
  const label = `${capital(spec.label)}${spec.required ? '' : ' (optional)'}`;
  const control =
    spec.kind === 'choice'
      ? html`<select id="f-${key}" name="${key}" ${described(key, faults)}><option value="">Choose…</option>${spec.options.map((option) => html`<option${option === value ? html` selected` : ''}>${option}</option>`)}</select>`
      : html`<input id="f-${key}" name="${key}" value="${value}" autocomplete="off" placeholder="${exampleOf(spec)}" ${described(key, faults)}>`;
  return field(key, label, control, faults);
}

function exampleOf(spec: InputSpec): string {
  switch (spec.kind) {
    case 'ip':
      return '192.0.2.7';
    case 'port':
      return String(spec.min);
    case 'text':
      return spec.example ?? '';
    case 'choice':
      return '';
  }
}

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function described(name: string, faults: FormFaults): Html {
  return faults[name] === undefined
    ? nothing
    : html`aria-invalid="true" aria-describedby="fault-${name}"`;
}

function field(name: string, label: string, control: Part, faults: FormFaults): Html {
  const fault = faults[name];
  const said =
    fault === undefined ? '' : html`<p class="fault" id="fault-${name}" role="alert">${fault}</p>`;
  return html`<div class="field"><label for="f-${name}">${label}</label>${control}${said}</div>`;
}

const READ = 'Why? The requester and the thread will read it';
const SENDING = {
  deny: { send: 'Deny', tone: 'danger', label: READ },
  revoke: { send: 'Revoke', tone: 'danger', label: READ },
  extend: { send: 'Ask', tone: 'primary', label: 'Why? Whoever decides will read it' },
  justified: { send: 'Justified', tone: 'primary', label: READ },
  unjustified: { send: 'Not justified', tone: 'danger', label: READ },
} as const;

function longerHtml({ duration }: AskValues, faults: FormFaults): Html {
  const control = html`<input id="f-duration" name="duration" value="${duration}" placeholder="30m" autocomplete="off" ${described('duration', faults)}>`;
  return field('duration', 'How much longer?', control, faults);
}

function reasonHtml(scene: Scene, form: FormAction): Html {
  const { request } = scene.address;
  const card = scene.workspace.board.cards(request ?? '')[0];
  const about =
    card?.content.kind === 'card'
      ? html`<p class="about">${richHtml(card.content.card.title, card.names)}</p>`
      : nothing;
  const { values = NO_VALUES, faults = {} } = scene.sent ?? {};
  const control = html`<textarea id="f-reason" name="reason" rows="3" ${described('reason', faults)}>${values.reason}</textarea>`;
  const hidden = html`<input type="hidden" name="form" value="${form}"><input type="hidden" name="request" value="${request}">`;
  const { send, tone, label } = SENDING[form];
  const button = html`<button class="button ${tone}">${send}</button>`;
  return postForm(
    scene,
    'reason',
    html`${hidden}${about}${form === 'extend' ? longerHtml(values, faults) : ''}${field('reason', label, control, faults)}${foot(scene, button)}`,
    'form',
  );
}
