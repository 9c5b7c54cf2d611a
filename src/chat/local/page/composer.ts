/** The line to write on, and what `/` completes to. */
import { COMMAND_WORDS, type CommandWord } from '../../../core/command-words.ts';
import { type Html, html } from './html.ts';
import { postForm, type Scene } from './scene.ts';

const HELP: Readonly<Record<CommandWord, readonly [insert: string, help: string]>> = {
  help: ['help', 'what there is to type'],
  roles: ['roles', 'what you may ask for, and on what terms'],
  mine: ['mine', 'your requests'],
  status: ['status ', '<id> · how one request stands'],
  why: ['why ', '<id> · which rules it meets, and which not'],
  withdraw: ['withdraw ', '<id> · take an ask back'],
  return: ['return ', '<id> · hand access back early'],
  extend: ['extend ', '<id> <duration> <reason> · ask for more time'],
  revoke: ['revoke ', '<id> <reason> · end somebody’s access'],
  history: ['history', '[role or @person] · what was asked before'],
  approve: ['approve ', '<id> · agree to a request'],
  deny: ['deny ', '<id> <reason> · say no'],
  attest: ['attest ', '<id> <how you know> · say that access is gone'],
  'break-glass': [
    'break-glass ',
    '<role> <duration> <reason> · access at once, reviewed afterwards',
  ],
  review: ['review ', '<id> justified <why> · say what you make of a break-glass'],
  away: ['away until ', '<when> · you are not told what waits for you'],
  delegate: ['delegate ', '@person until <when> · they are told instead of you'],
  back: ['back', 'end either of these'],
  restore: ['restore ', '@person · restore an account'],
  freeze: ['freeze ', '<reason> · take away all access, give nothing new'],
  thaw: ['thaw ', '<reason> · end a freeze'],
};

/** As many as anybody goes back to. */
const RECALLED = 30;

export async function composerHtml(scene: Scene): Promise<Html> {
  const { at } = scene.address;
  const where = at.kind === 'channel' ? `#${at.channel}` : 'Hallpass';
  const inner = html`<label class="hidden" for="composer">Write to ${where}</label>
<input id="composer" name="text" autocomplete="off" spellcheck="false" maxlength="4000" placeholder="Write to ${where}, or type /jit to ask for access" role="combobox" aria-expanded="false" aria-autocomplete="list" aria-controls="completions">
<button class="button primary send">Send</button>
<ul id="completions" role="listbox" aria-label="Commands" hidden></ul>`;
  return html`<div class="composer">${postForm(scene, 'say', inner, 'composer-form')}
<p class="keys"><kbd>/</kbd> completes <kbd>↑</kbd> recalls <kbd>Enter</kbd> sends</p>
<ul id="known-commands" hidden>${await completions(scene)}</ul>
<ul id="recalled" hidden>${recalled(scene).map((text) => html`<li>${text}</li>`)}</ul></div>`;
}

async function completions({ workspace, me }: Scene): Promise<readonly Html[]> {
  const io = { signal: AbortSignal.timeout(2_000) };
  const form = await workspace.door.askForm(workspace.account(me.userId), null, io);
  const roles = 'roles' in form ? form.roles : [];
  return [
    completion('', 'opens the form'),
    ...roles.map(({ name, description }) => completion(`${name} `, description)),
    ...COMMAND_WORDS.map((word) => completion(...HELP[word])),
  ];
}

function completion(insert: string, help: string): Html {
  return html`<li data-insert="/jit ${insert}">${help}</li>`;
}

/** What this person typed, newest first, each once. */
function recalled({ workspace, me }: Scene): readonly string[] {
  const typed = workspace.board
    .privateTo(me.userId)
    .flatMap(({ content, text }) => (content.kind === 'typed' ? [text] : []));
  return [...new Set(typed.reverse())].slice(0, RECALLED);
}
