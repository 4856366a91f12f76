import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startUpstream, type TestUpstream } from '../core/gateway/gateway.fixture.ts';
import { checkout, HostHome, type HostProcess } from './host-process.fixture.ts';

/** One host with a gateway, step by step as its administrator goes. The tests build on each other. */
let home: HostHome;
let host: HostProcess;
let up: TestUpstream;

const policy = (greeting: string) => `import { defineGatewayPolicy, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const greet = defineGatewayPolicy({
  name: 'greet', title: 'Greet', summary: 'Answers.', phases: ['route'], onFailure: 'closed',
  config: z.strictObject({ to: z.string().default('you'), token: z.string().optional() }),
  create({ config, identities, signal }) {
    return {
      async route(exchange) {
        if (exchange.request.path === '/exit') process.exit(3);
        if (exchange.request.path === '/who') {
          const identity = await identities.verify(exchange.request.headers.get('x-key') ?? '', signal);
          return { status: 200, body: JSON.stringify(identity ?? null), because: 'asked who' };
        }
        return { status: 200, body: \`${greeting}, \${config.to}\${config.token === 'sesame' ? '!' : ''}\`, because: 'it greets' };
      },
    };
  },
});
export default definePlugin({ id: 'greeting', contributes: [greet] });
`;
const manifest = {
  ...{ id: 'greeting', version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.ts', tier: 'trusted' },
  contributes: { gatewayPolicies: ['greet'] },
};
const routes = (more = '') => `routes:
  - { path: '/orders/{id}', methods: [GET], to: 'http://127.0.0.1:${up.port}', rewrite: '/v2/{id}' }
  - { id: hello, path: '/hello', policies: [{ greet: { to: world, token: 'secret:door.TOKEN' } }] }
  - { id: tools, path: '/{any}', policies: [greet] }
${more}`;

const gateway = (path: string, init?: RequestInit) => fetch(`${host.note.gatewayUrl}${path}`, init);
const text = async (path: string) => (await gateway(path).catch(() => undefined))?.text();
const backplane = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['core/main.ts', 'gateway', ...args], { cwd: checkout, encoding: 'utf8' });
const onHost = () => ['--url', host.note.url, '--key', host.key] as const;

beforeAll(async () => {
  up = await startUpstream((request, response) => response.end(`upstream ${request.url}`));
  home = new HostHome({
    'config/backplane.yaml': 'gateway: { port: 0, drainSeconds: 1 }\nsecrets: { door: { TOKEN: sesame } }\n',
    'config/plugins.yaml': 'plugins: { greeting: {} }\ntrust: [greeting]\n',
    'plugins-local/greeting/plugin.json': JSON.stringify(manifest),
    'plugins-local/greeting/index.ts': policy('Hello'),
    'config/gateway/routes.yaml': routes(),
  });
  host = await home.start();
}, 60_000);
afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await up?.[Symbol.asyncDispose]();
});

test('a gateway file makes the host listen; upstreams, policies of plugins and secrets are served', async () => {
  expect(host.note.gatewayUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await text('/orders/7')).toBe('upstream /v2/7');
  expect(await text('/hello')).toBe('Hello, world!');
  expect((await host.readyz()).body).toEqual({ status: 'ready', degraded: [] });
});

test('a policy learns whose key is shown, and nothing of a wrong one', async () => {
  const made = await host.api('POST', '/service-accounts', { name: 'robot' });
  expect(made.status).toBe(201);
  await host.api('PUT', '/members', { service: 'robot', role: 'viewer' });
  const scopes = ['run:read', 'audit:read'];
  const key = await host.api('POST', '/api-keys', { service: 'robot', name: 'k', scopes });
  expect(key.status).toBe(201);
  const who = async (shown: string) => (await gateway('/who', { headers: { 'x-key': shown } })).json();
  expect(await who(key.body.key)).toMatchObject({
    subject: made.body.id,
    // Of what the key says, what its owner's roles allow.
    scopes: ['run:read'],
    claims: { sub: made.body.id, name: 'robot', roles: ['viewer'] },
  });
  expect(await who('bpk_0000000000000000_wrong')).toBeNull();
  expect(await who('nonsense')).toBeNull();
});

test('an edit is served, and what it changes is logged', async () => {
  home.write(
    'config/gateway/routes.yaml',
    routes("  - { id: more, path: '/more/x', policies: [{ greet: { to: more } }] }\n"),
  );
  await expect.poll(() => text('/more/x'), { timeout: 10_000 }).toBe('Hello, more');
  await expect.poll(() => host.stderr).toContain('routes: +more');
});

