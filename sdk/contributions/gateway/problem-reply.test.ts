import { expect, test } from 'vitest';
import { problemReply } from './problem-reply.ts';

const limited = {
  status: 429,
  code: 'GATEWAY_RATE_LIMITED',
  title: 'Too many requests',
  detail: 'Wait 3 s.',
  exchange: { id: 'c-1' },
};

test('a refusal is a problem document with its code and the id of the request', () => {
  const { status, headers, body } = problemReply({ ...limited, headers: { 'retry-after': '3' } });
  expect(status).toBe(429);
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '3' });
  expect(JSON.parse(String(body))).toEqual({
    type: 'about:blank',
    title: 'Too many requests',
    status: 429,
    code: 'GATEWAY_RATE_LIMITED',
    detail: 'Wait 3 s.',
    correlationId: 'c-1',
  });
});

test('why it was refused stays inside', () => {
  const { because, body } = problemReply({ ...limited, because: 'address 192.0.2.1 had 101 requests' });
  expect(because).toContain('101');
  expect(body).not.toContain('101');
});
