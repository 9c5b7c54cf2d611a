/**
 * The local workspace as a page in the browser. Every page is drawn here, whole, from the same views
 * that other platforms render; the script in the browser only carries forms and puts the next page in
 * the place of the last.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../clock.ts';
import type { Log } from '../../../log.ts';
import type { HttpHandler } from '../../platform.ts';
import type { LocalWorkspace } from '../workspace.ts';
import { ACTIONS, backOf } from './actions.ts';
import { type Address, addressFrom, decoded, placeHref, type Spot } from './address.ts';
import { type Assets, readAssets, serveAsset } from './assets.ts';
import { readForm } from './body.ts';
import { Events } from './events.ts';
import {
  carriesToken,
  type Exposure,
  isOurHost,
  isOwnPost,
  setSafeHeaders,
  tokenOf,
} from './guard.ts';
import type { Insight } from './insight.ts';
import { pageHtml } from './layout.ts';
import { openPlace, type Scene, type Sent } from './scene.ts';

export interface PageOptions {
  readonly workspace: LocalWorkspace;
  readonly insight: () => Insight;
  readonly clock: Clock;
  readonly log: Log;
  readonly exposure: Exposure;
}

export interface LocalPage {
  readonly http: HttpHandler;
  /** Ends the streams that keep connections open. */
  close(): void;
}

export function createPage(options: PageOptions): LocalPage {
  const site = new Site(options);
  return {
    http: (request, response, next) => {
      site.answer(request, response, next).catch((error: unknown) => {
        options.log.error({ err: error }, 'the page could not be drawn');
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
        response.end('Something went wrong. The log says what.\n');
      });
    },
    close: () => site.close(),
  };
}

class Site {
  readonly #options: PageOptions;
  readonly #events: Events;
  #assets: Assets | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#events = new Events(options.workspace);
  }

  close(): void {
    this.#events.close();
  }

  async answer(request: IncomingMessage, response: ServerResponse, next: () => void) {
    const url = urlOf(request);
    if (url === null || !isOurs(url.pathname)) return next();
    setSafeHeaders(response);
    if (!isOurHost(request.headers.host, this.#options.exposure))
      return refuse(response, 421, 'This name is not ours.');
    if (request.method === 'POST') return this.#post(request, response, url);
    if (request.method !== 'GET') return refuse(response, 405, 'Only GET and POST.');
    return this.#get(request, response, url);
  }

  async #get(request: IncomingMessage, response: ServerResponse, url: URL) {
    this.#assets ??= readAssets();
    if (serveAsset(this.#assets, url.pathname, response)) return;
    const [, as, who = '', rest] = url.pathname.split('/').map(decoded);
    if (url.pathname === '/') return go(response, this.#start(this.#someone()));
    if (as === 'as' && rest === 'events') return this.#events.open(response);
    if (as === 'as' && rest === undefined) return go(response, this.#start(who));
    const address = addressFrom(url);
    const page =
      address && (await this.#page(address, null, { token: tokenOf(request, response) }));
    if (page === undefined) return refuse(response, 404, 'There is nothing here.');
    send(response, 200, page);
  }

  async #post(request: IncomingMessage, response: ServerResponse, url: URL) {
    if (!isOwnPost(request)) return refuse(response, 403, 'Only this page itself may post here.');
    const form = await readForm(request);
    if (form === undefined) return refuse(response, 413, 'That is no form of this page.');
    if (!carriesToken(request, form.get('token')))
      return refuse(response, 403, 'The page is out of date. Load it again.');
    const [, , who = '', verb = ''] = url.pathname.split('/').map(decoded);
    const address = backOf(form);
    const me = this.#options.workspace.person(who);
    if (address === undefined || address.who !== who || me === undefined)
      return refuse(response, 404, 'There is nobody of that name.');
    const scene = { ...this.#options, address, me };
    if (verb === 'read') return this.#read(scene, response);
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb as keyof typeof ACTIONS] : undefined;
    if (action === undefined) return refuse(response, 404, 'There is nothing here.');
    const then = await action(scene, form);
    if (then.kind === 'go') return go(response, then.href);
    const again = await this.#page(then.address, then.sent, { token: form.get('token') ?? '' });
    send(response, 422, again ?? '');
  }

  async #read(scene: Pick<Scene, 'workspace' | 'address' | 'me'>, response: ServerResponse) {
    const place = openPlace(scene);
    const { workspace, me } = scene;
    if (place === null) await workspace.openHome(me.userId);
    else if (workspace.board.markRead(me.userId, place)) workspace.changed();
    response.writeHead(204).end();
  }

  /** undefined: no such person, or no such channel. */
  async #page(address: Address, sent: Sent | null, { token }: Pick<Scene, 'token'>) {
    const { workspace, insight, clock } = this.#options;
    const me = workspace.person(address.who);
    const { at } = address;
    if (me === undefined || (at.kind === 'channel' && !workspace.channels.has(at.channel)))
      return undefined;
    return pageHtml({
      ...{ workspace, address, me, token, sent },
      insight: insight(),
      now: clock.now(),
    });
  }

  #start(who: string): string {
    const [channel] = this.#options.workspace.channels;
    const at: Spot = channel === undefined ? { kind: 'home' } : { kind: 'channel', channel };
    return placeHref({ who }, at);
  }

  /** Whoever has something to decide is the most interesting person to be. */
  #someone(): string {
    const { workspace } = this.#options;
    const mentioned = workspace.board.all().findLast(({ notified }) => notified.length > 0);
    return mentioned?.notified[0] ?? workspace.people()[0]?.userId ?? 'nobody';
  }
}

/** null: what was asked for is no address at all, such as `//`. */
function urlOf(request: IncomingMessage): URL | null {
  return URL.canParse(request.url ?? '/', 'http://localhost')
    ? new URL(request.url ?? '/', 'http://localhost')
    : null;
}

function isOurs(path: string): boolean {
  return path === '/' || path.startsWith('/as/') || path.startsWith('/assets/');
}

function go(response: ServerResponse, href: string): void {
  response.writeHead(303, { location: href }).end();
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${why}\n`);
}

function send(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
  response.end(page);
}