test('files that cannot run change nothing; the log, the state and /readyz say so', async () => {
  home.write(
    'config/gateway/routes.yaml',
    routes("  - { id: bad, path: '/bad', policies: [{ greet: { two: 2 } }] }\n"),
  );
  await expect.poll(async () => (await host.readyz()).body.degraded, { timeout: 10_000 }).toHaveLength(1);
  expect(await text('/more/x')).toBe('Hello, more');
  const { body } = await host.api('GET', '/gateway');
  expect(body).toMatchObject({ state: 'serving', lastReload: { outcome: 'refused' } });
  expect(body.lastReload.problems[0]).toMatchObject({ code: 'GATEWAY_CONFIG_INVALID', place: { line: 5 } });
  expect(body.lastReload.problems[0].message).toContain('two');
  expect(host.stderr).not.toContain('sesame');
  home.write('config/gateway/routes.yaml', routes());
  await expect.poll(async () => (await host.readyz()).body.degraded, { timeout: 10_000 }).toEqual([]);
});

test('a secret that is missing is named with its place', async () => {
  home.write(
    'config/gateway/more.yaml',
    "routes: [{ id: s, path: '/s/s', policies: [{ greet: { token: 'secret:door.NONE' } }] }]\n",
  );
  const { body } = await host.api('POST', '/gateway/reload');
  expect(body).toMatchObject({ outcome: 'refused', problems: [{ code: 'GATEWAY_SECRET_MISSING' }] });
  expect(body.problems[0].place.file).toContain('more.yaml');
  home.write('config/gateway/more.yaml', 'routes: []\n');
});

test('a stored secret takes the place of the configured one at once', async () => {
  const stored = await host.api('POST', '/secrets', { name: 'door', values: { TOKEN: 'opensaysme' } });
  expect(stored.status).toBe(201);
  await expect.poll(() => text('/hello'), { timeout: 10_000 }).toBe('Hello, world');
});

test('a policy that is edited in its folder serves in its new form', async () => {
  home.write('plugins-local/greeting/index.ts', policy('Good evening'));
  await expect.poll(() => text('/hello'), { timeout: 15_000 }).toBe('Good evening, world');
});

test('explain says route, place and policies with their last verdicts', async () => {
  const { status, stdout } = backplane('explain', 'GET', '/hello', ...onHost(), '--json');
  expect(status).toBe(0);
  const explained = JSON.parse(stdout);
  expect(explained.route).toMatchObject({ id: 'hello', place: { line: 3 } });
  expect(explained.considered.find((one: { id: string }) => one.id === 'tools').because).toBe('hello comes before it');
  const [phase] = explained.chain;
  expect(phase).toMatchObject({ phase: 'route', steps: [{ policy: 'greet', from: 'route' }] });
  expect(phase.steps[0].verdicts[0]).toMatchObject({ status: 200, because: 'it greets' });
  expect(stdout).not.toContain('opensaysme');
});

test('a request that nothing is for is explained too', () => {
  const { status, stdout } = backplane('explain', 'POST', '/orders/7', ...onHost());
  expect(status).toBe(1);
  expect(stdout).toContain('405');
  expect(stdout).toContain('it is for GET, not POST');
});

