import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { botRules } from './bot-rules.ts';

async function status(config: object, userAgent?: string) {
  await using trial = await tryPolicy(botRules, config);
  return (await trial.send(userAgent === undefined ? {} : { headers: { 'User-Agent': userAgent } })).status;
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';

test.each([
  ['a text anywhere, whatever its case', { deny: ['badbot'] }, 'Mozilla/5.0 (compatible; BadBot/2.1)', 403],
  ['a regular expression', { deny: ['/^curl\\/7/'] }, 'curl/7.88', 403],
  ['a regular expression with its case', { deny: ['/^curl/'] }, 'CURL/7', 200],
  ['a regular expression of any case', { deny: ['/^curl/i'] }, 'CURL/7', 403],
  ['what is allowed before what is denied', { allow: ['goodbot'], deny: ['bot'] }, 'GoodBot/1', 200],
  ['a list of known programs', { known: ['scanners'] }, 'sqlmap/1.8#stable', 403],
  ['a browser past all lists', { known: ['scanners', 'ai', 'scrapers', 'libraries'] }, BROWSER, 200],
  ['only what is allowed', { allow: ['AcmeApp/'], others: 'deny' }, 'AcmeApp/3', 200],
  ['nobody else', { allow: ['AcmeApp/'], others: 'deny' }, BROWSER, 403],
  ['who does not say what it is', { empty: 'deny' }, undefined, 403],
  ['who says nothing', { empty: 'deny' }, ' ', 403],
  ['silence, unless it is denied', { deny: ['x'] }, undefined, 200],
  ['a name that is too long', { deny: ['x'], maxLength: 10 }, 'y'.repeat(11), 403],
  ['another status', { deny: ['x'], status: 404 }, 'x', 404],
])('%s is judged', async (_, config, userAgent, expected) => {
  expect(await status(config, userAgent)).toBe(expected);
});

test('the same name gets the same verdict again', async () => {
  await using trial = await tryPolicy(botRules, { deny: ['bad'] });
  const headers = { 'User-Agent': 'bad' };
  await trial.send({ headers });
  const { status, body } = await trial.send({ headers });
  expect([status, JSON.parse(body).code]).toEqual([403, 'GATEWAY_BOT_REFUSED']);
});

test.each([
  [{}, 'it would do nothing'],
  [{ deny: ['/(/'] }, 'neither a text'],
  [{ deny: [' '] }, 'neither a text'],
  [{ known: ['all'] }, 'known'],
])('the settings %j are refused', async (config, problem) => {
  await expect(status(config)).rejects.toThrow(problem);
});
