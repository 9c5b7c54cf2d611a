import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressFrom, hrefOf } from './address.ts';
import { html } from './html.ts';

test('whatever is put in is text, in an element and in an attribute', () => {
  const evil = `<img src=x onerror='a'> & "`;
  expect(html`<p title="${evil}">${evil}</p>`.markup).toBe(
    '<p title="&lt;img src=x onerror=&#39;a&#39;&gt; &amp; &quot;">' +
      '&lt;img src=x onerror=&#39;a&#39;&gt; &amp; &quot;</p>',
  );
});

test('no text makes an element or leaves its attribute', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const [, attribute, inner] = /^<p title="(.*)">(.*)<\/p>$/s.exec(
        html`<p title="${text}">${text}</p>`.markup,
      ) ?? ['', '<', '<'];
      expect(`${attribute}${inner}`).not.toMatch(/[<>"']/);
    }),
  );
});

test('HTML of ours stays HTML, lists are joined, and what is absent is nothing', () => {
  expect(html`${[html`<b>1</b>`, '<']}${null}${undefined}${false}${0}`.markup).toBe(
    '<b>1</b>&lt;0',
  );
});

test('writing that turns its direction is shown as something strange', () => {
  expect(html`${'abc\u202egnp'}`.markup).toBe('abc\ufffdgnp');
});

test('an address leads back to itself, whatever people and channels are called', () => {
  const names = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(names, names, fc.option(names), (who, channel, role) => {
      const address = {
        ...{ who, at: { kind: 'channel', channel } as const, role, request: null },
        ...({ panel: 'why', form: 'ask', verify: false } as const),
      };
      fc.pre(who !== '.' && who !== '..' && channel !== '.' && channel !== '..');
      expect(addressFrom(new URL(hrefOf(address), 'http://localhost'))).toEqual(address);
    }),
  );
});

test.each([
  '/',
  '/as',
  '/as/ada',
  '/as/ada/nowhere',
  '/as/ada/channel',
  '/as/ada/home/x',
  '/as/%/home',
])('%s is no address', (path) =>
  expect(addressFrom(new URL(path, 'http://localhost'))).toBeUndefined(),
);