test('metrics of the workers stand beside those of the host', async () => {
  const page = await (await fetch(`${host.note.url}/metrics`)).text();
  expect(page).toMatch(/^gateway_workers 1$/m);
  expect(page).toMatch(/^gateway_upstream_targets\{upstream="[^"]+",healthy="true"\} 1$/m);
  expect(page).toContain('backplane_http_request_duration_seconds');
});

test('a worker that a policy ends is replaced', async () => {
  await text('/exit');
  await expect.poll(() => text('/hello'), { timeout: 15_000 }).toBe('Good evening, world');
});

test('edits of a policy that cannot run, however many, leave what a new worker needs', async () => {
  const why = async () => JSON.stringify((await host.api('GET', '/gateway')).body.lastReload.problems);
  for (const broken of ['broken once', 'broken twice', 'broken thrice']) {
    home.write('plugins-local/greeting/index.ts', `throw new Error('${broken}');`);
    await expect.poll(why, { timeout: 15_000 }).toContain(broken);
  }
  await text('/exit');
  await expect.poll(() => text('/hello'), { timeout: 15_000 }).toBe('Good evening, world');
  home.write('plugins-local/greeting/index.ts', policy('Good night'));
  await expect.poll(() => text('/hello'), { timeout: 15_000 }).toBe('Good night, world');
});

test('an upstream that fails its health check shows in /readyz and in the list of upstreams', async () => {
  const health = '{ active: { path: /health, every: 100ms, timeout: 1s, unhealthyAfter: 1 } }';
  home.write(
    'config/gateway/more.yaml',
    `upstreams: { dead: { targets: ['http://127.0.0.1:9'], health: ${health} } }\n`,
  );
  const degraded = async () => (await host.readyz()).body.degraded;
  await expect.poll(degraded, { timeout: 15_000 }).toEqual(['gateway: no target of dead is healthy']);
  expect(backplane('upstreams', ...onHost()).stdout).toMatch(/dead\n {2}http:\/\/127\.0\.0\.1:9 {2}out/);
  home.write('config/gateway/more.yaml', 'routes: []\n');
  await expect.poll(degraded, { timeout: 15_000 }).toEqual([]);
});

test('the registry that an upstream names is loaded for it, no other; the state says what it told', async () => {
  const loaded = async () => {
    const { items } = (await host.api('GET', '/plugins')).body;
    const registries = items.filter(({ id }: { id: string }) => id.startsWith('discovery-'));
    return registries.flatMap(({ id, codeLoaded }: { id: string; codeLoaded: boolean }) => (codeLoaded ? [id] : []));
  };
  expect(await loaded()).toEqual([]);
  const services = join(home.path, 'config/services.yaml');
  home.write('config/services.yaml', `found: ['127.0.0.1:${up.port}']\n`);
  home.write(
    'config/gateway/more.yaml',
    `upstreams: { found: { discovery: { use: file, service: found, config: { path: '${services}' } } } }
routes: [{ path: /found/here, to: found }]\n`,
  );
  await expect.poll(() => text('/found/here'), { timeout: 15_000 }).toBe('upstream /found/here');
  expect(await loaded()).toEqual(['discovery-file']);
  const { stdout } = backplane('status', ...onHost());
  expect(stdout).toMatch(/^found from file found: 1 targets at \d{4}-/m);
  home.write('config/gateway/more.yaml', 'routes: []\n');
});

test('a region of the cache is emptied over the API', async () => {
  const cached = `routes: [{ path: /kept, to: 'http://127.0.0.1:${up.port}', policies: [{ cache: { region: shop, defaultTtl: 1h } }] }]\n`;
  home.write('config/gateway/more.yaml', cached);
  await expect.poll(() => text('/kept'), { timeout: 15_000 }).toBe('upstream /kept');
  const asked = () => up.seen.filter(({ url }) => url === '/kept').length;
  await text('/kept');
  const before = asked();
  await text('/kept');
  expect(asked()).toBe(before);
  expect((await host.api('DELETE', '/gateway/cache/shop')).status).toBe(204);
  await expect.poll(() => text('/kept').then(asked), { timeout: 5_000 }).toBeGreaterThan(before);
  home.write('config/gateway/more.yaml', 'routes: []\n');
});

test('a workflow calls an upstream by its name, past the routes, and gets its answer', async () => {
  home.write('config/gateway/more.yaml', `upstreams: { orders: { targets: ['http://127.0.0.1:${up.port}'] } }\n`);
  await expect
    .poll(async () => JSON.stringify((await host.api('GET', '/gateway/upstreams')).body), { timeout: 15_000 })
    .toContain('orders');
  const step = `{ ref: ask, action: core.gateway.request, args: { upstream: '\${{ TRIGGER.upstream }}', path: /v2/9, params: { a: 1 } } }`;
  const source = `title: T\nentrypoint: { ref: ask }\nactions: [${step}]\nreturns: \${{ ACTIONS.ask.result }}\n`;
  expect((await host.api('POST', '/workflows', { alias: 'asks', source })).status).toBe(201);
  const run = async (upstream: string) =>
    (await host.api('POST', '/workflows/asks/runs?wait=true', { input: { upstream } })).body;
  expect(await run('orders')).toMatchObject({
    status: 'completed',
    result: { status: 200, data: 'upstream /v2/9?a=1' },
  });
  const lost = await run('order');
  expect(lost.status).toBe('failed');
  expect(JSON.stringify(lost)).toMatch(/GATEWAY_CALL_UPSTREAM_UNKNOWN.*Did you mean orders/);
  home.write('config/gateway/more.yaml', 'routes: []\n');
});

test('files that are sent to be checked meet the policies of the host, and neither its secrets nor its environment', async () => {
  const check = async (yaml: string) =>
    (await host.api('POST', '/gateway/check', { files: [{ name: 'a.yaml', text: yaml }] })).body;
  expect(await check('routes: [{ path: /a, policies: [{ greet: { two: 2 } }] }]')).toMatchObject({
    policiesChecked: true,
    problems: [{ severity: 'error', code: 'GATEWAY_CONFIG_INVALID' }],
  });
  const curious = await check(
    "routes: [{ path: /a, to: '${env:HOME}' }, { path: /b, policies: [{ greet: { two: 'secret:door.TOKEN' } }] }]",
  );
  expect(JSON.stringify(curious)).not.toMatch(new RegExp(`opensaysme|sesame|${home.path}`));
});

test('an Ocelot file is imported with a report, and what is written runs it', async () => {
  const target = [{ Host: '127.0.0.1', Port: up.port }];
  const route = { UpstreamPathTemplate: '/old/{all}', DownstreamPathTemplate: '/new/{all}', DownstreamScheme: 'http' };
  const text = (more: object) => JSON.stringify({ Routes: [{ ...route, DownstreamHostAndPorts: target, ...more }] });
  const config = ['--config', join(home.path, 'config')] as const;
  const file = home.write('ocelot.json', text({}));
  const out = join(home.path, 'config/gateway/old.yaml');
  const imported = backplane('import', file, '--out', out, ...config, '--json');
  expect([imported.status, JSON.parse(imported.stdout).runs]).toEqual([0, true]);
  const answer = async () => (await gateway('/old/x')).text();
  await expect.poll(answer, { timeout: 15_000 }).toBe('upstream /new/x');
  home.write('ocelot.json', text({ DownstreamPathTemplate: '/newer/{all}' }));
  await expect.poll(answer, { timeout: 15_000 }).toBe('upstream /newer/x');
  home.write('bad.json', text({ AuthenticationOptions: { AuthenticationProviderKey: 'Nobody' } }));
  const refused = backplane('import', join(home.path, 'bad.json'), ...config);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('OCELOT_SCHEME_UNKNOWN')]);
});

