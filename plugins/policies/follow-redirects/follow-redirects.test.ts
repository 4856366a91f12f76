import { tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { followRedirects } from './follow-redirects.ts';

const targets = [{ id: 'a', origin: 'http://10.0.0.1:8080', weight: 1, metadata: {} }];
const to = (location: string, status = 302): UpstreamAnswer => ({ status, headers: { location } });

async function ways(answers: Readonly<Record<string, UpstreamAnswer>>, sent: object = {}, config: object = {}) {
  await using trial = await tryPolicy(followRedirects, config, {
    targets,
    upstream: ({ path }) => answers[path] ?? { status: 200, body: path },
  });
  const { status } = await trial.send({ url: '/start', ...sent });
  return [status, ...trial.sent.map(({ method, path }) => `${method} ${path}`)];
}

test('redirections of a service to itself are followed, whole or relative', async () => {
  const answers = { '/start': to('/next?a=1'), '/next?a=1': to('http://10.0.0.1:8080/end', 301) };
  expect(await ways(answers)).toEqual([200, 'GET /start', 'GET /next?a=1', 'GET /end']);
});

test('those to somebody else are the caller’s', async () => {
  expect(await ways({ '/start': to('http://evil.example.com/') })).toEqual([302, 'GET /start']);
  expect(await ways({ '/start': to('//10.0.0.1:9090/') })).toEqual([302, 'GET /start']);
  expect(await ways({ '/start': to('https://10.0.0.1:8080/') })).toEqual([302, 'GET /start']);
});

test('so are those that come too often, name no place, or would need the body again', async () => {
  expect(await ways({ '/start': to('/start') }, {}, { max: 2 })).toEqual([302, ...Array(3).fill('GET /start')]);
  expect(await ways({ '/start': { status: 302 } })).toEqual([302, 'GET /start']);
  expect(await ways({ '/start': to('/next', 307) }, { method: 'POST', body: 'x' })).toEqual([307, 'POST /start']);
});

test('see other is asked with GET', async () => {
  const answers = { '/start': to('/next', 303) };
  expect(await ways(answers, { method: 'DELETE' })).toEqual([200, 'DELETE /start', 'GET /next']);
  expect(await ways(answers, { method: 'HEAD' })).toEqual([200, 'HEAD /start', 'HEAD /next']);
});

test.each([[{ max: 0 }], [{ max: 51 }], [{ follow: true }]])('the configuration %j is refused', async (given) => {
  await expect(tryPolicy(followRedirects, given)).rejects.toThrow();
});
