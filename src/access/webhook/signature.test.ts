import { expect, it } from 'vitest';
import { Secret } from '../../secret.ts';
import { distrust, sign } from './signature.ts';

/** The example of the specification. */
const SECRET = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
const NOW = 1_614_265_330_000;
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const BODY = '{"test": 2432232314}';

it('signs as the specification shows', () => {
  expect(sign([SECRET], ID, NOW, BODY)).toEqual({
    id: ID,
    timestamp: '1614265330',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('believes one signature of several', () => {
  const signed = sign([SECRET], ID, NOW, BODY);
  const signature = `v1,AAAA v2,BBBB ${signed.signature}`;
  expect(distrust([SECRET], { ...signed, signature }, NOW, BODY)).toBeUndefined();
  expect(distrust([], signed, NOW, BODY)).toBe('its signature is not ours');
});
