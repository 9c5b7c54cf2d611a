/** `extend <id> <duration> <reason>`, after the id. The duration is how much longer. */
import { asText } from './command-ask.ts';
import { formatCommand } from './command-format.ts';
import { leadingDuration, tokenise } from './command-tokens.ts';
import type { RequestId } from './ids.ts';
import { MINUTE } from './time.ts';
import { REASON_LIMIT, reasonTooLong } from './typed.ts';
import type { ParsedLine, TypedExtension } from './typed-command.ts';

/** @param rest as `plainText` leaves it */
export function readExtension(request: RequestId, rest: string): ParsedLine {
  const words = tokenise(rest);
  const found = leadingDuration(words);
  const reason = asText(words.slice(found?.used ?? 0));
  const known = { request, ...(found && { duration: found.duration }) };
  const mistake = (message: string): ParsedLine => {
    return { kind: 'mistake', message, example: extensionExample(known) };
  };
  if (found === undefined)
    return mistake('`extend` needs a duration after the id: how much longer it shall be.');
  if (reason === '') return mistake('`extend` needs a reason after the duration.');
  if (reason.length > REASON_LIMIT) return mistake(reasonTooLong(reason.length));
  return { kind: 'extend', request, duration: found.duration, reason };
}

export function extensionExample(
  given: Pick<TypedExtension, 'request'> & Partial<TypedExtension>,
): string {
  const reason = 'the rollback takes longer';
  return formatCommand({ duration: 30 * MINUTE, reason, ...given, kind: 'extend' });
}
