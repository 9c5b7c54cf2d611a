/** Direct messages: by which of their accounts somebody is written to, and the card that is put there. */
import type { Platform } from '../chat/platform.ts';
import { copyIdOf } from '../core/ids.ts';
import type { Json } from '../core/policy.ts';
import type { Account, Principal } from '../core/principal.ts';
import { accountKey } from '../core/principal.ts';
import type { AccessRequest } from '../core/request.ts';
import type { Copy } from '../store/store.ts';
import { trusted } from './people.ts';
import type { Shell } from './shell.ts';

interface Way {
  readonly platform: Platform;
  readonly account: Account;
}

/** Every account by which they may be reached: of a request, one on the platform of its channel first. */
export function waysTo(
  { platforms }: Pick<Shell, 'platforms'>,
  { accounts }: Principal,
  request?: Pick<AccessRequest, 'role'>,
): readonly Way[] {
  const preferred = request?.role.channel.platform;
  const isPreferred = (account: Account) => account.platform === preferred;
  const first = accounts.filter(isPreferred);
  const others = accounts.filter((account) => !isPreferred(account));
  return [...first, ...others].flatMap((account) => {
    const platform = platforms.get(account.platform);
    return platform === undefined ? [] : [{ platform, account }];
  });
}

export function directCopy(
  request: AccessRequest,
  { id: principal }: Principal,
  { account }: Way,
): Copy {
  return {
    id: copyIdOf(request.id, account.platform, `person/${accountKey(account)}`),
    request: request.id,
    platform: account.platform,
    where: { kind: 'person', account } as unknown as Json,
    principal,
    ref: null,
    drawnVersion: 0,
    toldSeq: 0,
    undeliverable: false,
  };
}

/** For somebody whom this copy never reached: one in another chat, where none was tried yet. */
export async function elsewhere(
  shell: Shell,
  request: AccessRequest,
  { principal }: Copy,
): Promise<Copy | undefined> {
  const record = principal === null ? undefined : (await shell.store.person(principal))?.value;
  if (record === undefined) return undefined;
  const tried = new Set((await shell.store.copiesOf(request.id)).map(({ id }) => id));
  const person = trusted(record);
  return waysTo(shell, person, request)
    .map((way) => directCopy(request, person, way))
    .find(({ id }) => !tried.has(id));
}
