import { expect, test } from 'vitest';
import { replyHttp } from '../../testing/reply-http.ts';
import { askIdentityService, fieldOf } from './identity-service.ts';

const settings = {
  url: 'http://id/verify',
  field: 'token',
  valid: 'isValid',
  headers: { 'x-key': 'k' },
  timeoutMs: 500,
};
const ask = (reply: object, credential = 'a "quoted" one') => {
  const sent: object[] = [];
  const http = replyHttp((request) => {
    sent.push(request);
    return reply;
  });
  return { sent, answer: askIdentityService(http, settings, credential, new AbortController().signal) };
};

test('the service gets the credential in JSON, follows nowhere else, and has so much time', async () => {
  const { sent, answer } = ask({ body: { IsValid: true, userId: 'u' } });
  expect(await answer).toEqual({ IsValid: true, userId: 'u' });
  expect(sent).toMatchObject([
    {
      url: 'http://id/verify',
      method: 'POST',
      body: '{"token":"a \\"quoted\\" one"}',
      timeoutMs: 500,
      followRedirects: false,
    },
  ]);
});

test.each([
  { body: { isValid: false } },
  { body: {} },
  { body: { isValid: 1 } },
  { status: 401 },
  { status: 404 },
])('%j is a no', async (reply) => {
  expect(await ask(reply).answer).toBeUndefined();
});

test.each([
  { status: 500 },
  { status: 302 },
  { body: 'yes' },
  { body: [] },
  { status: 204 },
])('%j is no verdict', async (reply) => {
  await expect(ask(reply, 'secret-token').answer).rejects.toThrow(/^(?!.*secret-token)the identity service answered/);
});

test('the exact name of a field comes before others', () => {
  expect(fieldOf({ ID: 1, id: 2 }, 'id')).toBe(2);
  expect(fieldOf({ ID: 1 }, 'id')).toBe(1);
  expect(fieldOf({}, 'constructor')).toBeUndefined();
});
