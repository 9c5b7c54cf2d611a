/** What is wrong with a filled form, field by field. */
import type { AskValues } from '../chat/platform.ts';
import { inputFaultText, readInputs } from '../core/inputs.ts';
import type { Role } from '../core/policy.ts';
import type { Refusal } from '../core/refusal.ts';
import { refusalText } from '../core/refusal-text.ts';
import { plainSentence } from '../core/rich.ts';
import type { FormFaults } from '../core/view.ts';

export const isEmpty = (faults: FormFaults): boolean => Object.keys(faults).length === 0;

/** All of them at once: a form is corrected in one go. */
export function inputFaults(role: Role | undefined, inputs: AskValues['inputs']): FormFaults {
  if (role === undefined) return {};
  const { faults } = readInputs(role.inputs, inputs);
  return Object.fromEntries(
    faults.map((fault) => [`input:${fault.name}`, plainSentence(inputFaultText(fault))]),
  );
}

export function faultOf(refusal: Refusal): FormFaults {
  const text = plainSentence(refusalText(refusal));
  switch (refusal.code) {
    case 'too-long':
      return { duration: text };
    case 'start-past':
    case 'start-too-far':
      return { start: text };
    case 'reason-missing':
    case 'reason-unfit':
    case 'reason-too-long':
      return { reason: text };
    case 'input-missing':
    case 'input-unfit':
    case 'input-unknown':
      return { [`input:${refusal.name}`]: text };
    default:
      return { role: text };
  }
}
