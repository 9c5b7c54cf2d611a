/** The part of the contract that is about finding again what was written. */
import { describe, expect, it } from 'vitest';
import {
  ada,
  asked,
  asking,
  ben,
  commit,
  copy,
  NOON,
  person,
  request,
  requestId,
  role,
} from './contract-examples.ts';
import type { RequestQuery, Store } from './store.ts';

export function describeReading(store: () => Store): void {
  describe('requests', () => {
    const write = async () => {
      const other = { ...role, name: 'other' };
      const requests = [
        request('r1', 'pending', { askedAt: 1 }),
        request('r2', 'active', { askedAt: 2, requester: ben }),
        request('r3', 'ended', { askedAt: 3, role: other }),
        request('r4', 'denied', { askedAt: 4 }),
        request('r5', 'pending', { askedAt: 4, role: other }),
        ...broken,
      ];
      await store().commit(commit({ requests }));
    };

    const reviewed = { kind: 'closed', by: ada, judgement: 'justified', at: 9 } as const;
    const open = { kind: 'open', reminders: 0 } as const;
    const glass = { ...role, name: 'glass' };
    const broken = [
      { ...request('r6', 'ended', { askedAt: -3, role: glass }), review: open },
      { ...request('r7', 'active', { askedAt: -2, role: glass, requester: ben }), review: open },
      {
        ...request('r8', 'ended', { askedAt: -1, role: glass }),
        review: { ...reviewed, why: { digest: 'why' } },
      },
    ];

    it.each<[string, Partial<RequestQuery>, readonly string[]]>([
      ['all, newest first', {}, ['r5', 'r4', 'r3', 'r2', 'r1', 'r8', 'r7', 'r6']],
      ['no more than asked for', { limit: 2 }, ['r5', 'r4']],
      ['those of one person', { requester: ben }, ['r2', 'r7']],
      ['those for one role', { role: 'other' }, ['r5', 'r3']],
      ['those of one person for one role', { requester: ada, role: 'lb-admin' }, ['r4', 'r1']],
      ['those in some statuses', { statuses: ['pending', 'active'] }, ['r5', 'r2', 'r1', 'r7']],
      [
        'those that fit in every way',
        { role: 'other', statuses: ['pending'], requester: ada },
        ['r5'],
      ],
      ['none in no status', { statuses: [] }, []],
      ['those whose review is open', { unreviewed: true }, ['r7', 'r6']],
      ['those of one person whose review is open', { unreviewed: true, requester: ben }, ['r7']],
      ['those in a status whose review is open', { unreviewed: true, statuses: ['ended'] }, ['r6']],
    ])('finds %s', async (_, query, ids) => {
      await write();
      const found = await store().requests({ limit: 10, ...query });
      expect(found.map(({ value }) => value.id)).toEqual(ids);
      expect(found.every(({ version }) => version === 1)).toBe(true);
    });

    it('finds those that were over after some moment, the last first, whenever they were asked', async () => {
      const over = (id: string, askedAt: number, finishedAt: number, changes = {}) => ({
        ...request(id, 'ended', { askedAt, ...changes }),
        finishedAt,
      });
      const requests = [
        over('r1', 1, 50),
        over('r2', 3, 40),
        over('r3', 2, 60),
        over('r4', 4, 70, { requester: ben }),
        over('r5', 5, 80, { role: { ...role, name: 'other' } }),
        request('r6', 'denied'),
        request('r7', 'active'),
      ];
      await store().commit(commit({ requests }));
      const found = async (after: number, limit = 9) => {
        const query = { requester: ada, role: role.name, after, limit };
        return (await store().requestsOver(query)).map(({ value }) => value.id);
      };
      expect(await found(0)).toEqual(['r3', 'r1', 'r2']);
      expect(await found(40)).toEqual(['r3', 'r1']);
      expect(await found(0, 1)).toEqual(['r3']);
    });

    it('walks over all of them in pages', async () => {
      await write();
      const first = await store().requestsAfter('', 3);
      const second = await store().requestsAfter('r3', 2);
      expect([...first, ...second].map(({ value }) => value.id)).toEqual([
        'r1',
        'r2',
        'r3',
        'r4',
        'r5',
      ]);
    });
  });

  describe('people', () => {
    it('finds a person by id, by account and by e-mail', async () => {
      const record = {
        ...person(ada, ['U1', 'U2'], 'ada@example.com'),
        suspended: ['slack/T1/U2'],
      };
      await store().commit(commit({ people: [record] }));
      const found = { value: record, version: 1 };
      const account = { platform: 'slack', tenant: 'T1', userId: 'U2' };
      expect(await store().person(ada)).toEqual(found);
      expect(await store().personByAccount(account)).toEqual(found);
      expect(await store().peopleByEmail('Ada@example.com')).toEqual([found]);
      expect(await store().people([ben, ada])).toEqual([record]);
    });

    it('finds whose an e-mail ever was, in the order in which they were met', async () => {
      const known = (id: typeof ada, email: string, otherEmails: readonly string[] = []) => {
        const { principal, ...rest } = person(id, [], email);
        return { ...rest, principal: { ...principal, otherEmails } };
      };
      const first = known(ben, 'ben@example.com', ['ada@example.com', 'old@example.com']);
      await store().commit(commit({ people: [first] }));
      const expecting = [{ scope: { kind: 'person', id: ben }, version: 1 }] as const;
      const second = known(ada, 'ada@example.com');
      await store().commit(commit({ people: [second], expecting }));
      const found = async (email: string) =>
        (await store().peopleEverOf(email)).map(({ value }) => value);
      expect(await found('Ada@example.com')).toEqual([first, second]);
      expect(await found('ben@example.com')).toEqual([first]);
      expect(await found('')).toEqual([]);
      await store().commit(commit({ people: [known(ben, 'ada@example.com')] }));
      expect(await found('old@example.com')).toEqual([]);
      expect((await store().peopleEverOf('ada@example.com'))[0]?.version).toBe(2);
    });

    it('finds nobody by an empty e-mail, nor by an account that was unlinked', async () => {
      await store().commit(commit({ people: [person(ada, ['U1'])] }));
      await store().commit(commit({ people: [person(ada, [])] }));
      expect(await store().peopleByEmail('')).toEqual([]);
      const account = { platform: 'slack', tenant: 'T1', userId: 'U1' };
      expect(await store().personByAccount(account)).toBeUndefined();
    });

    it('finds the home pages that somebody opened, each as it was opened last', async () => {
      const account = { platform: 'slack', tenant: 'T1', userId: 'U1' };
      const home = { account, principal: ada, openedAt: NOON };
      await store().commit(
        commit({ people: [person(ada, ['U1'], 'ada@example.com')], homes: [home] }),
      );
      await store().commit(commit({ homes: [{ ...home, openedAt: NOON + 1 }] }));
      expect(await store().homes([ben, ada])).toEqual([{ ...home, openedAt: NOON + 1 }]);
      const among = (accounts: string[], emails: string[]) =>
        store().homesIn({ accounts: new Set(accounts), emails: new Set(emails) });
      expect(await among(['slack/T1/U1'], [])).toHaveLength(1);
      expect(await among([], ['ada@example.com'])).toHaveLength(1);
      expect(await among(['slack/T1/U2'], ['ben@example.com'])).toEqual([]);
    });
  });

  describe('copies', () => {
    const lagging = () => store().laggingCopies();

    it('never loses where a copy was posted', async () => {
      await store().commit(asking('r1'));
      const posted = copy('c1', 'r1', { ref: { ts: '1' }, drawnVersion: 1, toldSeq: 1 });
      await store().commit(commit({ copies: [posted] }));
      await store().commit(commit({ copies: [{ ...posted, ref: null }] }));
      expect(await store().copy(posted.id)).toEqual(posted);
    });

    it('lets drawing and telling write the same copy without undoing each other', async () => {
      await store().commit(asking('r1'));
      const read = copy('c1', 'r1', { ref: { ts: '1' } });
      await store().commit(commit({ copies: [{ ...read, drawnVersion: 3 }] }));
      await store().commit(commit({ copies: [{ ...read, toldSeq: 4 }] }));
      expect(await store().copy(read.id)).toEqual({ ...read, drawnVersion: 3, toldSeq: 4 });
      const elsewhere = { ...read, ref: { ts: '2' } };
      await store().commit(commit({ copies: [elsewhere] }));
      expect(await store().copy(read.id)).toEqual(elsewhere);
    });

    it('never takes up again what was given up, whoever writes it late', async () => {
      await store().commit(asking('r1'));
      const read = copy('c1', 'r1', { ref: { ts: '1' } });
      await store().commit(commit({ copies: [{ ...read, undeliverable: true }] }));
      for (const late of [{ toldSeq: 4 }, { ref: { ts: '2' } }])
        await store().commit(commit({ copies: [{ ...read, ...late }] }));
      expect((await store().copy(read.id))?.undeliverable).toBe(true);
    });

    it('knows which copies lag behind their request', async () => {
      await store().commit({ ...asking('r1'), copies: [copy('c1', 'r1')] });
      expect(await lagging()).toEqual(['c1']);
      const drawn = copy('c1', 'r1', { drawnVersion: 1, toldSeq: 1 });
      await store().commit(commit({ copies: [drawn] }));
      expect(await lagging()).toEqual([]);
      await store().commit(commit({ happenings: [asked('r1')] }));
      expect(await lagging()).toEqual(['c1']);
      await store().commit(commit({ copies: [{ ...drawn, toldSeq: 2 }] }));
      await store().commit(commit({ touches: [{ kind: 'request', id: requestId('r1') }] }));
      expect(await lagging()).toEqual(['c1']);
    });

    it('expects no thread below a copy that one person got, nor anything of one that cannot be drawn', async () => {
      const direct = copy('c1', 'r1', { principal: ada, drawnVersion: 1 });
      const dead = copy('c2', 'r1', { undeliverable: true });
      await store().commit({ ...asking('r1'), copies: [direct, dead] });
      expect(await lagging()).toEqual([]);
      expect(await store().copiesOf(requestId('r1'))).toEqual([direct, dead]);
    });
  });

  describe('entries', () => {
    it('come in order, in pages, and by what they are about', async () => {
      const met = { type: 'met', account: 'slack/T1/U1' } as const;
      const happenings = [asked('r1'), { subject: 'person', id: ada, event: met } as const];
      await store().commit(commit({ happenings }));
      await store().commit(commit({ happenings: [asked('r2'), asked('r1')] }));
      const seqs = async (query: object) =>
        (await store().entries({ afterSeq: 0, limit: 9, ...query })).map(({ seq }) => seq);
      expect(await seqs({})).toEqual([1, 2, 3, 4]);
      expect(await seqs({ afterSeq: 1, limit: 2 })).toEqual([2, 3]);
      expect(await seqs({ id: 'r1' })).toEqual([1, 4]);
      expect(await seqs({ subject: 'request' })).toEqual([1, 3, 4]);
      expect(await seqs({ subject: 'person', id: 'r1' })).toEqual([]);
      expect((await store().lastEntry())?.seq).toBe(4);
    });

    it('keep a text beside the chain until it is erased', async () => {
      await store().commit(asking('r1'));
      expect(await store().text('reason of r1')).toEqual({
        digest: 'reason of r1',
        salt: 'salt',
        text: 'rotate the certificate',
      });
      await store().commit(commit({ erases: ['reason of r1'] }));
      expect(await store().text('reason of r1')).toBeUndefined();
    });
  });

  it('forgets deliveries that were answered and homes that were opened long ago', async () => {
    const account = { platform: 'slack', tenant: 'T1', userId: 'U1' };
    const deliver = (key: string, at: number, answered: boolean) =>
      commit({
        received: { key, at, delivery: null },
        ...(answered ? { answered: { key, answer: 'ok' } } : {}),
      });
    await store().commit(deliver('old', NOON - 1, true));
    await store().commit(deliver('waiting', NOON - 1, false));
    await store().commit(deliver('new', NOON, true));
    const homes = [{ account, principal: ada, openedAt: NOON - 1 }];
    await store().commit(commit({ people: [person(ada, ['U1'])], homes }));
    expect(await store().prune(NOON)).toBe(2);
    expect(await store().inbox('old')).toBeUndefined();
    expect(await store().inbox('waiting')).toBeDefined();
    expect(await store().inbox('new')).toBeDefined();
    expect(await store().homes([ada])).toEqual([]);
  });
}
