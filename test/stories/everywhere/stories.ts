/** Each a script of steps, played alike in every chat. */
import { changed } from '../cast.ts';
import { glassBroken, reviewReminded, WITH_GLASS } from './break-glass.ts';
import { outsiders, ownRequest, pair, staleButton, twoAtOnce } from './clicks.ts';
import { forLess, lessMore, theLeast } from './counter-offers.ts';
import { extended, notExtended, overlapping, returnedMeanwhile } from './extensions.ts';
import {
  automatic,
  decidedInDirect,
  denial,
  escalated,
  expired,
  frozen,
  frozenByButton,
  happyPath,
  reminded,
  restarted,
  returned,
  revoked,
  withdrawn,
} from './lives.ts';
import { form, lookedUp, overview, threadTellsAll } from './readings.ts';
import { RULE_STORIES } from './rule-stories.ts';
import type { Scene } from './scene.ts';
import { forLater, neverStarts, startsLater } from './starts.ts';

export interface Story {
  readonly play: (scene: Scene) => Promise<void>;
  /** Where it is not the cast's. */
  readonly policy?: string;
}

export const STORIES: Readonly<Record<string, Story>> = {
  'access that is approved opens, is warned of, and is proven gone when its time is over': {
    play: happyPath,
  },
  'a denial is told with its reason, and nothing opens': { play: denial },
  'access that is returned early is proven gone': { play: returned },
  'security revokes with a reason, and the requester hears it': { play: revoked },
  'access is extended by the one who has it, without a gap, and every card says until when': {
    play: extended,
  },
  'an extension that is denied leaves the access as it was, and its thread says so': {
    play: notExtended,
  },
  'a broken glass opens at once, is told to everybody who could have approved, and reviewed by somebody else':
    { play: glassBroken, policy: WITH_GLASS },
  'a review that nobody closes is overdue, and the channel is reminded until it is closed': {
    play: reviewReminded,
    policy: WITH_GLASS,
  },
  'an approver agrees to less time than was asked for, and everybody is told': { play: forLess },
  'of several who agree to less, the least counts': { play: theLeast },
  'an approver agrees to less of an extension than was asked for': { play: lessMore },
  'the first of two grants to end takes nothing from the second, and the last one out revokes': {
    play: overlapping,
  },
  'whoever returns what is to be extended closes the extension': { play: returnedMeanwhile },
  'access that is asked for later waits for its start, by the clock of whoever asks': {
    play: startsLater,
  },
  'what is withdrawn or revoked before its start gives nothing': { play: neverStarts },
  'an approver agrees to a later start, and everybody is told': { play: forLater },
  'an ask is withdrawn by its requester alone, and a late approval is told so': { play: withdrawn },
  'an ask that nobody answers goes to the next by direct message, which keeps up with it': {
    play: escalated,
  },
  'whoever is called by direct message decides there, and every copy says so': {
    play: decidedInDirect,
    policy: changed('to: security', 'to: leads'),
  },
  'whoever could approve is reminded in growing pauses, by the card and then by a nudge': {
    play: reminded,
    policy: changed(
      'escalate: [{ after: 5m, to: security }]',
      'escalate: [{ after: 5m, to: security }, { after: 20m, to: operators }]\n    remind: 4m',
    ),
  },
  'an ask that nobody decides on expires, everywhere that it stands': { play: expired },
  'nobody decides on their own request, and only they are told so': { play: ownRequest },
  'guests and strangers are told why not, and change nothing': { play: outsiders },
  'a button that is out of date does nothing': { play: staleButton },
  'the thread tells each event once, in order': { play: threadTellsAll },
  'of two who approve at once where one is enough, one wins and the other hears so': {
    play: twoAtOnce,
  },
  'where two are needed, one who approves twice is one': { play: pair },
  'a form says what is wrong with it, and asks once it is right': { play: form },
  'what somebody may see is told to them alone': { play: lookedUp },
  'an overview keeps up with what its reader has and may decide': { play: overview },
  'what a rule marks automatic needs nobody, and says so': { play: automatic },
  'a freeze asks to be confirmed, takes everything away, and holds until it is thawed': {
    play: frozen,
  },
  'a freeze and a thaw are confirmed by the button below what was told, once, soon, and by nobody else':
    { play: frozenByButton },
  'a restart forgets no card, no button and no end': { play: restarted },
  ...RULE_STORIES,
};
