/** A request's card as one person may see it: read when they look, never decided by. */
import type { ChatIo, MessageRef, PersonalCard } from '../chat/platform.ts';
import { canonical } from '../core/audit.ts';
import { cardView } from '../core/card.ts';
import { parseRequestId } from '../core/ids.ts';
import type { Account, Principal } from '../core/principal.ts';
import type { AccessRequest } from '../core/request.ts';
import type { AnswerView } from '../core/view.ts';
import type { Versioned } from '../store/store.ts';
import { refusalAnswer } from './answers.ts';
import type { Directory } from './directory.ts';
import type { Gallery } from './gallery.ts';
import { peopleIn } from './gallery.ts';
import { maySee } from './looks.ts';
import type { Shell } from './shell.ts';

export interface PersonalParts {
  readonly directory: Directory;
  readonly gallery: Gallery;
}

export interface Look {
  readonly account: Account;
  readonly request: string;
  readonly seenAt: MessageRef | null;
}

/** @throws ChatError */
export async function personalCard(
  shell: Shell,
  { directory, gallery }: PersonalParts,
  look: Look,
  io: ChatIo,
): Promise<PersonalCard | AnswerView> {
  const identity = await directory.identify(look.account, io);
  if (identity.kind === 'refused') return refusalAnswer(identity.refusal);
  const id = parseRequestId(look.request);
  const request = id && (await shell.store.request(id));
  if (request === undefined) return UNKNOWN;
  const viewer = await gallery.viewer(identity.person.id, [request.value]);
  const isShown = await standsAt(shell, request.value, look);
  if (!isShown && !maySee(request.value, viewer)) return UNKNOWN;
  return draw(gallery, request, identity.person, viewer);
}

const UNKNOWN = refusalAnswer({ code: 'unknown-request' });

async function draw(
  gallery: Gallery,
  request: Versioned<AccessRequest>,
  person: Principal,
  viewer: Awaited<ReturnType<Gallery['viewer']>>,
): Promise<PersonalCard> {
  const card = cardView({
    request: request.value,
    version: request.version,
    texts: await gallery.texts(request.value),
    viewer,
    mentions: null,
    viewers: [person.id],
  });
  return { card, people: await gallery.peopleById([...peopleIn(request.value), person.id]) };
}

/** NB. What stands in a button may be any id: only where a card of that very request stands is it seen. */
async function standsAt(
  shell: Shell,
  request: AccessRequest,
  { account, seenAt }: Look,
): Promise<boolean> {
  if (seenAt === null) return false;
  const copies = await shell.store.copiesOf(request.id);
  return copies.some(
    ({ platform, ref }) =>
      platform === account.platform && ref !== null && canonical(ref) === canonical(seenAt),
  );
}
