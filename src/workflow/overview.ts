/** What a page about everything shows: live access, why a request stands as it does, its entries. */
import type { Access } from '../core/access.ts';
import type { Entry } from '../core/audit.ts';
import { happeningOf } from '../core/audit.ts';
import { buttonsFor } from '../core/buttons.ts';
import { type PrincipalId, parseRequestId } from '../core/ids.ts';
import type { LiveGrant, Named, TrailEntry } from '../core/insight.ts';
import { type Account, emailFrom } from '../core/principal.ts';
import type { AccessRequest, Grant, Live } from '../core/request.ts';
import { isLive } from '../core/request.ts';
import { instant, type Rich } from '../core/rich.ts';
import { threadText } from '../core/telling.ts';
import type { Button } from '../core/view.ts';
import type { WhyView } from '../core/why.ts';
import { digestsOf, type Gallery } from './gallery.ts';
import type { LastReading, Readings } from './readings.ts';
import type { Shell } from './shell.ts';

/** Beyond these nobody reads a page. */
const SHOWN = 50;
const ENTRIES = 500;

export class Overview {
  readonly #shell: Shell;
  readonly #gallery: Gallery;
  readonly #readings: Readings;

  constructor(shell: Shell, gallery: Gallery, readings: Readings) {
    this.#shell = shell;
    this.#gallery = gallery;
    this.#readings = readings;
  }

  async live(viewer: Account): Promise<Named<readonly LiveGrant[]>> {
    const { store } = this.#shell;
    const statuses = ['activating', 'active', 'revoking'] as const;
    const rows = await store.requests({ statuses, limit: SHOWN });
    const requests = rows.map(({ value }) => value).filter(isLive);
    const id = (await store.personByAccount(viewer))?.value.principal.id;
    const grants = await Promise.all(requests.map((request) => this.#grantsOf(request, id)));
    return { view: grants.flat(), people: await this.#gallery.people(...requests) };
  }

  async why(id: string): Promise<Named<WhyView> | undefined> {
    const request = await this.#request(id);
    if (request === undefined) return undefined;
    return {
      view: await this.#gallery.why(request),
      people: await this.#gallery.people(request),
    };
  }

  async trail(id: string): Promise<Named<readonly TrailEntry[]> | undefined> {
    const request = await this.#request(id);
    if (request === undefined) return undefined;
    const entries = await this.#shell.store.entries({
      afterSeq: 0,
      limit: ENTRIES,
      subject: 'request',
      id: request.id,
    });
    const view = await Promise.all(entries.map((entry) => this.#told(entry, request)));
    return { view, people: await this.#gallery.people(request) };
  }

  /** The groups of the policy that name this e-mail. */
  groupsOf(email: string): readonly string[] {
    return Object.values(this.#shell.policy().groups)
      .filter(({ sources }) =>
        sources.some((one) => one.kind === 'emails' && one.emails.includes(emailFrom(email))),
      )
      .map(({ name }) => name);
  }

  async #told(entry: Entry, request: AccessRequest): Promise<TrailEntry> {
    const happening = happeningOf(entry);
    if (happening.subject !== 'request') return { entry, text: [] };
    const texts = await this.#gallery.textsOf(digestsOf(happening.event));
    return { entry, text: threadText(happening.event, request, texts) };
  }

  async #grantsOf(request: Live, viewer: PrincipalId | undefined): Promise<readonly LiveGrant[]> {
    const buttons =
      viewer === undefined
        ? []
        : buttonsFor(request, await this.#gallery.viewer(viewer, [request]));
    return Promise.all(request.grants.map((grant) => this.#grantOf(request, grant, buttons)));
  }

  async #grantOf(request: Live, grant: Grant, buttons: readonly Button[]): Promise<LiveGrant> {
    const { accessId, summary } = grant.right;
    const access = (await this.#shell.store.access(accessId))?.value;
    const last = this.#readings.of(accessId) ?? (access && storedReading(access));
    const { id, role, requester, startedAt, endsAt } = request;
    return {
      ...{ request: id, role: role.name, requester, startedAt, endsAt, buttons },
      what: summary,
      state: grant.state.kind,
      said: last === undefined ? ['was not read back yet'] : saidBy(last),
      saidAt: last?.at ?? null,
    };
  }

  async #request(typed: string): Promise<AccessRequest | undefined> {
    const id = parseRequestId(typed);
    return id === undefined ? undefined : (await this.#shell.store.request(id))?.value;
  }
}

/** After a restart: the last reading that was news. */
function storedReading({ confirmed }: Access): LastReading | undefined {
  switch (confirmed.kind) {
    case 'unread':
      return undefined;
    case 'absent':
      return { seen: { kind: 'absent' }, at: confirmed.at };
    case 'present':
      return { seen: { kind: 'present', until: confirmed.until }, at: confirmed.at };
  }
}

function saidBy({ seen }: LastReading): Rich {
  switch (seen.kind) {
    case 'present':
      return seen.until === null ? ['open, without an end'] : ['open until ', instant(seen.until)];
    case 'absent':
      return ['not there'];
    case 'foreign':
      return ['somebody else’s entry, left alone'];
    case 'partial':
      return [`open in part: ${seen.why}`];
    case 'unreadable':
      return [`cannot be read: ${seen.why}`];
  }
}