test('check says every problem with its place, the settings of policies included', () => {
  const good = backplane('check', '--config', join(home.path, 'config'), '--json');
  expect([good.status, JSON.parse(good.stdout)]).toEqual([0, { ok: true, problems: [] }]);
  const file = home.write(
    'bad.yaml',
    'routes:\n  - { path: /a, policies: [{ greet: { two: 2 } }] }\n  - { path: /b, to: nobody }\n',
  );
  const bad = backplane('check', file, '--config', join(home.path, 'config'));
  expect(bad.status).toBe(1);
  expect(bad.stderr).toMatch(/bad\.yaml:3:\d+: error GATEWAY_UPSTREAM_UNKNOWN/);
});

test('the host ends its workers with itself', async () => {
  const { code } = await host.stop();
  expect(code).toBe(0);
  expect(await text('/hello')).toBeUndefined();
});

test('`--gateway-port` opens the gateway without a file; a port that is taken ends the start with why', async () => {
  await using place = new HostHome();
  const open = await place.start({ args: ['--gateway-port', '0'] });
  expect((await fetch(`${open.note.gatewayUrl}/x`)).status).toBe(404);
  await open.stop();
  const refused = await place.launch({ args: ['--gateway-port', String(up.port)] }).ended;
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/SERVER_PORT_IN_USE[\s\S]*--gateway-port/)]);
}, 60_000);

test('a host that starts with files that cannot run says so, and the gateway follows once they can', async () => {
  await using place = new HostHome({
    'config/backplane.yaml': 'gateway: { port: 0, drainSeconds: 1 }\n',
    'config/gateway/routes.yaml': 'routes: 5\n',
  });
  const started = await place.start();
  expect([started.note.gatewayUrl, started.stdout]).toEqual([
    null,
    expect.stringContaining('The gateway does not listen: its files cannot run.'),
  ]);
  place.write('config/gateway/routes.yaml', "routes: [{ path: /a, policies: [{ mock: { body: 'here' } }] }]\n");
  const url = async () =>
    /http:\S+/.exec(backplane('status', '--url', started.note.url, '--key', started.key).stdout)?.[0];
  await expect.poll(url, { timeout: 15_000, interval: 300 }).toBeDefined();
  expect(await (await fetch(`${await url()}/a`)).text()).toBe('here');
});
