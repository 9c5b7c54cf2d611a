/** A person as somebody typed them: `@ada`, `<@U123|ada>`, `ada@example.com`. */
import type { Delivery } from '../chat/platform.ts';
import type { PersonRecord } from '../store/store.ts';
import type { Shell } from './shell.ts';

const MENTION = /^<@([A-Za-z0-9_.-]{1,64})(?:\|[^>]*)?>$/;

/** Only somebody whom Hallpass has met; undefined otherwise. The tenant is that of who is asking. */
export async function findPerson(
  shell: Shell,
  typed: string,
  delivery: Pick<Delivery, 'account'>,
): Promise<PersonRecord | undefined> {
  const who = typed.trim();
  const { platform, tenant } = delivery.account;
  const mentioned = MENTION.exec(who)?.[1] ?? who.replace(/^@/, '');
  const byAccount = await shell.store.personByAccount({ platform, tenant, userId: mentioned });
  if (byAccount !== undefined) return byAccount.value;
  return (await shell.store.personByEmail(mentioned.toLowerCase()))?.value;
}
