import { expect, test } from 'vitest';
import { lambdas, run, scripted } from './call.fixture.ts';
import { httpPoll } from './http-poll.ts';
import { pollDelayMs } from './poll-delay.ts';

const poll = (http: object, input: object, expressions = lambdas({})) =>
  run(httpPoll, { url: 'https://api.test/x', poll_interval: 0, ...input }, { http, expressions });

test('it asks until the condition holds, whatever the status, and gives that answer', async () => {
  const http = scripted(
    { status: 404, data: '{"state":"new"}' },
    { data: { state: 'new' } },
    { data: { state: 'done' } },
  );
  const expressions = lambdas({ 'is done': (x) => x.data.state === 'done' && x.status_code === 200 });
  expect((await poll(http, { poll_condition: 'is done' }, expressions)).data).toEqual({ state: 'done' });
  expect(http.sent.length).toBe(3);
});

test('retry codes mean "not yet"; other errors are errors', async () => {
  const http = scripted({ status: 404 }, { status: 409 }, { data: { ok: true } });
  expect((await poll(http, { poll_retry_codes: [404, 409] })).data).toEqual({ ok: true });
  await expect(poll(scripted({ status: 404 }, { status: 401 }), { poll_retry_codes: 404 })).rejects.toMatchObject({
    code: 'HTTP_STATUS_DENIED',
  });
});

test('it gives up after the attempts it may make', async () => {
  const http = scripted({ status: 404 });
  await expect(poll(http, { poll_retry_codes: 404, poll_max_attempts: 3 })).rejects.toMatchObject({
    code: 'HTTP_POLL_EXHAUSTED',
    message: 'api.test was asked 3 times and was never ready; its last status was 404.',
  });
  expect(http.sent.length).toBe(3);
});

test('without a limit it goes on until the answer is ready', async () => {
  const http = scripted(...Array.from({ length: 30 }, () => ({ status: 404 })), { data: 'ok' });
  expect((await poll(http, { poll_retry_codes: 404, poll_max_attempts: 0 })).data).toBe('ok');
});

test('an abort ends the pause', async () => {
  const controller = new AbortController();
  const http = {
    async send() {
      controller.abort();
      return { status: 404, headers: {}, body: new Uint8Array(), url: '' };
    },
  };
  const input = { url: 'u', poll_retry_codes: 404, poll_interval: 3600 };
  await expect(run(httpPoll, input, { http, expressions: lambdas({}), signal: controller.signal })).rejects.toThrow(
    'aborted',
  );
});

test('an answer that never changes is not waited for', async () => {
  const http = scripted({ data: 'first', fixture: {} });
  expect((await poll(http, { poll_condition: 'never' }, lambdas({ never: () => false }))).data).toBe('first');
});

test('polling for nothing is refused', async () => {
  await expect(poll(scripted({}), {})).rejects.toMatchObject({ code: 'HTTP_POLL_WITHOUT_CONDITION' });
});

test('pauses double from one second to a minute, are fixed where given, and respect what the service asks', () => {
  expect([1, 2, 3, 6, 7, 50].map((attempt) => pollDelayMs(attempt, undefined))).toEqual([
    1000, 2000, 4000, 32_000, 60_000, 60_000,
  ]);
  expect(pollDelayMs(5, 0.5)).toBe(500);
  expect(pollDelayMs(1, 0.5, 3000)).toBe(3000);
});
