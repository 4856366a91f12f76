import { type TrialRequest, tryPolicy, type UpstreamAnswer } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { bodyTransform } from './body-transform.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** What the upstream gets of a body. */
async function request(changes: object, body: unknown, more: TrialRequest = {}) {
  await using trial = await tryPolicy(bodyTransform, { request: changes });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await trial.send({ method: 'POST', body: text, headers: JSON_TYPE, ...more });
  return { answer, sent: trial.sent[0]?.body };
}

/** What the caller gets of an answer. */
async function response(changes: object, answer: UpstreamAnswer, given: TrialRequest = {}) {
  await using trial = await tryPolicy(bodyTransform, { response: changes }, { upstream: () => answer });
  return trial.send(given);
}

const order = () => ({
  id: 7,
  secret: 'x',
  items: [
    { no: 1, cost: 2 },
    { no: 3, cost: 4 },
  ],
  by: { name: 'ada', ssn: '1' },
});

test.each([
  [{ omit: ['secret', 'items.*.cost', '/by/ssn'] }, { id: 7, items: [{ no: 1 }, { no: 3 }], by: { name: 'ada' } }],
  [{ omit: ['items.0', 'by', 'id', 'secret', 'none.at.all'] }, { items: [{ no: 3, cost: 4 }] }],
  [{ pick: ['id', 'items.*.no'] }, { id: 7, items: [{ no: 1 }, { no: 3 }] }],
  [{ pick: ['none'] }, {}],
  [{ pick: ['id'], rename: { id: 'orderId' } }, { orderId: 7 }],
  [
    { pick: ['items'], rename: { 'items.*.no': 'number' }, omit: ['items.1', 'items.*.cost'] },
    { items: [{ number: 1 }] },
  ],
  [
    { pick: ['by.name'], move: { 'by.name': 'customer.names.first' } },
    { by: {}, customer: { names: { first: 'ada' } } },
  ],
  [
    { pick: ['items'], set: { 'items.*.cost': 0, 'meta.v': 1 } },
    {
      items: [
        { no: 1, cost: 0 },
        { no: 3, cost: 0 },
      ],
      meta: { v: 1 },
    },
  ],
  [
    { pick: ['id'], defaults: { id: 1, kind: 'order' } },
    { id: 7, kind: 'order' },
  ],
  [
    { template: { order: { id: '{body.id}', all: '{body.items}' }, n: 1 } },
    { order: { id: 7, all: order().items }, n: 1 },
  ],
])('with %j the body of a request becomes %j', async (changes, expected) => {
  const { sent } = await request(changes, order());
  expect(JSON.parse(sent!)).toEqual(expected);
});

test('values of the request can be set, in place of what the caller says', async () => {
  const identity = { subject: 'u1', scheme: 's', scopes: [], claims: {} };
  const { sent } = await request({ set: { user: '{subject}' } }, { user: 'admin' }, { identity });
  expect(sent).toBe('{"user":"u1"}');
  expect((await request({ set: { user: '{subject}' } }, { user: 'admin' })).sent).toBe('{"user":null}');
});

test('numbers keep all their digits', async () => {
  const { sent } = await request(
    { omit: ['b'] },
    '{"a":12345678901234567890,"b":1,"c":1e400,"d":[0.12345678901234567890]}',
  );
  expect(sent).toBe('{"a":12345678901234567890,"c":1e400,"d":[0.12345678901234567890]}');
});

test('names that mean something to JavaScript are names', async () => {
  const { sent } = await request({ omit: ['a'], set: { 'constructor.x': 1 } }, '{"__proto__":{"admin":true},"a":1}');
  expect(sent).toBe('{"__proto__":{"admin":true},"constructor":{"x":1}}');
});

test('a body that is no JSON is refused where it says that it is', async () => {
  const { answer, sent } = await request({ omit: ['a'] }, '{');
  expect([answer.status, JSON.parse(answer.body).code, sent]).toEqual([400, 'GATEWAY_BODY_NOT_JSON', undefined]);
});

test('a compressed body is refused: what must go could pass within it', async () => {
  const { answer } = await request({ omit: ['a'] }, '{}', { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } });
  expect(JSON.parse(answer.body).code).toBe('GATEWAY_BODY_CODED');
});

test('bodies of other types go on as they are', async () => {
  const { sent } = await request({ omit: ['a'] }, '{"a":1}', { headers: { 'content-type': 'text/plain' } });
  expect(sent).toBe('{"a":1}');
});

test('answers are changed, and lose the ETag of what they were', async () => {
  const { body, headers } = await response(
    { omit: ['*.ssn'] },
    { headers: { etag: '"1"', ...JSON_TYPE }, body: [{ ssn: 1, a: 2 }] },
  );
  expect([JSON.parse(body), headers['etag']]).toEqual([[{ a: 2 }], undefined]);
});

test('errors are changed only where the route says so', async () => {
  const answer = { status: 500, body: { stack: 'x' } };
  expect((await response({ omit: ['stack'] }, answer)).body).toBe('{"stack":"x"}');
  expect((await response({ omit: ['stack'], errors: true }, answer)).body).toBe('{}');
});

test('an answer that cannot be read does not pass', async () => {
  const { status, body } = await response({ omit: ['a'] }, { headers: JSON_TYPE, body: '{"a"' });
  expect([status, JSON.parse(body).code]).toEqual([502, 'GATEWAY_ANSWER_NOT_JSON']);
});

test.each([
  [{}, 'it would do nothing'],
  [{ request: { omit: ['a..b'] } }, 'no place'],
  [{ request: { omit: ['__proto__.x'] } }, 'no place'],
  [{ request: { rename: { a: '__proto__' } } }, 'no name of a field'],
  [{ request: { move: { 'a.*': 'b' } } }, 'request.move.a'],
  [{ request: { set: { a: '{nothing}' } } }, 'no value of a request'],
])('the settings %j are refused', async (config, problem) => {
  await expect(tryPolicy(bodyTransform, config)).rejects.toThrow(problem);
});
