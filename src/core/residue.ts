/** What may outlive an access, as its provider declares it: sessions, open connections, propagation. */
import type { EndProof } from './request.ts';
import type { Rich } from './rich.ts';
import { instant, span } from './rich.ts';
import type { Millis } from './time.ts';

export interface Residue {
  /** Whole sentences. Untrusted text. */
  readonly text: string;
  /** For how long at most after the access is gone; null: nobody knows. */
  readonly lasts: Millis | null;
}

/** Before the end. */
export function mayRemain({ text, lasts }: Residue): Rich {
  return lasts === null
    ? [text, ' How long that may be is not known.']
    : [text, ' That may be for ', span(lasts), ' after the end.'];
}

/**
 * After the end. It counts from the second read, after which nothing can begin any more; what is not
 * proven gone has no such moment. Nothing remains where nothing of ours was, or where nothing ended.
 */
export function remains({ text, lasts }: Residue, proof: EndProof): Rich {
  if (proof.kind === 'shared' || proof.kind === 'not-ours') return [];
  if (proof.kind === 'attested' || lasts === null)
    return [text, ' Until when that may be is not known.'];
  return [text, ' That may be until ', instant(proof.secondReadAt + lasts), '.'];
}
