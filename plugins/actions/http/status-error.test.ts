import { expect, test } from 'vitest';
import { replyOf, run, scripted } from './call.fixture.ts';
import { httpRequest } from './http-request.ts';
import { retryAfterMs } from './retry-after.ts';

const failure = (answer: object, input: object = {}) =>
  run(httpRequest, { url: 'https://api.test/hidden?key=hidden', ...input }, { http: scripted(answer) }).catch(
    (error) => error,
  );

test.each([
  [400, 'HTTP_STATUS_BAD_REQUEST', 'after-fix'],
  [401, 'HTTP_STATUS_DENIED', 'after-fix'],
  [403, 'HTTP_STATUS_DENIED', 'after-fix'],
  [404, 'HTTP_STATUS_NOT_FOUND', 'after-fix'],
  [409, 'HTTP_STATUS_CLIENT_ERROR', 'after-fix'],
  [422, 'HTTP_STATUS_UNPROCESSABLE', 'after-fix'],
  [429, 'HTTP_STATUS_RATE_LIMITED', 'later'],
  [500, 'HTTP_STATUS_SERVER_ERROR', 'later'],
  [503, 'HTTP_STATUS_UNAVAILABLE', 'later'],
])('%i is %s', async (status, code, retry) => {
  const error = await failure({ status, data: { error: 'bad field' } });
  expect([error.code, error.facts.retry]).toEqual([code, retry]);
  expect(error.message).toMatch(new RegExp(`^api.test answered ${status}: .* It said: \\{"error":"bad field"\\}$`));
  expect(error.facts.details).toEqual({ status_code: status, data: '{"error":"bad field"}' });
  expect(JSON.stringify(error)).not.toContain('hidden');
});

test('a status that is ignored is an answer', async () => {
  expect(await failure({ status: 404, data: 'gone' }, { ignore_status_codes: [404] })).toMatchObject({
    status_code: 404,
    data: 'gone',
  });
});

test('what the service says is shortened', async () => {
  const error = await failure({ status: 500, data: 'x'.repeat(10_000) });
  expect(error.message.length).toBeLessThan(400);
  expect(error.facts.details.data.length).toBe(4001);
});

test('retry-after is understood as seconds and as a date', async () => {
  expect((await failure({ status: 429, headers: { 'retry-after': '7' } })).facts.retryAfterMs).toBe(7000);
  const at = (text: string) => retryAfterMs(replyOf({ headers: { 'retry-after': text } }), Date.UTC(2026, 0, 1));
  expect(at('Thu, 01 Jan 2026 00:01:00 GMT')).toBe(60_000);
  expect(at('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0);
  expect(at('soon')).toBeUndefined();
});
