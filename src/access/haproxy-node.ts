/** Where the processes of HAProxy are reached: what all providers at HAProxy write alike. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';

const NODE_HELP =
  'a node is `unix:/path/to/admin.sock`, or `127.0.0.1:9999` or `[::1]:9999`: the runtime API knows ' +
  'no password and no encryption, so TCP is for loopback alone (bring remote nodes near with a tunnel)';

export const nodeShape = z.string().refine((text) => parseNode(text) !== undefined, NODE_HELP);

export const nodesShape = z
  .array(nodeShape)
  .min(1, 'name at least one node')
  .refine((nodes) => new Set(nodes).size === nodes.length, 'a node is named twice');

export type NodeAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

export function parseNode(text: string): NodeAddress | undefined {
  if (text.startsWith('unix:')) return unixNode(text.slice('unix:'.length));
  const [, host = '', port = ''] = /^(?:tcp:)?(\[::1\]|[\d.]+):(\d{1,5})$/.exec(text) ?? [];
  const number = Number(port);
  if (number < 1 || number > 65_535) return undefined;
  if (host === '[::1]') return { host: '::1', port: number };
  return isIPv4(host) && host.startsWith('127.') ? { host, port: number } : undefined;
}

/** A unix socket's path may have 107 bytes on Linux; a longer one would be cut short silently. */
function unixNode(path: string): NodeAddress | undefined {
  return /^\/[\x21-\x7e]{1,106}$/.test(path) ? { path } : undefined;
}
