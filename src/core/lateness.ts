/** How long after its end an access was seen gone: whoever answers for it has to be told. */
import type { AccessRequest, EndProof } from './request.ts';
import type { Rich } from './rich.ts';
import { span } from './rich.ts';
import { MINUTE } from './time.ts';

/** What taking it back and reading it twice may take where all is well. */
const USUAL = 2 * MINUTE;

/** @returns nothing where it was gone in time, or where nobody read when */
export function lateness(proof: EndProof, request: AccessRequest): Rich {
  if (proof.kind !== 'proven' || !('endsAt' in request)) return [];
  const late = proof.secondReadAt - request.endsAt;
  return late < USUAL ? [] : [', ', span(late), ' after its end'];
}
