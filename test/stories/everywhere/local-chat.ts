/** Local chat, as people use it. */
import type { LocalMessage } from '../../../src/chat/local/board.ts';
import { createLocal } from '../../../src/chat/local/index.ts';
import { LocalWorkspace } from '../../../src/chat/local/workspace.ts';
import type { Clock } from '../../../src/clock.ts';
import { opensForm } from '../../../src/core/view.ts';
import type { ButtonName, Chat, Door, Name, OpenForm, Place, Press } from './chat.ts';

const PEOPLE: readonly Name[] = ['ada', 'grace', 'linus', 'ken', 'margaret', 'mallory'];

export async function openLocalChat(clock: Clock): Promise<Chat> {
  const workspace = new LocalWorkspace({
    clock,
    people: [
      ...PEOPLE.map((userId) => ({ userId, zone: 'Europe/Berlin' })),
      { userId: 'barbara', standing: 'guest' as const },
    ],
    channels: ['lb-access', 'alarms'],
  });
  const { board } = workspace;
  let door: Door;

  /** @returns what they were answered, whatever else is said to them */
  async function told(who: Name, work: () => Promise<unknown>): Promise<string> {
    const before = workspace.answers(who).length;
    await door.meanwhile(work());
    return workspace.answers(who).slice(before).join('\n');
  }

  function inPlace(who: Name, request: string, place: Place): LocalMessage | undefined {
    return board
      .cards(request)
      .find(({ place: at }) => (place === 'channel' ? at.kind === place : isChatOf(who, at)));
  }

  function pressable(who: Name, request: string, place: Place) {
    if (place !== 'note') {
      const card = inPlace(who, request, place);
      return card?.content.kind === 'card'
        ? { id: card.id, buttons: card.content.card.buttons }
        : undefined;
    }
    const notes = workspace.direct(who).flatMap(({ id, content }) => {
      const buttons = content.kind === 'note' ? content.note.buttons : [];
      return buttons.some((one) => one.request === request) ? [{ id, buttons }] : [];
    });
    return notes.at(-1);
  }

  async function button(
    who: Name,
    request: string,
    action: ButtonName,
    place: Place = 'channel',
  ): Promise<Press | undefined> {
    const seen = pressable(who, request, place);
    if (seen?.buttons.some((one) => one.action === action) !== true) return undefined;
    return ({ by = who, reason = '', duration } = {}) =>
      told(by, async () => {
        await workspace.press(by, request, action, { message: seen.id });
        if (opensForm(action)) await workspace.submitReason(by, reason, duration);
      });
  }

  function confirm(who: Name): Press | undefined {
    const answer = workspace.desk(who).answers.at(-1)?.view;
    if (answer?.confirmation === undefined) return undefined;
    return ({ by = who } = {}) => told(by, () => workspace.confirm(by, answer));
  }

  async function openForm(who: Name, role: string): Promise<OpenForm> {
    await workspace.type(who, '');
    await workspace.openAskForm(who, role);
    return {
      text: workspace.formText(who) ?? '',
      async submit({ duration = '', start = '', reason = '', inputs = {} }) {
        const answer = await told(who, () =>
          workspace.submitAsk(who, { role, duration, start, reason, inputs }),
        );
        return workspace.formText(who) ?? answer;
      },
    };
  }

  const inChannels = (request: string) =>
    board.cards(request).filter(({ place }) => place.kind === 'channel');

  return {
    platform: createLocal(workspace),
    http: null,
    channelRef: (channel) => `local:#${channel}`,
    async connect(to) {
      door = to;
    },
    setGroup: (name, members) => workspace.setGroup(name, members),
    type: (who, text) => told(who, () => workspace.type(who, text)),
    button,
    confirm,
    openForm,
    openHome: (who) => door.meanwhile(workspace.openHome(who)),
    cards: (request) => inChannels(request).map(({ text }) => text),
    copies: (request) => board.cards(request).map(({ text }) => text),
    threads: (request) => inChannels(request).map((card) => workspace.thread(card)),
    direct: (who) => workspace.direct(who).map(({ text }) => text),
    home: (who) => workspace.desk(who).home?.text ?? '',
    notes: (channel) =>
      workspace
        .channel(channel)
        .flatMap(({ content, text }) => (content.kind === 'note' ? [text] : [])),
    faults: () => [],
    async close() {},
  };
}

const isChatOf = (who: Name, place: LocalMessage['place']): boolean =>
  place.kind === 'direct' && place.userId === who;
