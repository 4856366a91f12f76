import { type PolicyTrialOptions, type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { headerTransform } from './header-transform.ts';

async function send(config: unknown, request: TrialRequest = {}, options: PolicyTrialOptions = {}) {
  await using trial = await tryPolicy(headerTransform, config, options);
  const answer = await trial.send(request);
  return { sent: trial.sent[0]!.headers, answered: answer.headers };
}

async function sendAs(claims: Record<string, unknown>, config: unknown, headers: Record<string, string> = {}) {
  const identity = { subject: 'u1', scheme: 'Bearer', scopes: [], claims };
  return (await send(config, { headers, identity })).sent;
}

test('headers of the request are removed, renamed, set and added to, in this order', async () => {
  const { sent } = await send(
    {
      request: {
        remove: ['X-Debug', 'x-internal-*'],
        rename: { 'X-Old': 'X-New' },
        set: { 'X-Gateway-Version': '1.0' },
        append: { Via: '1.1 gateway' },
      },
    },
    {
      headers: [
        ['x-debug', '1'],
        ['X-Internal-User', 'root'],
        ['x-old', 'a'],
        ['x-old', 'b'],
        ['X-New', 'forged'],
        ['x-gateway-version', '9'],
        ['via', '1.1 cdn'],
      ],
    },
  );
  expect(sent).toEqual({ 'x-new': 'a, b', 'x-gateway-version': '1.0', via: '1.1 cdn, 1.1 gateway' });
});

test('headers of the answer are changed, with values of the request', async () => {
  const { answered } = await send(
    { response: { remove: ['server'], set: { 'X-Route': '{route}/{param.id}' } } },
    {},
    { route: { params: { id: '7' } }, upstream: () => ({ headers: { Server: 'x' }, body: 'ok' }) },
  );
  expect(answered).toMatchObject({ 'x-route': 'route/7' });
  expect(answered['server']).toBeUndefined();
});

test('claims become headers, in place of what the caller says of them', async () => {
  const config = { request: { set: { 'X-User-Id': '{claim.sub}', 'X-User-Role': '{claim.role}' } } };
  const sent = await sendAs({ sub: 'u1', role: ['User', 'Admin'] }, config, { 'x-user-id': 'forged' });
  expect(sent).toMatchObject({ 'x-user-id': 'u1', 'x-user-role': 'User,Admin' });
});

test('a header whose value is absent is removed, so that callers cannot forge it', async () => {
  const config = { request: { set: { 'X-User-Id': '{claim.sub}' } } };
  expect((await send(config, { headers: { 'X-User-Id': 'admin' } })).sent).toEqual({});
});

test('a value cannot begin a header of its own', async () => {
  const sent = await sendAs({ name: 'Zoë\r\nX-Admin: 1' }, { request: { set: { 'X-Name': '{claim.name}' } } });
  expect(sent).toEqual({ 'x-name': 'Zo%C3%AB%0D%0AX-Admin: 1' });
});

test.each([
  [{}, 'it would do nothing'],
  [{ request: { set: { 'a b': 'c' } } }, 'a b'],
  [{ request: { set: { a: 'c\r\nd: e' } } }, 'one line'],
  [{ request: { set: { a: '{claims.sub}' } } }, 'no value of a request'],
])('the settings %j are refused', async (config, problem) => {
  await expect(send(config)).rejects.toThrow(problem);
});

test('ocelot: values are set, parts of the first value replaced, and placeholders stand alone', async () => {
  const { sent } = await send(
    {
      mode: 'ocelot',
      request: [
        { header: 'X-Address', value: '{RemoteIpAddress}' },
        { header: 'X-Trace', value: '{TraceId}' },
        { header: 'X-Host', value: '{UpstreamHost}' },
        { header: 'X-Text', value: 'a {TraceId}' },
        { header: 'X-Test', find: 'http://www.bbc.co.uk/', replaceWith: 'http://ocelot.com/' },
      ],
    },
    {
      headers: [
        ['Host', 'api.example.com'],
        ['X-Test', 'http://www.bbc.co.uk/a'],
        ['X-Test', 'second'],
      ],
    },
  );
  expect(sent).toMatchObject({
    'x-address': '192.0.2.1',
    'x-trace': 'request-1',
    'x-host': 'api.example.com',
    'x-text': 'a {TraceId}',
    'x-test': 'http://ocelot.com/a',
  });
});

test("ocelot: a redirect of the upstream leads to the gateway, and the upstream's own headers stay", async () => {
  const { answered } = await send(
    {
      mode: 'ocelot',
      response: [
        { header: 'Location', find: '{DownstreamBaseUrl}', replaceWith: 'https://gw.example.com/' },
        { header: 'X-Kept', value: 'gateway' },
        { header: 'X-Added', value: 'gateway' },
      ],
    },
    {},
    {
      upstream: () => ({ status: 302, headers: { Location: 'http://10.0.0.1:8080/next', 'X-Kept': 'upstream' } }),
      targets: [{ id: 'a', origin: 'http://10.0.0.1:8080', weight: 1, metadata: {} }],
    },
  );
  expect(answered).toMatchObject({
    location: 'https://gw.example.com/next',
    'x-kept': 'upstream',
    'x-added': 'gateway',
  });
});
