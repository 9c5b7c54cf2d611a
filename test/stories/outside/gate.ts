/** The real HAProxy that these stories open and close, and a way to knock at it. */
import { type Haproxy, startHaproxy } from '../../support/haproxy.ts';
import { visit } from '../../support/haproxy-gate.ts';

export type StoryGate = Haproxy<'web' | 'mail'>;

/** 127.0.0.9 plays the proxy that signs people in; the word of others for who they are is deleted. */
export function startStoryGate(): Promise<StoryGate> {
  return startHaproxy({
    ports: ['web', 'mail'],
    files: { 'jit.map': '', 'mail.map': '' },
    config: ({ dir, ports, socket }) => `
global
    stats socket ${socket} mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout client 20s
    timeout server 20s
frontend web
    bind 127.0.0.1:${ports.web}
    http-request set-var(txn.now) date()
    http-request set-var(txn.jit) src,map_ip_int(${dir}/jit.map,0)
    http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }
    http-request return status 200 content-type text/plain string ok
frontend mail
    bind 127.0.0.1:${ports.mail}
    http-request del-header X-Auth-Request-Email unless { src 127.0.0.9 }
    http-request set-var(txn.now) date()
    http-request set-var(txn.jit) req.hdr(X-Auth-Request-Email),lower,map_str_int(${dir}/mail.map,0)
    http-request deny unless { var(txn.jit),sub(txn.now) gt 0 }
    http-request return status 200 content-type text/plain string ok
`,
  });
}

/** What HAProxy itself says to somebody who comes from this address. */
export const verdict = (gate: StoryGate, from: string): Promise<number> =>
  visit(gate.ports.web, { from });

/** What it says to somebody of whom that proxy, or whoever comes from `from`, says who they are. */
export const verdictFor = (gate: StoryGate, email: string, from = '127.0.0.9'): Promise<number> =>
  visit(gate.ports.mail, { from, headers: { 'X-Auth-Request-Email': email } });
