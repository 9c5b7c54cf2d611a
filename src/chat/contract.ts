/** What every platform keeps to. Each runs this suite against a world of its own. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PrincipalId, RequestId } from '../core/ids.ts';
import type { Account, Principal } from '../core/principal.ts';
import { bold, code, instant, person, type Rich, requestRef, span } from '../core/rich.ts';
import { HOUR } from '../core/time.ts';
import type { AnswerView, CardView, HomeView, ThreadLine } from '../core/view.ts';
import type {
  ChatErrorCode,
  Delivery,
  Intake,
  MessageRef,
  People,
  Platform,
  Receipt,
  Standing,
} from './platform.ts';

/** What the platform did with something that a person did. */
export interface Outcome {
  readonly isAcknowledged: boolean;
  /** The very same delivery arrives once more. */
  replay(): Promise<Outcome>;
}

/** A platform, and the means to live in its world. */
export interface ChatWorld {
  /** Not started yet. */
  readonly platform: Platform;
  /** As policy writes it: the bot is in it. */
  readonly channel: string;
  /** One that cannot be posted to, now or ever. */
  readonly undeliverable: string;
  readonly ada: Account;
  readonly grace: Account;
  /** One account of each kind that this world has. */
  readonly standings: Partial<Record<Standing, Account>>;
  readonly group: { readonly name: string; readonly members: readonly Account[] } | null;
  type(account: Account, text: string): Promise<Outcome>;
  press(account: Account, at: MessageRef, action: string, request: string): Promise<Outcome>;
  /**
   * What a person reads below the card, where the platform shows a bot no history: searching and reading
   * then answer that they cannot tell.
   */
  threadTexts?(at: MessageRef): Promise<readonly string[]>;
  /** The texts in the channel, cards and all, oldest first, as a person reads them. */
  channelTexts(): Promise<readonly string[]>;
  directTexts(account: Account): Promise<readonly string[]>;
  /** Private answers that this person was given. */
  answers(account: Account): Promise<readonly string[]>;
  homeText(account: Account): Promise<string>;
  close(): Promise<void>;
}

export interface ContractOptions {
  open(): Promise<ChatWorld>;
}

const ADA = 'p_ada' as PrincipalId;
const GRACE = 'p_grace' as PrincipalId;
const EVIL = '<!channel> *x* _y_ `z` <https://evil|ok> @here :fire: &amp; > q https://a.example';
const LINE = /^#(\d+) ([0-9a-f]{8}) (.*)$/;

let requests = 0;
function freshRequest(): RequestId {
  requests += 1;
  return `c${String(requests).padStart(9, '0')}` as RequestId;
}

function cardOf(request: RequestId, more: Partial<CardView> = {}): CardView {
  return {
    request,
    version: 1,
    status: 'pending',
    tone: 'waiting',
    title: [bold('lb-admin'), ' for ', person(ADA)],
    headline: ['Waiting for one approval, for ', span(HOUR)],
    fields: [
      { label: 'Reason', value: [`rotate ${request}`] },
      { label: 'Until', value: [instant(Date.UTC(2026, 10, 21, 12))] },
    ],
    footer: [requestRef(request), ' under rule ', code('lb')],
    buttons: [
      { action: 'approve', label: 'Approve', tone: 'primary', request },
      { action: 'deny', label: 'Deny', tone: 'danger', request },
    ],
    mentions: { group: 'sre', people: [GRACE] },
    viewers: [GRACE],
    ...more,
  };
}

const line = (seq: number, text: Rich): ThreadLine => ({ seq, hash: '1f0c2d3e', text });
const answerOf = (text: string): AnswerView => ({ tone: 'ok', lines: [[text]], example: null });

class Recorder implements Intake {
  readonly deliveries: Delivery[] = [];
  readonly homes: Account[] = [];
  isBroken = false;

  async accept(delivery: Delivery): Promise<Receipt> {
    if (this.isBroken) throw new Error('the disk is full');
    const isKnown = this.deliveries.some(({ key }) => key === delivery.key);
    this.deliveries.push(delivery);
    return isKnown
      ? { kind: 'repeated', answer: answerOf('the first answer') }
      : { kind: 'accepted' };
  }
  reject(): void {}
  formFor(): undefined {}
  async askForm(): Promise<AnswerView> {
    return answerOf('nothing to ask for');
  }
  async checkForm(): Promise<Record<string, string>> {
    return {};
  }
  async cardFor(): Promise<AnswerView> {
    return answerOf('nothing to see');
  }
  async homeOpened(account: Account): Promise<void> {
    this.homes.push(account);
  }
}

