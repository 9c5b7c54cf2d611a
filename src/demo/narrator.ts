/** Prints what happens as it happens: who does what, what people see, and what the gate answers. */
import { styleText as styled } from 'node:util';
import type { LocalMessage } from '../chat/local/board.ts';
import type { LocalWorkspace } from '../chat/local/workspace.ts';
import type { Io } from '../cli/command.ts';
import type { Instant } from '../core/time.ts';
import type { DemoGate } from './gate.ts';

const CHANNEL = 'lb-access';

/** Node 20 colours whatever it is given; a file or a pipe wants plain text. */
const styleText: typeof styled = (format, text) =>
  process.stdout.isTTY ? styled(format, text) : text;

const PROBE_EVERY_MS = 50;
const SPEAK_EVERY_MS = 2_000;
/** How long after the end the gate is still asked. */
const GRACE_MS = 10_000;

export class Narrator {
  readonly #io: Io;
  readonly #began = performance.now();
  readonly #shown = new Map<string, string>();

  constructor(io: Io, workspace: LocalWorkspace) {
    this.#io = io;
    workspace.watch(() => this.#look(workspace));
  }

  title(text: string): void {
    this.#io.out(`\n${styleText('bold', text)}\n`);
  }

  say(text: string): void {
    this.#line(text);
  }

  step(who: string, what: string): void {
    this.#io.out('');
    this.#line(`${who} ${styleText(['bold', 'cyan'], what)}`);
  }

  pause(time: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, time));
  }

  async verdict(gate: DemoGate, email: string): Promise<number> {
    const status = await gate.probe(email);
    this.#line(`the gate answers ${email}: ${verdictText(status)}`);
    return status;
  }

  /** @returns when the gate first turned the person away after the end, undefined if it never did */
  async countdown(gate: DemoGate, email: string, endsAt: Instant): Promise<Instant | undefined> {
    let spoken = 0;
    while (Date.now() < endsAt + GRACE_MS) {
      const status = await gate.probe(email);
      const now = Date.now();
      if (now >= endsAt && status === 403) return now;
      if (performance.now() - spoken > SPEAK_EVERY_MS && now < endsAt) {
        spoken = performance.now();
        const left = Math.ceil((endsAt - now) / 1_000);
        this.#line(`${left} s left; the gate answers ada: ${verdictText(status)}`);
      }
      await this.pause(PROBE_EVERY_MS);
    }
    return undefined;
  }

  thread(workspace: LocalWorkspace): void {
    const card = workspace.channel(CHANNEL).find(({ content }) => content.kind === 'card');
    if (card === undefined) return;
    this.#io.out('');
    this.#line(`the thread below the card in #${CHANNEL}, which is the audit trail:`);
    for (const text of workspace.thread(card)) this.#block(text, '    │ ');
  }

  /** Something changed in chat: whatever is new, or reads differently now, is printed. */
  #look(workspace: LocalWorkspace): void {
    const cards = workspace.channel(CHANNEL).filter(({ content }) => content.kind === 'card');
    for (const card of cards) this.#show(card, `#${CHANNEL}`);
    for (const { userId } of workspace.people())
      for (const note of workspace.direct(userId)) this.#show(note, `to ${userId}`);
  }

  #show(message: LocalMessage, where: string): void {
    if (this.#shown.get(message.id) === message.text) return;
    const again = this.#shown.has(message.id);
    this.#shown.set(message.id, message.text);
    this.#line(styleText('dim', again ? `${where}, the card now:` : `${where}:`));
    this.#block(message.text, '    ┃ ');
  }

  #block(text: string, margin: string): void {
    for (const line of text.split('\n')) this.#io.out(`${styleText('dim', margin)}${line}`);
  }

  #line(text: string): void {
    const seconds = ((performance.now() - this.#began) / 1_000).toFixed(1).padStart(5);
    this.#io.out(`${styleText('dim', seconds)}  ${text}`);
  }
}

function verdictText(status: number): string {
  return styleText(['bold', status === 200 ? 'green' : 'red'], String(status));
}
