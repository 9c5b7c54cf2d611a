/** What is only looked at: help, roles, mine, status, history. Nothing here decides or writes. */
import type { Delivery } from '../chat/platform.ts';
import { absenceText, isAway } from '../core/absence.ts';
import { buttonsFor } from '../core/buttons.ts';
import { approvalTerms, cancelledLine, finishedLine } from '../core/card.ts';
import { askExample } from '../core/command-format.ts';
import { glassExample } from '../core/command-glass.ts';
import { rolesFor } from '../core/eligibility.ts';
import type { Facts } from '../core/facts.ts';
import { inAnyOf } from '../core/facts.ts';
import { glassMark } from '../core/glass-text.ts';
import type { PrincipalId, RequestId } from '../core/ids.ts';
import type { Role } from '../core/policy.ts';
import { groupsOf } from '../core/policy.ts';
import type { Principal } from '../core/principal.ts';
import { refusalText, STATUS_WORDS } from '../core/refusal-text.ts';
import type { AccessRequest } from '../core/request.ts';
import { isWaiting, startOf } from '../core/request.ts';
import type { Rich } from '../core/rich.ts';
import { bold, code, instant, person, requestRef, span } from '../core/rich.ts';
import { startText } from '../core/start.ts';
import type { AnswerView } from '../core/view.ts';
import { whyLines } from '../core/why.ts';
import { no, ok } from './answers.ts';
import type { Look } from './deliver.ts';
import type { FactFinder } from './facts.ts';
import type { Gallery } from './gallery.ts';
import { findPerson } from './people.ts';
import type { Shell } from './shell.ts';

const LISTED = 15;

const HELP: readonly Rich[] = [
  [code('/jit'), ' opens a form.'],
  [
    code('/jit <role> <duration> [name=value …] <reason>'),
    ' asks: ',
    code('/jit lb-admin 1h rotate the edge certificate'),
  ],
  [
    code('/jit lb-admin 1h from 22:00 rotate the edge certificate'),
    ' asks for later; also ',
    code('from 2026-12-01 09:00'),
  ],
  [code('/jit roles'), ' what you may ask for, and on what terms'],
  [
    code('/jit mine'),
    ' your requests · ',
    code('/jit status <id>'),
    ' one of them · ',
    code('/jit why <id>'),
    ' which rules it meets',
  ],
  [
    code('/jit withdraw <id>'),
    ' take an ask back · ',
    code('/jit return <id>'),
    ' hand access back early',
  ],
  [code('/jit extend <id> <duration> <reason>'), ' ask for more time'],
  [
    code('/jit approve <id>'),
    ', or for less time or later ',
    code('/jit approve <id> 30m from 22:00'),
    ' · ',
    code('/jit deny <id> <reason>'),
    ' · ',
    code('/jit revoke <id> <reason>'),
  ],
  [
    code('/jit break-glass <role> <duration> <reason>'),
    ' access at once, without approval, where policy lets you: it is reviewed afterwards · ',
    code('/jit review <id> justified <why>'),
    ', or ',
    code('unjustified'),
  ],
  [code('/jit history [role|@person]'), ' what was asked before'],
  [
    code('/jit attest <id> <how you know>'),
    ' say that access is gone when its provider cannot be read',
  ],
  [
    code('/jit away until monday'),
    ', or ',
    code('/jit delegate @person until monday'),
    ' while you are away you are not told what waits for you, or somebody is instead · ',
    code('/jit back'),
  ],
  [code('/jit restore @person'), ' restore an account whose e-mail changed'],
  [
    code('/jit freeze <reason>'),
    ' take away all access and give nothing new · ',
    code('/jit thaw <reason>'),
  ],
];

export class Looks {
  readonly #shell: Shell;
  readonly #facts: FactFinder;
  readonly #gallery: Gallery;

  constructor(shell: Shell, facts: FactFinder, gallery: Gallery) {
    this.#shell = shell;
    this.#facts = facts;
    this.#gallery = gallery;
  }

  async look(look: Look, viewer: Principal, delivery: Delivery): Promise<AnswerView> {
    switch (look.kind) {
      case 'help':
        return ok(...HELP);
      case 'form':
        return this.#form(look.role, viewer);
      case 'roles':
        return this.#roles(viewer);
      case 'mine':
        return this.#mine(viewer);
      case 'status':
        return this.#status(look.request, viewer);
      case 'why':
        return this.#why(look.request, viewer);
      case 'history':
        return this.#history(look.of, viewer, delivery);
    }
  }

  /** Where no form could be opened: what to type instead. */
  async #form(name: string | null, viewer: Principal): Promise<AnswerView> {
    const mine = rolesFor(viewer.id, await this.#everything(viewer));
    const role = mine.find((one) => one.name === name) ?? mine[0];
    if (role === undefined) return no('Policy lets you ask for nothing.', null);
    return no(`${role.name} needs more than its name.`, askExample(role));
  }

