/** The page's own files, and the one library that it loads. Nothing comes from outside. */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** NB. The same from `src/chat/local/page` and from `dist/chat/local/page`. */
const FOLDER = fileURLToPath(new URL('../../../../public/local/', import.meta.url));
/** In this order: what comes later may overrule what came before. */
export const STYLES = [
  'base.css',
  'sidebar.css',
  'conversation.css',
  'composer.css',
  'card.css',
  'aside.css',
  'access.css',
  'request.css',
  'form.css',
  'narrow.css',
] as const;
const SCRIPTS = ['page.js', 'completion.js', 'morph.js', 'time.js'] as const;
const FILES = [...STYLES, ...SCRIPTS, 'hallpass.svg'];

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  readonly body: Buffer;
  readonly type: string;
}

export type Assets = ReadonlyMap<string, Asset>;

export function readAssets(): Assets {
  const morph = require.resolve('idiomorph/dist/idiomorph.esm.js');
  return new Map([
    ...FILES.map((name) => [name, read(`${FOLDER}${name}`)] as const),
    ['idiomorph.js', read(morph)],
  ]);
}

function read(path: string): Asset {
  return { body: readFileSync(path), type: TYPES[extname(path)] ?? 'application/octet-stream' };
}

/** @returns false when there is no such file */
export function serveAsset(assets: Assets, path: string, response: ServerResponse): boolean {
  const asset = assets.get(path.replace(/^\/assets\//, ''));
  if (asset === undefined || !path.startsWith('/assets/')) return false;
  response.setHeader('cache-control', 'no-cache');
  response.writeHead(200, { 'content-type': asset.type });
  response.end(asset.body);
  return true;
}
