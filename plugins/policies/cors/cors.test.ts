import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { cors } from './cors.ts';

const PAGES = {
  origins: ['https://tihomo.local', 'https://admin.tihomo.local', 'http://localhost:3333', 'capacitor://localhost'],
  credentials: true,
};
const preflight = (origin: string, more: Record<string, string> = {}) => ({
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT', ...more },
});

test('a preflight is answered here, with what the page asked for, and remembered for ten minutes', async () => {
  await using trial = await tryPolicy(cors, PAGES);
  const answer = await trial.send(
    preflight('https://tihomo.local', { 'Access-Control-Request-Headers': 'authorization, x-a' }),
  );
  expect(answer).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': 'https://tihomo.local',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'authorization, x-a',
      'access-control-max-age': '600',
    },
  });
  expect(trial.sent).toEqual([]);
});

test('a page that is not listed is refused, and told nothing', async () => {
  await using trial = await tryPolicy(cors, PAGES);
  const answer = await trial.send(preflight('https://evil.example'));
  expect(answer.status).toBe(403);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test.each([
  'https://tihomo.local.evil.example',
  'https://xtihomo.local',
  'null',
  'https://tihomo.local:8443',
])('%s is another origin', async (origin) => {
  await using trial = await tryPolicy(cors, PAGES);
  expect((await trial.send({ headers: { origin } })).headers['access-control-allow-origin']).toBeUndefined();
});

test('an answer names its page, whatever the upstream says, and caches are told', async () => {
  await using trial = await tryPolicy(cors, PAGES, {
    upstream: () => ({ headers: { 'Access-Control-Allow-Origin': '*', Vary: 'Accept' }, body: 'ok' }),
  });
  const { headers } = await trial.send({ headers: { Origin: 'capacitor://localhost' } });
  expect(headers).toMatchObject({
    'access-control-allow-origin': 'capacitor://localhost',
    'access-control-allow-credentials': 'true',
    vary: 'Accept, Origin',
  });
});

test('subdomains by a star are those alone', async () => {
  await using trial = await tryPolicy(cors, { origins: ['https://*.example.com'] });
  const allowed = async (origin: string) =>
    (await trial.send({ headers: { origin } })).headers['access-control-allow-origin'] !== undefined;
  expect(await allowed('https://a.b.example.com')).toBe(true);
  expect(await allowed('https://example.com')).toBe(false);
  expect(await allowed('http://a.example.com')).toBe(false);
  expect(await allowed('https://evil.com/.example.com')).toBe(false);
});

test('everybody may call where no credentials go along', async () => {
  await using trial = await tryPolicy(cors, { origins: '*' });
  const { headers } = await trial.send({ headers: { Origin: 'https://any.example' } });
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers['vary']).toBeUndefined();
});

test('everybody with credentials is refused as a configuration', async () => {
  await expect(tryPolicy(cors, { origins: '*', credentials: true })).rejects.toThrow(/must be listed/);
});

test('origins can be told by a pattern that fits the whole of them', async () => {
  await using trial = await tryPolicy(cors, {
    origins: ['https://app.example.com'],
    like: ['https://pr-\\d+\\.example\\.dev'],
  });
  expect((await trial.send(preflight('https://pr-12.example.dev'))).status).toBe(204);
  expect((await trial.send(preflight('https://pr-12.example.dev.evil.com'))).status).toBe(403);
  await expect(tryPolicy(cors, { ...PAGES, like: ['('] })).rejects.toThrow('no regular expression');
});
