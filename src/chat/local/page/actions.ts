/** What somebody does on the page: each becomes a delivery, as it would from any chat program. */

import { COMMAND } from '../../../core/command-words.ts';
import { parseRequestId } from '../../../core/ids.ts';
import { parseDuration } from '../../../core/time.ts';
import { plainText } from '../../../core/typed.ts';
import type { ButtonAction, FormAction, FormFaults } from '../../../core/view.ts';
import { FORM_ACTIONS, opensForm } from '../../../core/view.ts';
import type { AskValues } from '../../platform.ts';
import { filledForm } from '../../platform.ts';
import type { DoneAt } from '../doing.ts';
import { type Address, addressFrom, hrefOf, oneOf } from './address.ts';
import { openPlace, type Scene, type Sent, type Verb } from './scene.ts';

/** Where to go on; or the form again, with what is wrong with it. */
export type Next =
  | { readonly kind: 'go'; readonly href: string }
  | { readonly kind: 'again'; readonly address: Address; readonly sent: Sent };

type Form = URLSearchParams;
type Stage = Pick<Scene, 'workspace' | 'me' | 'address'>;

export const ACTIONS: Readonly<Record<Verb, (scene: Stage, form: Form) => Promise<Next>>> = {
  say,
  press,
  confirm,
  ask,
  reason,
};

/** The address that a form names as its origin; undefined when it is none of ours. */
export function backOf(form: Form): Address | undefined {
  const back = form.get('back') ?? '';
  return back.startsWith('/as/') ? addressFrom(new URL(back, 'http://localhost')) : undefined;
}

const stay = ({ address }: Stage, change: Partial<Address> = {}): Next => ({
  kind: 'go',
  href: hrefOf(address, { form: null, role: null, ...change }),
});

function doneAt(scene: Stage, form: Form): DoneAt {
  const place = openPlace(scene);
  const key = form.get('key') ?? '';
  return {
    ...(place === null ? {} : { place }),
    ...(/^[\w-]{16,64}$/.test(key) ? { key: `page:${scene.me.userId}:${key}` } : {}),
  };
}

const TYPED = new RegExp(`^${COMMAND}(\\s|$)`, 'i');

async function say(scene: Stage, form: Form): Promise<Next> {
  const text = (form.get('text') ?? '').trim().slice(0, 4_000);
  if (text === '') return stay(scene);
  const isCommand = TYPED.test(text) || scene.address.at.kind === 'direct';
  if (isCommand) return typed(scene, text, form);
  const place = openPlace(scene);
  if (place !== null) {
    scene.workspace.board.post({ place, content: { kind: 'said' }, text, by: scene.me.userId });
    scene.workspace.changed();
  }
  return stay(scene);
}

/** What was typed is shown to whoever typed it, and can be recalled. */
async function typed(scene: Stage, text: string, form: Form): Promise<Next> {
  const { workspace, me } = scene;
  const rest = text.replace(TYPED, '').trim();
  const at = doneAt(scene, form);
  const place = at.place ?? { kind: 'direct', userId: me.userId };
  const opens = workspace.door.formFor(rest);
  if (opens !== undefined) {
    remember(scene, place, text);
    return stay(scene, { form: 'ask', role: opens.role });
  }
  const receipt = await workspace.deliver(me.userId, { kind: 'typed', text: rest }, at);
  if (receipt.kind === 'accepted') remember(scene, place, text);
  return stay(scene);
}

function remember({ workspace, me }: Stage, place: NonNullable<DoneAt['place']>, text: string) {
  const content = { kind: 'typed' } as const;
  workspace.board.post({ place, content, text, by: me.userId, only: me.userId });
  workspace.changed();
}

const BUTTONS: readonly ButtonAction[] = [
  ...(['approve', 'withdraw', 'return', 'ask'] as const),
  ...FORM_ACTIONS,
];

async function press(scene: Stage, form: Form): Promise<Next> {
  const action = oneOf(BUTTONS, form.get('action'));
  const request = form.get('request') ?? '';
  if (action === null) return stay(scene);
  if (action === 'ask') return stay(scene, { form: 'ask' });
  if (opensForm(action)) return openReason(scene, action, request);
  const id = form.get('message') ?? '';
  const message = scene.workspace.board.get(id) === undefined ? null : { message: id };
  const intent = { kind: 'pressed', action, request } as const;
  await scene.workspace.deliver(scene.me.userId, intent, { ...doneAt(scene, form), message });
  return stay(scene);
}

async function confirm(scene: Stage, form: Form): Promise<Next> {
  const intent = { kind: 'confirmed', preview: form.get('preview') ?? '' } as const;
  await scene.workspace.deliver(scene.me.userId, intent, doneAt(scene, form));
  return stay(scene);
}

/** The form belongs to the request, so the panels beside it turn to that request too. */
function openReason(scene: Stage, form: FormAction, request: string): Next {
  return stay(scene, { form, request: parseRequestId(request) ?? null });
}

async function ask(scene: Stage, form: Form): Promise<Next> {
  const values = valuesFrom(form);
  const address: Address = { ...scene.address, form: 'ask', role: values.role || null };
  if (form.get('step') === 'role') return { kind: 'again', address, sent: { values, faults: {} } };
  const { workspace, me } = scene;
  const io = { signal: AbortSignal.timeout(10_000) };
  const faults = await workspace.door.checkForm(workspace.account(me.userId), values, io);
  if (Object.keys(faults).length > 0) return { kind: 'again', address, sent: { values, faults } };
  const intent = { kind: 'submitted', form: 'ask', values } as const;
  await workspace.deliver(me.userId, intent, doneAt(scene, form));
  return stay(scene);
}

const INPUT = 'input:';

function valuesFrom(form: Form): AskValues {
  const inputs = [...form].filter(([name]) => name.startsWith(INPUT));
  return {
    role: form.get('role') ?? '',
    duration: form.get('duration') ?? '',
    reason: form.get('reason') ?? '',
    start: form.get('start') ?? '',
    inputs: Object.fromEntries(inputs.map(([name, value]) => [name.slice(INPUT.length), value])),
  };
}

function faultsOf(form: FormAction, { reason, duration }: AskValues): FormFaults {
  const isTimed = form !== 'extend' || parseDuration(plainText(duration)) !== undefined;
  return {
    ...(isTimed ? {} : { duration: 'Write a duration such as 30m or 2 hours.' }),
    ...(reason.trim() === '' ? { reason: 'Say why.' } : {}),
  };
}

async function reason(scene: Stage, form: Form): Promise<Next> {
  const kind = oneOf(FORM_ACTIONS, form.get('form'));
  const request = form.get('request') ?? '';
  const values = valuesFrom(form);
  if (kind === null) return stay(scene);
  const faults = faultsOf(kind, values);
  if (Object.keys(faults).length > 0) {
    const address: Address = { ...scene.address, form: kind, request };
    return { kind: 'again', address, sent: { values, faults } };
  }
  const intent = filledForm(kind, request, values);
  await scene.workspace.deliver(scene.me.userId, intent, doneAt(scene, form));
  return stay(scene);
}
