import { expect, test } from 'vitest';
import { SecretMask } from './secret-mask.ts';

const SECRET = 'p4ss w/rd+"ü"-Q7xK9m';

test.each([
  ['itself', SECRET],
  ['a URL', encodeURIComponent(SECRET)],
  ['a URL in small letters', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ['a form', new URLSearchParams({ a: SECRET }).toString().slice(2)],
  ['JSON', JSON.stringify(SECRET)],
  ['JSON of Python', JSON.stringify(SECRET).replace('ü', '\\u00fc').replace('ü', '\\u00fc')],
  ['Base64', Buffer.from(SECRET).toString('base64')],
  ['URL-safe Base64', Buffer.from(`x${SECRET}`).toString('base64url')],
  ['Basic', Buffer.from(`me:${SECRET}`).toString('base64')],
])('a secret is hidden in %s', (_where, text) => {
  const mask = new SecretMask();
  mask.add(SECRET);
  const hidden = mask.text(`before ${text} after`);
  expect(hidden).toMatch(/^before .*\*\*\*.* after$/);
  expect(hidden).not.toContain('Q7xK9m');
  expect(hidden).not.toContain(Buffer.from('Q7xK9m').toString('base64').slice(2, 6));
});

test('the lines of a key are hidden one by one', () => {
  const lines = ['-----BEGIN KEY-----', 'b3BlbnNzaC1rZXktdjEAAAAA', 'QyNTUxOQAAACBc1dg', '-----END KEY-----'];
  const mask = new SecretMask();
  mask.add(`${lines.join('\n')}\n`);
  expect(lines.map((line) => mask.text(line))).toEqual(['-----BEGIN KEY-----', '***', '***', '-----END KEY-----']);
});

test('what one step was handed is hidden from the others, unless it is too short to be a secret for sure', () => {
  const run = new SecretMask();
  const [one, other] = [new SecretMask(run), new SecretMask(run)];
  one.add('long-enough-to-be-one');
  one.add('eu');
  expect(other.text('long-enough-to-be-one in eu')).toBe('*** in eu');
  expect(one.text('long-enough-to-be-one in eu')).toBe('*** in ***');
  expect(other.key('a long-enough-to-be-one', undefined)).toBe('a ***');
  one.add('1234567890');
  expect([one.hidesNumber(1234567890), other.hidesNumber(1234567890), other.hidesNumber(7)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('a short secret that is part of a long one does not break it open', () => {
  const mask = new SecretMask(new SecretMask());
  mask.add('ab');
  mask.add('left-ab-right');
  expect(mask.text('left-ab-right')).toBe('***');
});
