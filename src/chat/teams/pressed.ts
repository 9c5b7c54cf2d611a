/** What came back from a button or a form. Nothing in it is trusted. */
import { z } from 'zod';
import type { FormAction } from '../../core/view.ts';
import { FORM_ACTIONS } from '../../core/view.ts';
import type { AskValues } from '../platform.ts';
import { CONFIRM, longerInput, MARK, reasonInput } from './actions.ts';
import type { ActionData } from './elements.ts';

export type PressedAction =
  | { readonly verb: 'approve' | 'withdraw' | 'return' | 'refresh'; readonly request: string }
  | {
      readonly verb: FormAction;
      readonly request: string;
      readonly reason: string;
      /** Of an extension: how much longer, as typed. */
      readonly duration?: string;
    }
  | { readonly verb: typeof CONFIRM; readonly preview: string }
  /** Wants the form. */
  | { readonly verb: 'ask'; readonly role: string | null }
  | { readonly verb: 'choose'; readonly role: string }
  | { readonly verb: 'submit-ask'; readonly values: AskValues };

/** More than anybody may type, so that what is too long is still told so. */
const typed = z.string().max(10_000);
const request = z.string().min(1).max(64);
const role = z.string().min(1).max(100);

const shape = z.discriminatedUnion('verb', [
  z.object({ verb: z.enum(['approve', 'withdraw', 'return', 'refresh']), request }),
  z.object({ verb: z.enum(FORM_ACTIONS), request }),
  z.object({ verb: z.literal(CONFIRM), preview: z.string().min(1).max(300) }),
  z.object({ verb: z.literal('ask'), role: role.nullish() }),
  z.object({ verb: z.literal('choose'), role }),
  z.object({
    verb: z.literal('submit-ask'),
    role,
    duration: typed.default(''),
    start: typed.default(''),
    reason: typed.default(''),
  }),
]);

/**
 * @param value of an activity: an `adaptiveCard/action`, a `task/fetch` or `task/submit`, or a message
 * that a button of an old client sent
 */
export function readAction(value: unknown): PressedAction | undefined {
  const data = dataIn(value);
  if (data === undefined || data.hallpass !== MARK.hallpass) return undefined;
  const read = shape.safeParse(data);
  return read.success ? actionOf(read.data, data) : undefined;
}

function actionOf(read: z.infer<typeof shape>, data: ActionData): PressedAction | undefined {
  switch (read.verb) {
    case 'approve':
    case 'withdraw':
    case 'return':
    case 'refresh':
      return { verb: read.verb, request: read.request };
    case 'deny':
    case 'revoke':
    case 'extend':
    case 'justified':
    case 'unjustified':
      return withReason(read.verb, read.request, data);
    case CONFIRM:
      return { verb: CONFIRM, preview: read.preview };
    case 'ask':
      return { verb: 'ask', role: read.role ?? null };
    case 'choose':
      return { verb: 'choose', role: read.role };
    case 'submit-ask':
      return submitted(read, data);
  }
}

function withReason(verb: FormAction, of: string, data: ActionData): PressedAction | undefined {
  const reason = typed.default('').safeParse(ownValue(data, reasonInput(verb, of)));
  if (!reason.success) return undefined;
  const said = { verb, request: of, reason: reason.data };
  if (verb !== 'extend') return said;
  const longer = typed.default('').safeParse(ownValue(data, longerInput(of)));
  return longer.success ? { ...said, duration: longer.data } : undefined;
}

type Filled = Extract<z.infer<typeof shape>, { verb: 'submit-ask' }>;

function submitted({ role: of, duration, start, reason }: Filled, data: ActionData) {
  const inputs = inputsIn(data);
  if (inputs === undefined) return undefined;
  return { verb: 'submit-ask', values: { role: of, duration, start, reason, inputs } } as const;
}

/** The inputs that a role asks for are called this. */
export const INPUT = 'input:';
/** As policy names them: nothing that an object has of itself begins with anything else than a letter. */
const INPUT_ID = /^input:([a-z][a-z0-9_.-]{0,39})$/;

function inputsIn(data: ActionData): Record<string, string> | undefined {
  const inputs: [string, string][] = [];
  for (const [id, value] of Object.entries(data)) {
    const name = INPUT_ID.exec(id)?.[1];
    if (name === undefined || value === '' || value === undefined) continue;
    const text = typed.safeParse(value);
    if (!text.success) return undefined;
    inputs.push([name, text.data]);
  }
  return Object.fromEntries(inputs);
}

function dataIn(value: unknown): ActionData | undefined {
  if (!isRecord(value)) return undefined;
  const action = ownValue(value, 'action');
  if (isRecord(action)) return executed(action);
  const data = ownValue(value, 'data');
  return { ...(isRecord(data) ? data : value) };
}

/** The verb of `Action.Execute` stands beside its data, and goes before one within. */
function executed(action: ActionData): ActionData | undefined {
  const data = ownValue(action, 'data');
  return isRecord(data) ? { ...data, verb: ownValue(action, 'verb') } : undefined;
}

const isRecord = (value: unknown): value is ActionData =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ownValue = (data: ActionData, key: string): unknown =>
  Object.hasOwn(data, key) ? data[key] : undefined;
