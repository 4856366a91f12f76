import { BackplaneError, type Http, type HttpRequest } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { openPort, serve } from '../../network/local-server.fixture.ts';
import { createTiers } from '../tiers/create-tiers.ts';
import { ALL_GRANTED, loadPlugin, logInto } from '../tiers/tier-home.fixture.ts';
import { bindConnections } from './bound-connections.ts';
import { type SecretConnection, secretConnections } from './secret-connections.ts';

const TOKEN = 'tok"en/+secret';

function echo() {
  return serve((request, response) => {
    const to = new URL(request.url!, 'http://x').searchParams.get('to');
    if (to !== null) return void response.writeHead(307, { location: to }).end();
    response.setHeader('x-echo', request.headers.authorization ?? 'none');
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
}

const source = (connection: Partial<SecretConnection>, values: Record<string, string> = { TOKEN, USER: 'me' }) =>
  secretConnections(
    {
      tickets: {
        secret: 'tickets',
        scheme: { type: 'bearer', key: 'TOKEN' },
        allowedHosts: [],
        account: 'me',
        ...connection,
      },
    },
    { resolve: async () => ({ tickets: values }) },
  );

async function bind(connection: Partial<SecretConnection>, http: Http, values?: Record<string, string>) {
  const told: string[] = [];
  const bound = await bindConnections(
    { main: { kind: 'tickets' } },
    {
      source: source(connection, values),
      http,
      workspace: 'default',
      environment: 'default',
      signal: new AbortController().signal,
      onSecret: (value) => told.push(value),
    },
  );
  return { main: bound['main']!, told };
}

/** What really was sent, under what the plugin may see of it. */
function recording(): { http: Http; sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const http: Http = {
    async send(request) {
      sent.push(request);
      return { status: 200, headers: {}, body: new Uint8Array(), url: request.url };
    },
  };
  return { http, sent };
}

test.each([
  ['bearer', { type: 'bearer', key: 'TOKEN' }, { headers: { authorization: 'Bearer plain' } }],
  [
    'basic',
    { type: 'basic', userKey: 'USER', passwordKey: 'TOKEN' },
    { headers: { authorization: `Basic ${btoa('me:plain')}` } },
  ],
  ['a header', { type: 'header', key: 'TOKEN', name: 'X-Api-Key' }, { headers: { 'x-api-key': 'plain' } }],
  ['the query', { type: 'query', key: 'TOKEN', name: 'key' }, { url: 'https://api.acme.test/a?b=1&key=plain' }],
] as const)('the host attaches the credential by %s', async (_name, scheme, expected) => {
  const { http, sent } = recording();
  const { main, told } = await bind({ scheme, allowedHosts: ['api.acme.test'] }, http, { TOKEN: 'plain', USER: 'me' });
  await main.send({ url: 'https://api.acme.test/a?b=1', headers: { Authorization: 'mine' } });
  expect(sent[0]).toMatchObject(expected);
  expect(told).toContain('plain');
});

test('a host that is not the connection’s is refused, and nothing is sent', async () => {
  const { http, sent } = recording();
  const { main } = await bind({ allowedHosts: ['api.acme.test', '*.acme.example'] }, http);
  for (const url of [
    'https://evil.test/',
    'https://api.acme.test.evil.test/',
    'https://acme.example/',
    'http://api.acme.test/',
    'https://api.acme.test:8443/',
    'https://api.acme.test@evil.test/',
  ])
    await expect(main.send({ url })).rejects.toMatchObject({ code: 'PLUGIN_CONNECTION_HOST_REFUSED' });
  expect(sent).toEqual([]);
  await main.send({ url: 'https://eu.acme.example/' });
  expect(sent).toHaveLength(1);
});

test('the credential stays behind when a redirect leads elsewhere', async () => {
  await using here = await echo();
  await using there = await echo();
  await using http = openPort();
  const { main } = await bind({ allowedHosts: [`127.0.0.1:${here.port}`] }, http, { TOKEN: 'plain' });
  const headers = { 'x-own': '1' };
  const away = await main.send({
    url: `${here.url}/?to=${encodeURIComponent(`${there.url}/`)}`,
    headers,
    followRedirects: true,
  });
  const seen = JSON.parse(Buffer.from(away.body).toString());
  expect(seen.headers['x-own']).toBe('1');
  expect(seen.headers.authorization).toBeUndefined();
  const same = await main.send({ url: `${here.url}/?to=/next`, followRedirects: true });
  expect(same.headers['x-echo']).toBe('Bearer ***');
});

test('a service that repeats the credential does not tell it to the plugin', async () => {
  await using server = await echo();
  await using http = openPort();
  const { main } = await bind(
    { allowedHosts: [`127.0.0.1:${server.port}`], scheme: { type: 'query', key: 'TOKEN', name: 'key' } },
    http,
  );
  const reply = await main.send({ url: `${server.url}/a` });
  const all = JSON.stringify([reply.url, reply.headers, Buffer.from(reply.body).toString()]);
  expect(all).toContain('***');
  for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN)]) expect(all).not.toContain(form);
});

