import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, startTestHost, type TestHost } from '../../../tests/host.fixture.ts';
import { failure, greeting } from '../small-workflows.fixture.ts';

let host: TestHost;
beforeAll(async () => {
  host = await startTestHost({
    backplane:
      'log: { level: silent }\ntemplates: { workflows: [] }\nsecrets: { hooks: { SIGNING: configured-secret } }\n',
  });
});
afterAll(() => host[Symbol.asyncDispose]());

let aliases = 0;
async function stored(source = greeting()): Promise<string> {
  const alias = `flow-${++aliases}`;
  expect((await host.api('POST', '/workflows', { alias, source })).status).toBe(201);
  return alias;
}
const sign = (secret: string, body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

test('a signed webhook call runs the workflow; unsigned, wrongly signed and changed ones do not', async () => {
  const alias = await stored();
  const { secret, path } = (await host.api('POST', `/workflows/${alias}/webhook`, {})).body;
  expect(path).toBe(`/api/webhooks/${alias}`);
  const body = JSON.stringify({ name: 'Grace' });
  const send = (signature: Record<string, string>, sent = body) =>
    call(`${host.url}${path}?wait=true`, 'POST', sent, { 'content-type': 'application/json', ...signature });
  expect((await send({ 'x-backplane-signature': sign(secret, body) })).body.result).toBe('Hello, Grace!');
  expect((await send({ 'x-tracecat-signature': sign(secret, body) })).body.result).toBe('Hello, Grace!');
  expect((await send({})).body.code).toBe('WEBHOOK_SIGNATURE_MISSING');
  expect((await send({ 'x-backplane-signature': sign('other', body) })).body.code).toBe('WEBHOOK_SIGNATURE_INVALID');
  expect((await send({ 'x-backplane-signature': 'sha256=zz' })).body.code).toBe('WEBHOOK_SIGNATURE_INVALID');
  expect((await send({ 'x-backplane-signature': sign(secret, body) }, body.replace('Grace', 'Eve'))).body.code).toBe(
    'WEBHOOK_SIGNATURE_INVALID',
  );
  const rotated = (await host.api('POST', `/workflows/${alias}/webhook`, { rotate: true })).body.secret;
  expect((await send({ 'x-backplane-signature': sign(secret, body) })).status).toBe(401);
  expect((await send({ 'x-backplane-signature': sign(rotated, body) })).status).toBe(200);
});

test('a webhook that names a secret is signed with that one, which is never shown', async () => {
  const alias = await stored(greeting(', secret: hooks.SIGNING'));
  expect((await host.api('POST', `/workflows/${alias}/webhook`, {})).body.code).toBe('WORKFLOW_WEBHOOK_SECRET_NAMED');
  const body = '{"name":"Ada"}';
  const headers = { 'content-type': 'application/json', 'x-backplane-signature': sign('configured-secret', body) };
  expect((await call(`${host.url}/api/webhooks/${alias}?wait=result`, 'POST', body, headers)).body).toBe('Hello, Ada!');
});

test('a workflow without a webhook has no secret for one', async () => {
  const alias = await stored(failure);
  expect((await host.api('POST', `/workflows/${alias}/webhook`, {})).body.code).toBe('WORKFLOW_HAS_NO_WEBHOOK');
});

test('a webhook takes only the methods that its workflow names', async () => {
  const alias = await stored(greeting(', methods: [PUT]'));
  const { status, body, headers } = await call(`${host.url}/api/webhooks/${alias}`, 'POST', '{}');
  expect([status, body.code, headers.get('allow')]).toEqual([405, 'HTTP_METHOD_NOT_ALLOWED', 'PUT']);
  expect((await call(`${host.url}/api/webhooks/nobody`, 'POST', '{}')).body.code).toBe('WEBHOOK_NOT_FOUND');
});

test('a list never shows a webhook secret', async () => {
  const alias = await stored();
  const { secret } = (await host.api('POST', `/workflows/${alias}/webhook`, {})).body;
  for (const path of ['/workflows', `/workflows/${alias}`])
    expect(JSON.stringify((await host.api('GET', path)).body)).not.toContain(secret);
});
