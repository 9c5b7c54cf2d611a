/** EventBridge Scheduler as far as one-time schedules go, in its own words. It rings when it is told what time it is. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../src/core/time.ts';

interface Schedule {
  readonly at: Instant;
  /** `ec2:revokeSecurityGroupIngress` */
  readonly api: string;
  readonly input: string;
}

interface Asked {
  readonly ScheduleExpression?: string;
  readonly Target?: { readonly Arn: string; readonly RoleArn: string; readonly Input: string };
}

type Reply = readonly [status: number, body: object];

export class ScheduleStand {
  readonly schedules = new Map<string, Schedule>();
  readonly #does: (api: string, input: string) => void;
  readonly #server: Server;

  constructor(does: (api: string, input: string) => void) {
    this.#does = does;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Schedules that are due do their call, and are gone. */
  ring(now: Instant): void {
    for (const [name, { at, api, input }] of this.schedules)
      if (at <= now) {
        this.schedules.delete(name);
        this.#does(api, input);
      }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    const { pathname } = new URL(request.url ?? '/', 'http://stand.example');
    const name = /^\/schedules\/([\w.-]{1,64})$/.exec(pathname)?.[1] ?? '';
    const [status, body] = this.#answer(request.method, name, text === '' ? {} : JSON.parse(text));
    const error = '__type' in body ? { 'x-amzn-errortype': String(body.__type) } : {};
    response
      .writeHead(status, { 'content-type': 'application/json', ...error })
      .end(JSON.stringify(body));
  }

  #answer(method: string | undefined, name: string, asked: Asked): Reply {
    const isThere = this.schedules.has(name);
    if (method === 'POST' && isThere) return [409, { __type: 'ConflictException' }];
    if (method !== 'POST' && !isThere) return [404, { __type: 'ResourceNotFoundException' }];
    if (method === 'DELETE') {
      this.schedules.delete(name);
      return [200, {}];
    }
    const at = Date.parse(`${/^at\((.*)\)$/.exec(asked.ScheduleExpression ?? '')?.[1] ?? ''}Z`);
    const api = /^arn:aws:scheduler:::aws-sdk:(.*)$/.exec(asked.Target?.Arn ?? '')?.[1];
    if (Number.isNaN(at) || api === undefined) return [400, { __type: 'ValidationException' }];
    this.schedules.set(name, { at, api, input: asked.Target?.Input ?? '' });
    return [200, { ScheduleArn: `arn:aws:scheduler:::schedule/default/${name}` }];
  }
}