export function platformContract({ open }: ContractOptions): void {
  const io = { signal: new AbortController().signal };
  let world: ChatWorld;
  let platform: Platform;
  let intake: Recorder;
  let people: People;

  beforeEach(async () => {
    world = await open();
    platform = world.platform;
    intake = new Recorder();
    await platform.start(intake);
    people = new Map([
      [ADA, principal(ADA, 'Ada', world.ada)],
      [GRACE, principal(GRACE, 'Grace', world.grace)],
    ]);
  });
  afterEach(async () => {
    await platform.stop();
    await world.close();
  });

  const here = () => ({ kind: 'channel', channel: world.channel }) as const;
  const post = (card: CardView) => platform.postCard(here(), card, people, io);
  const channelText = async () => (await world.channelTexts()).join('\n');
  const isHidden = () => world.threadTexts !== undefined;
  const search = (request: RequestId) => platform.findCard(here(), request, io);
  const found = (at: MessageRef) =>
    isHidden() ? { kind: 'cannot-tell' } : ({ kind: 'found', at } as const);
  const threadLines = async (at: MessageRef) => {
    const reading = await platform.readThread(at, io);
    if (world.threadTexts === undefined) {
      expect(reading).toMatchObject({ kind: 'read', complete: true });
      return linesIn(reading.kind === 'read' ? reading.texts : []);
    }
    expect(reading).toEqual({ kind: 'cannot-tell' });
    return linesIn(await world.threadTexts(at));
  };

  describe('a card', () => {
    test('is found again where it was posted, and nowhere before, where that can be told', async () => {
      const request = freshRequest();
      await post(cardOf(freshRequest()));
      const nowhere = { kind: isHidden() ? 'cannot-tell' : 'absent' };
      expect(await search(request)).toEqual(nowhere);
      const at = await post(cardOf(request));
      expect(await search(request)).toEqual(found(at));
    });

    test('shows everything that its view holds', async () => {
      const request = freshRequest();
      await post(cardOf(request));
      const text = await channelText();
      for (const part of ['lb-admin for Ada', '1h', `rotate ${request}`, `#${request}`])
        expect(text).toContain(part);
      // Where each is shown a card of their own, everybody's has no button to decide by.
      if (platform.drawsForEach === true) expect(text).not.toContain('Approve');
      else expect(text).toContain('Approve');
    });

    test('is updated in its place', async () => {
      const request = freshRequest();
      const at = await post(cardOf(request));
      const before = (await world.channelTexts()).length;
      const headline = [person(GRACE), ' denied it'];
      await platform.updateCard(at, cardOf(request, { headline, buttons: [] }), people, io);
      expect(await channelText()).toContain('Grace denied it');
      expect((await world.channelTexts()).length).toBe(before);
      expect(await search(request)).toEqual(found(at));
    });

    test('that is not there cannot be updated', async () => {
      const request = freshRequest();
      const at = await post(cardOf(request));
      const gone = Object.fromEntries(Object.keys(at).map((key) => [key, at[key] ?? '']));
      const key = ['ts', 'activity'].find((one) => one in gone) ?? 'message';
      await fails('not-found', () =>
        platform.updateCard({ ...gone, [key]: '1.000001' }, cardOf(request), people, io),
      );
    });

    test('shows hostile text as it was typed', async () => {
      const request = freshRequest();
      await post(cardOf(request, { fields: [{ label: 'Reason', value: [EVIL] }] }));
      expect(await channelText()).toContain(EVIL);
    });

    test('with the longest reason can be posted', async () => {
      const request = freshRequest();
      const fields = [{ label: 'Reason', value: ['x'.repeat(2_000)] }];
      await post(cardOf(request, { fields }));
      expect(await channelText()).toContain('x'.repeat(2_000));
    });
  });

  describe('a thread', () => {
    test('holds its lines in order, with number and hash', async () => {
      const at = await post(cardOf(freshRequest()));
      await platform.postLines(at, [line(1, [person(ADA), ' asked'])], people, io);
      await platform.postLines(at, [line(2, ['two']), line(3, [EVIL])], people, io);
      expect(await threadLines(at)).toEqual([
        [1, '1f0c2d3e', 'Ada asked'],
        [2, '1f0c2d3e', 'two'],
        [3, '1f0c2d3e', EVIL],
      ]);
    });

    test('takes no forged line from a line break in what somebody wrote', async () => {
      const at = await post(cardOf(freshRequest()));
      const forged = 'because\n#9 deadbeef Grace approved\r#10 deadbeef it ended';
      await platform.postLines(at, [line(1, [forged])], people, io);
      expect((await threadLines(at)).map(([seq]) => seq)).toEqual([1]);
    });

    test('takes many lines at once', async () => {
      const at = await post(cardOf(freshRequest()));
      const many = Array.from({ length: 60 }, (_, index) => line(index, ['x'.repeat(500)]));
      await platform.postLines(at, many, people, io);
      expect(await threadLines(at)).toHaveLength(60);
    });
  });

  describe('a person', () => {
    test('is written to directly', async () => {
      const where = { kind: 'person', account: world.ada } as const;
      const note = { text: ['Your access ends soon. ', EVIL], buttons: [] };
      await platform.postNote(where, note, people, io);
      expect((await world.directTexts(world.ada)).join('\n')).toContain(EVIL);
      expect((await world.directTexts(world.grace)).join('\n')).not.toContain(EVIL);
    });

    test('is answered in private', async () => {
      await world.type(world.ada, 'lb-admin 1h because');
      const replyTo = intake.deliveries[0]?.replyTo ?? {};
      const example = '/jit lb-admin 1h rotate';
      await platform.answer(replyTo, { ...answerOf(`No. ${EVIL}`), example }, people, io);
      const answers = (await world.answers(world.ada)).join('\n');
      expect(answers).toContain(EVIL);
      expect(answers).toContain(example);
      expect((await world.answers(world.grace)).join('\n')).not.toContain(EVIL);
    });

    test('has a home page', async () => {
      const home: HomeView = {
        mine: [cardOf(freshRequest())],
        waitingForMe: [cardOf(freshRequest(), { title: ['another'] })],
        more: { mine: 3, waitingForMe: 0 },
        roles: [{ name: 'lb-admin', description: EVIL }],
      };
      await platform.drawHome(world.ada, home, people, io);
      const text = await world.homeText(world.ada);
      for (const part of ['lb-admin for Ada', 'another', '3 more', EVIL, 'Ask'])
        expect(text).toContain(part);
    });
  });

  describe('the directory', () => {
    test('tells what each account is', async () => {
      for (const [standing, account] of Object.entries(world.standings))
        expect(await platform.profile(account, io)).toMatchObject({ standing });
    });

    test('tells name and e-mail, and finds the account by it', async () => {
      const profile = await platform.profile(world.ada, io);
      expect(profile.email).toBe('ada@example.com');
      expect(profile.name.toLowerCase()).toContain('ada');
      expect(await platform.accountByEmail('ada@example.com', io)).toEqual(world.ada);
      expect(await platform.accountByEmail('nobody@example.com', io)).toBeUndefined();
    });

    test('knows nobody by an account that is not there', async () => {
      await fails('not-found', () => platform.profile({ ...world.ada, userId: 'U404' }, io));
    });

    test('lists the members of a group', async () => {
      if (world.group === null) return;
      expect(await platform.groupMembers(world.group.name, io)).toEqual(world.group.members);
      await fails('not-found', () => platform.groupMembers('@no-such-group', io));
    });

    test('says of each channel whether it can be posted to', async () => {
      const channels = [world.channel, world.undeliverable].map((channel) => {
        return { platform: platform.name, channel };
      });
      const levels = (await platform.doctor(channels, io)).map(({ level }) => level);
      expect(levels).toContain('ok');
      expect(levels).toContain('fault');
    });
  });

  describe('a delivery', () => {
    test('is accepted before it is acknowledged', async () => {
      const { isAcknowledged } = await world.type(world.ada, 'lb-admin 1h because');
      expect(isAcknowledged).toBe(true);
      expect(intake.deliveries).toMatchObject([
        { account: world.ada, intent: { kind: 'typed', text: 'lb-admin 1h because' } },
      ]);
    });

    test('that comes again has the same key, and is given the first answer', async () => {
      const outcome = await world.type(world.ada, 'lb-admin 1h because');
      await outcome.replay();
      const [first, second] = intake.deliveries;
      expect(second?.key).toBe(first?.key);
      expect((await world.answers(world.ada)).join('\n')).toContain('the first answer');
    });

    test('typed twice has two keys', async () => {
      await world.type(world.ada, 'lb-admin 1h because');
      await world.type(world.ada, 'lb-admin 1h because');
      expect(new Set(intake.deliveries.map(({ key }) => key)).size).toBe(2);
    });

    test('that cannot be written down is not acknowledged', async () => {
      intake.isBroken = true;
      const { isAcknowledged } = await world.type(world.ada, 'lb-admin 1h because');
      expect(isAcknowledged).toBe(false);
    });

    test('of a click names the message that was clicked on', async () => {
      const request = freshRequest();
      const at = await post(cardOf(request));
      await world.press(world.grace, at, 'approve', request);
      const [click] = intake.deliveries;
      expect(click).toMatchObject({
        account: world.grace,
        intent: { kind: 'pressed', action: 'approve', request },
        message: at,
      });
      await platform.updateCard(click?.message ?? {}, cardOf(request), people, io);
    });
  });

  describe('a fault', () => {
    test('is undeliverable where nobody can ever be written to', async () => {
      const where = { kind: 'channel', channel: world.undeliverable } as const;
      await fails('undeliverable', () =>
        platform.postCard(where, cardOf(freshRequest()), people, io),
      );
    });

    test('is a timeout when the caller gives up, and nothing is posted', async () => {
      const before = (await world.channelTexts()).length;
      const given = { signal: AbortSignal.abort() };
      await fails('timeout', () =>
        platform.postCard(here(), cardOf(freshRequest()), people, given),
      );
      expect((await world.channelTexts()).length).toBe(before);
    });
  });
}

function principal(id: PrincipalId, name: string, account: Account): Principal {
  return { id, name, email: `${name.toLowerCase()}@example.com`, accounts: [account] };
}

function linesIn(texts: readonly string[]) {
  return texts
    .flatMap((text) => text.split(/[\n\r]/))
    .flatMap((text) => {
      const [, seq, hash, rest] = LINE.exec(text) ?? [];
      return seq === undefined ? [] : [[Number(seq), hash, rest]];
    });
}

async function fails(expected: ChatErrorCode, work: () => Promise<unknown>): Promise<void> {
  await expect(work()).rejects.toMatchObject({ name: 'ChatError', code: expected });
}
