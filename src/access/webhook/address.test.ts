import { describe, expect, it } from 'vitest';
import { addressOf } from './address.ts';

const signal = AbortSignal.timeout(5_000);

const where = (found: readonly string[], networks: readonly string[] = [], host = 'a.example') =>
  addressOf(new URL(`https://${host}/`), new Map([[host, networks]]), async () => found, signal);

describe('the address of a receiver', () => {
  it('is what its name stands for', async () => {
    for (const address of [
      '93.184.215.14',
      '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
      '2a00:1450::1',
    ])
      expect(await where([address])).toBe(address);
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '::7f00:1'],
    ...['::ffff:0:7f00:1', '64:ff9b:1::1', '100::1', '100:0:0:1::1', '2001::1', '2001:db8::1'],
    ...['3fff::1', '3fff:fff::1', '4000::1', '5f00::1', 'fec0::1', '192.0.0.8', '192.88.99.1'],
    ...['198.18.0.1', '198.51.100.1', '203.0.113.1', '::ffff:93.184.215.14'],
  ])('is not %s, unless that is listed', async (address) => {
    await expect(where([address])).rejects.toMatchObject({ code: 'misconfigured' });
    await expect(where(['93.184.215.14', address])).rejects.toThrow('not public');
  });

  it('may be in a network that is listed for this host, and in no other', async () => {
    expect(await where(['10.1.2.3'], ['10.1.2.0/24'])).toBe('10.1.2.3');
    expect(await where(['::ffff:10.1.2.3'], ['10.1.2.0/24'])).toBe('::ffff:10.1.2.3');
    expect(await where(['64:ff9b::a00:1'], ['64:ff9b::/96'])).toBe('64:ff9b::a00:1');
    await expect(where(['10.1.3.3'], ['10.1.2.0/24'])).rejects.toThrow('10.1.3.3');
  });

  it('is not looked up for a host that is not listed', async () => {
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return ['93.184.215.14'];
    };
    const found = addressOf(new URL('https://b.example/'), new Map(), resolve, signal);
    await expect(found).rejects.toThrow('HALLPASS_WEBHOOK_HOSTS');
    expect(asked).toEqual([]);
  });

  it('may be written down, if it is listed as it is written', async () => {
    expect(await where([], [], '127.0.0.1')).toBe('127.0.0.1');
    const url = new URL('https://[::1]/');
    expect(await addressOf(url, new Map([['::1', []]]), async () => [], signal)).toBe('::1');
  });

  it('that cannot be found is no reason to go elsewhere', async () => {
    await expect(where([])).rejects.toMatchObject({ code: 'unavailable' });
    const never = () => new Promise<readonly string[]>(() => {});
    const hosts = new Map([['a.example', []]]);
    const over = AbortSignal.abort();
    const found = addressOf(new URL('https://a.example/'), hosts, never, over);
    await expect(found).rejects.toMatchObject({ code: 'timeout' });
  });
});
