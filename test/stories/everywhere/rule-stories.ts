/** What policy asks for, and who tries to get round it: each a script of steps, played alike in every chat. */

import { BY_ACCOUNT } from '../cast.ts';
import { delegated, delegatedToNobody } from './absences.ts';
import {
  automaticOnce,
  PATIENT,
  RULED,
  strictest,
  UNREAD,
  unmet,
  whileFrozen,
} from './conditions.ts';
import {
  DELAYED,
  MANAGED,
  manager,
  onCall,
  SKIPPED,
  skippedForQuiet,
  TO_ON_CALL,
  toldAfterQuiet,
} from './ladders.ts';
import { CAPPED, LIMITED, ONE_LIVE, oneLive, perDay, usedUp } from './limits.ts';
import { BY_MEMBERS_TOO, BY_PAGERDUTY, handedOver, unanswered } from './on-call.ts';
import {
  approvedAndWithdrawn,
  askedAtTheEnd,
  extendedAndEnded,
  lastTwo,
  THREE_LEADS,
} from './races.ts';
import {
  BY_GROUP,
  groupEdited,
  inStages,
  nobodyLeft,
  OWN_TEAM,
  ownReport,
  removed,
  TWICE,
} from './stages.ts';
import type { Story } from './stories.ts';

export const RULE_STORIES: Readonly<Record<string, Story>> = {
  'stages follow one another, several decide at once, and each person fills one seat': {
    play: inStages,
    policy: TWICE,
  },
  'nobody approves for whom they report to, and anybody of any stage may deny': {
    play: ownReport,
    policy: TWICE,
  },
  'an ask that nobody could approve is refused at once, and says who is missing': {
    play: nobodyLeft,
    policy: OWN_TEAM,
  },
  'a stage is open again when its approver is put out of the group': {
    play: groupEdited,
    policy: BY_GROUP,
  },
  'whoever was put out of the group a moment ago approves nothing': {
    play: removed,
    policy: BY_ACCOUNT.policy,
  },
  'the strictest of the conditions that apply is what counts, and the card names them': {
    play: strictest,
    policy: RULED,
  },
  'what opens without approval is said to be automatic, and only so often': {
    play: automaticOnce,
    policy: RULED,
  },
  'a time in which nothing is changed refuses the last approval, and its end lets it through': {
    play: whileFrozen,
    policy: PATIENT,
  },
  'a condition that cannot be evaluated opens nothing, and what it might forbid is refused': {
    play: unmet,
    policy: UNREAD,
  },
  'what needs nobody is refused once its number is used up, to that person alone': {
    play: usedUp,
    policy: CAPPED,
  },
  'a pause and a daily sum are kept over returns, restarts and days': {
    play: perDay,
    policy: LIMITED,
  },
  'one person holds only so many at once, of all roles together': {
    play: oneLive,
    policy: ONE_LIVE,
  },
  'a shift that is handed over takes the right to approve with it': {
    play: handedOver,
    policy: BY_PAGERDUTY,
  },
  'while the roster does not answer nobody decides, and each is told what cannot be read': {
    play: unanswered,
    policy: BY_MEMBERS_TOO,
  },
  'two last approvals at once are one opening': { play: lastTwo, policy: THREE_LEADS },
  'of an approval and a withdrawal at once, one wins and the other hears so': {
    play: approvedAndWithdrawn,
  },
  'of an end and the approval of an extension at once, one wins and no access is left': {
    play: extendedAndEnded,
  },
  'an extension that is asked for at the very end extends nothing': { play: askedAtTheEnd },
  'what falls due in quiet hours is told after them, and decided where it is told': {
    play: toldAfterQuiet,
    policy: DELAYED,
  },
  'what falls due in quiet hours is skipped where policy says so, and the thread says that': {
    play: skippedForQuiet,
    policy: SKIPPED,
  },
  'whoever manages the requester is told, and may decide nothing for that': {
    play: manager,
    policy: MANAGED,
  },
  'a step goes to whoever is on call when it falls due': { play: onCall, policy: TO_ON_CALL },
  'whoever is away has somebody told instead, who may do what they could before': {
    play: delegated,
  },
  'a delegate whom policy names nowhere is told and shown nothing': { play: delegatedToNobody },
};
