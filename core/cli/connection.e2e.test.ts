import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestHost, type TestHost } from '../../tests/host.fixture.ts';
import { type AuthorizationServer, authorizationServer } from '../secrets/oauth/authorization-server.fixture.ts';
import { backplane } from './backplane.fixture.ts';

let provider: AuthorizationServer;
let host: TestHost;
beforeAll(async () => {
  provider = await authorizationServer({
    settings: { tenant: { title: 'Your tenant', pattern: '[a-z]+', default: 'common' } },
  });
  host = await startTestHost({
    backplane: `log: { level: silent }\ntemplates: { workflows: [] }\noauth: { providers: [${JSON.stringify(provider.spec)}] }\n`,
  });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const connection = (args: readonly string[], input = '') =>
  backplane(['connection', ...args, '--url', host.url, '--key', host.key], input);

test('from nothing to a connected account on the command line: providers, configure, connect by code, show, delete', async () => {
  const about = await connection(['providers', 'acme']);
  expect(about.stdout).toContain('/api/integrations/callback');
  expect(about.stdout).toContain('--set tenant=…  Your tenant (default common)');
  expect(about.stdout).toContain('* read: Read tickets');

  const early = await connection(['connect', 'acme', '--device']);
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('CONNECTION_NOT_CONFIGURED')]);

  const configured = await connection(
    ['configure', 'acme', '--client-id', 'me', '--set', 'tenant=acme'],
    'from-a-pipe\n',
  );
  expect(configured.stdout).toContain('acme/default');
  expect(configured.stdout + configured.stderr).not.toContain('from-a-pipe');

  provider.typed = true;
  const connected = await connection(['connect', 'acme', '--device']);
  expect(connected.stderr).toContain('enter the code ABCD-EFGH');
  expect(connected.stdout).toMatch(/acme\/default .*: connected\n\s+account\s+ada@example.com/);
  expect(Buffer.from(provider.calls.at(-1)!.authorization!.slice(6), 'base64').toString()).toBe('me:from-a-pipe');

  expect((await connection(['list', '--json'])).json().items).toMatchObject([
    { provider: 'acme', status: 'connected' },
  ]);
  expect((await connection(['refresh', 'acme'])).stdout).toContain('renews itself');
  expect((await connection(['delete', 'acme'])).stdout).toBe('Revoked and forgotten: acme.\n');
  expect((await connection(['show', 'acme'])).stderr).toContain('CONNECTION_NOT_FOUND');
});

test('an application connects itself', async () => {
  await connection(['configure', 'acme', '--service', '--client-id', 'robot', '--scopes', 'read'], 'its secret\n');
  const { stdout } = await connection(['connect', 'acme', '--service']);
  expect(stdout).toContain('connected');
  expect(stdout).toContain('the application itself');
});
