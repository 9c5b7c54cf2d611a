/**
 * Nobody is authenticated here, so a browser may only be led here by this page itself. A foreign page
 * cannot post (Origin, and a token that it cannot read), and a foreign name that resolves to this
 * machine finds nobody (Host): DNS rebinding.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** No name has to be resolved to get there, so none can be rebound. */
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/;

export interface Exposure {
  /** Whether it listens on more than loopback, which somebody asked for in so many words. */
  readonly everywhere: boolean;
}

/** The name in `Host` is this machine's own. */
export function isOurHost(host: string | undefined, { everywhere }: Exposure): boolean {
  const name = host?.toLowerCase().replace(/:\d{1,5}$/, '') ?? '';
  return LOOPBACK.test(name) || (everywhere && ADDRESS.test(name));
}

/** NB. Cookies know no port: `Origin` does, so another program on this machine is foreign too. */
export function isOwnPost(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  return origin === `http://${host}` && (site === undefined || site === 'same-origin');
}

const COOKIE = 'hallpass-local';
const TOKEN = /^[\w-]{22}$/;

/** The token that this browser already carries, or a new one. */
export function tokenOf(request: IncomingMessage, response: ServerResponse): string {
  const carried = carriedToken(request);
  if (carried !== undefined) return carried;
  const token = randomBytes(16).toString('base64url');
  response.setHeader('set-cookie', `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict`);
  return token;
}

export function carriesToken(request: IncomingMessage, posted: string | null): boolean {
  const carried = carriedToken(request);
  if (carried === undefined || posted === null || !TOKEN.test(posted)) return false;
  return timingSafeEqual(Buffer.from(carried), Buffer.from(posted));
}

function carriedToken(request: IncomingMessage): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('='));
  const token = pairs.find(([name]) => name === COOKIE)?.[1];
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function setSafeHeaders(response: ServerResponse): void {
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
}