test('errors do not tell the credential', async () => {
  const http: Http = {
    async send({ headers }) {
      throw new BackplaneError('X', `refused ${headers!['authorization']}`, {
        status: 500,
        blame: 'host',
        retry: 'never',
        remedy: '',
        details: { headers },
      });
    },
  };
  const { main } = await bind({ allowedHosts: ['api.acme.test'] }, http, { TOKEN: 'plain-secret' });
  const error = (await main.send({ url: 'https://api.acme.test/' }).catch((thrown) => thrown)) as BackplaneError;
  expect(JSON.stringify(error.toJSON())).not.toContain('plain-secret');
  expect(error.message).toBe('refused Bearer ***');
});

test('a connection that is not there is missing, unless it is optional', async () => {
  const options = {
    source: source({}),
    http: recording().http,
    workspace: 'default',
    environment: 'prod',
    signal: new AbortController().signal,
  };
  await expect(bindConnections({ main: { kind: 'other' } }, options)).rejects.toMatchObject({
    code: 'PLUGIN_CONNECTION_MISSING',
  });
  expect(await bindConnections({ main: { kind: 'other', optional: true } }, options)).toEqual({});
});

test.each([
  ['lacks its key', {}],
  ['has more than one line', { TOKEN: 'a\r\nX-Evil: 1' }],
])('a secret that %s is refused', async (_what, values) => {
  await expect(bind({}, recording().http, values as Record<string, string>)).rejects.toMatchObject({
    code: 'PLUGIN_CONNECTION_INVALID',
  });
});

test.each([
  'trusted',
  'process',
  'isolate',
] as const)('a plugin in the tier %s uses a connection and never sees its credential', async (name) => {
  await using server = await echo();
  const tiers = createTiers({ log: logInto([]), onFault() {} });
  await using tier = tiers[name];
  const parts = {
    spec: `connections: { main: { kind: 'tickets' } }, input: z.object({ url: z.string() }),`,
    run: `async (call) => { const { main } = call.connections; if (!main) return 'absent'; const reply = await main.send({ url: call.input.url }); return [main.account, reply.headers['x-echo'], JSON.stringify(Object.values(call)).includes('plain')]; }`,
  };
  const connections = source({ allowedHosts: [`127.0.0.1:${server.port}`] }, { TOKEN: 'plain' });
  await using plugin = await loadPlugin(tier, parts);
  expect(await plugin.call({ args: { url: server.url }, connections })).toEqual(['me', 'Bearer ***', false]);
  const { connections: _taken, ...narrower } = ALL_GRANTED;
  await using narrowed = await loadPlugin(tier, { ...parts, id: 'narrow', granted: narrower });
  expect(await narrowed.call({ args: { url: server.url }, connections })).toBe('absent');
});