  async #roles(viewer: Principal): Promise<AnswerView> {
    const facts = await this.#everything(viewer);
    const mine = rolesFor(viewer.id, facts);
    const unknown = Object.values(facts.policy.roles).filter((role) =>
      isUnknown(facts, viewer.id, role),
    );
    const lines = mine.map(
      (role): Rich => [
        ...[bold(role.name), ` ${role.description} · at most `, span(role.maxDuration)],
        ...[' · approval: ', ...approvalTerms({ role }), ' · ', code(askExample(role))],
      ],
    );
    const broken = Object.values(facts.policy.roles)
      .filter(({ breakGlass }) => inAnyOf(facts, viewer.id, breakGlass?.who ?? []) === 'yes')
      .map((role): Rich => ['Without approval, where nobody answers: ', code(glassExample(role))]);
    const gap: Rich[] =
      unknown.length === 0
        ? []
        : [[`${unknown.length} more cannot be told: their groups cannot be read at the moment.`]];
    const all = [...lines, ...broken, ...gap];
    return all.length === 0 ? no('Policy lets you ask for nothing.', null) : ok(...all);
  }

  #everything(viewer: Principal): Promise<Facts> {
    return this.#facts.forDrawing(Object.values(this.#shell.policy().roles), viewer.id, []);
  }

  async #mine(viewer: Principal): Promise<AnswerView> {
    const rows = await this.#shell.store.requests({ requester: viewer.id, limit: LISTED });
    const absence = (await this.#shell.store.person(viewer.id))?.value.absence;
    const away = isAway(absence, this.#shell.ledger.now()) ? [absenceText(absence)] : [];
    if (rows.length === 0)
      return ok(...away, ['You have asked for nothing yet. ', code('/jit roles')]);
    return ok(...away, ...rows.map(({ value }) => summary(value)));
  }

  async #status(id: RequestId, viewer: Principal): Promise<AnswerView> {
    const request = await this.#seen(id, viewer);
    if (request === undefined) return no(refusalText({ code: 'unknown-request' }), null);
    const texts = await this.#gallery.texts(request);
    const approved = request.approvals.map(
      (approval): Rich => ['Approved by ', person(approval.by), ' at ', instant(approval.at)],
    );
    const end: readonly Rich[] =
      'finishedAt' in request
        ? [finishedLine(request, texts)]
        : request.status === 'cancelled'
          ? [cancelledLine(request.cause, texts)]
          : [];
    return ok(summary(request), ...approved, ...end);
  }

  async #why(id: RequestId, viewer: Principal): Promise<AnswerView> {
    const request = await this.#seen(id, viewer);
    if (request === undefined) return no(refusalText({ code: 'unknown-request' }), null);
    return ok(...whyLines(await this.#gallery.why(request)));
  }

  /** undefined: there is no such request, or none that they may see. */
  async #seen(id: RequestId, viewer: Principal): Promise<AccessRequest | undefined> {
    const request = (await this.#shell.store.request(id))?.value;
    if (request === undefined) return undefined;
    return maySee(request, await this.#gallery.viewer(viewer.id, [request])) ? request : undefined;
  }

  async #history(
    of: Extract<Look, { kind: 'history' }>['of'],
    viewer: Principal,
    delivery: Delivery,
  ): Promise<AnswerView> {
    const who = of.kind === 'person' ? await findPerson(this.#shell, of.who, delivery) : undefined;
    if (of.kind === 'person' && who === undefined)
      return no('Hallpass does not know that person.', '/jit history');
    const rows = await this.#shell.store.requests({
      ...(who === undefined ? {} : { requester: who.principal.id }),
      ...(of.kind === 'role' ? { role: of.role } : {}),
      limit: 5 * LISTED,
    });
    const requests = rows.map(({ value }) => value);
    const watcher = await this.#gallery.viewer(viewer.id, requests);
    const seen = requests.filter((request) => maySee(request, watcher)).slice(0, LISTED);
    if (seen.length === 0) return ok(['Nothing that you may see.']);
    return ok(...seen.map(summary));
  }
}

/** The requester, and those whom the role names in any part: they see its cards in the channel too. */
export function maySee(
  request: AccessRequest,
  viewer: { readonly id: PrincipalId; readonly facts: Facts },
): boolean {
  if (request.requester === viewer.id || buttonsFor(request, viewer).length > 0) return true;
  return inAnyOf(viewer.facts, viewer.id, groupsOf(request.role)) === 'yes';
}

function isUnknown(facts: Facts, id: PrincipalId, role: Role): boolean {
  return typeof inAnyOf(facts, id, role.who) === 'object';
}

function summary(request: AccessRequest): Rich {
  const end: Rich = 'endsAt' in request ? [' · until ', instant(request.endsAt)] : [];
  const start = isWaiting(request) ? startOf(request) : undefined;
  const begins: Rich = start === undefined ? [] : [' · starts ', ...startText(start)];
  return [
    ...[requestRef(request.id), ' ', bold(request.role.name), ' for ', person(request.requester)],
    ...[', ', span(request.duration), ' · asked ', instant(request.askedAt)],
    ...[...begins, ...end],
    ` · ${STATUS_WORDS[request.status]}${glassMark(request)}`,
  ];
}
