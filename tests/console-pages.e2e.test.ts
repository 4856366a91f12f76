import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type TestHost } from './host.fixture.ts';
import { hostWith, pluginOfPage } from './plugin-pages.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

const page = readFileSync(join(checkout, 'docs', 'reference', 'plugins', 'console-page.md'), 'utf8');
const script = /```js\n(.*?)```/s.exec(page)![1]!;

let host: TestHost & { readonly folder: string };
beforeAll(async () => {
  host = await hostWith({
    acme: { ...pluginOfPage('console-page'), 'pages/page.js': script, 'pages/.hidden': 'x', 'secret.txt': 'x' },
  });
  symlinkSync('/etc/passwd', join(host.folder, 'acme', 'pages', 'link.txt'));
});
afterAll(() => host[Symbol.asyncDispose]());

const get = (path: string) => call(`${host.url}${path}`, 'GET');

test('the index names the page, where it is shown, and all it may call', async () => {
  expect(await get('/api/console/pages')).toMatchObject({ status: 401 });
  expect((await host.api('GET', '/console/pages')).body.items).toEqual([
    {
      plugin: 'acme',
      name: 'tickets',
      title: 'Tickets',
      place: 'dashboard',
      scope: 'acme:tickets:read',
      url: '/console/plugins/acme/tickets/',
      routes: [{ method: 'GET', path: '/count/{board}' }],
    },
  ]);
});

test('its files are served in a sandbox that may be framed by the host alone', async () => {
  for (const path of ['', 'page.js']) {
    const { status, headers } = await get(`/console/plugins/acme/tickets/${path}`);
    expect(status).toBe(200);
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(/sandbox allow-scripts allow-forms$/);
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("connect-src 'none'");
  }
  expect((await get('/console/plugins/acme/tickets')).headers.get('location')).toBe('/console/plugins/acme/tickets/');
});

test('nothing but what stands beside the page is served', async () => {
  const tried = [
    'link.txt',
    '.hidden',
    '..%2fsecret.txt',
    '..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e/index.ts',
    'none',
    '.',
    '%00',
  ];
  for (const path of tried) {
    const answer = await fetch(`${host.url}/console/plugins/acme/tickets/${path}`, { redirect: 'manual' });
    const text = await answer.text();
    expect([path, answer.status === 200 && !text.includes('<title>Tickets')]).toEqual([path, false]);
  }
  expect(await get('/console/plugins/acme/other/')).toMatchObject({ status: 404 });
  expect(await get('/console/plugins/nobody/tickets/')).toMatchObject({ status: 404 });
});

test('the console that shows it may itself be framed by nobody', async () => {
  const { status, headers } = await get('/console/plugins');
  expect(status).toBe(200);
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
});
