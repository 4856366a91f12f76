import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { securityHeaders } from './security-headers.ts';

const upstream = () => ({
  headers: { Server: 'nginx/1', 'X-Powered-By': 'PHP', 'X-Frame-Options': 'SAMEORIGIN' },
  body: 'ok',
});

test('answers get what browsers are to forbid, and lose what names the software', async () => {
  await using trial = await tryPolicy(securityHeaders, {}, { upstream });
  const { headers } = await trial.send();
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-xss-protection': '1; mode=block',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'content-security-policy':
      "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'",
  });
  expect(headers['server']).toBeUndefined();
  expect(headers['x-powered-by']).toBeUndefined();
});

test('what the upstream says itself counts, unless it is told otherwise', async () => {
  await using kept = await tryPolicy(securityHeaders, {}, { upstream });
  expect((await kept.send()).headers['x-frame-options']).toBe('SAMEORIGIN');
  await using replaced = await tryPolicy(securityHeaders, { overwrite: true }, { upstream });
  expect((await replaced.send()).headers['x-frame-options']).toBe('DENY');
});

test('https is made lasting over https alone', async () => {
  await using trial = await tryPolicy(securityHeaders);
  expect((await trial.send()).headers['strict-transport-security']).toBeUndefined();
  expect((await trial.send({ scheme: 'https' })).headers['strict-transport-security']).toContain('max-age=31536000');
});

test('a header can be left out', async () => {
  await using trial = await tryPolicy(securityHeaders, { contentSecurityPolicy: false });
  expect((await trial.send()).headers['content-security-policy']).toBeUndefined();
});

test('a value of two lines is refused', async () => {
  await expect(tryPolicy(securityHeaders, { frameOptions: 'DENY\r\nx: y' })).rejects.toThrow(/one line/);
});
