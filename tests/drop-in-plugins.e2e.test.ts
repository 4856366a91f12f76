import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { pluginCode } from '../core/plugins/plugin-home.fixture.ts';
import { checkout, HostHome } from './host-process.fixture.ts';

const manifest = (id: string) =>
  JSON.stringify({
    id,
    version: '1.0.0',
    host: '^0.1.0',
    sdk: 1,
    entry: './index.ts',
    tier: 'trusted',
    contributes: { actions: [`tools.${id}.act`] },
  });

function homeWith(plugins: Readonly<Record<string, string>>): HostHome {
  const place = new HostHome({
    'config/plugins.yaml': `plugins: {${Object.keys(plugins).join(': {}, ')}: {}}\ntrust: [${Object.keys(plugins).join(', ')}]\n`,
  });
  for (const [id, code] of Object.entries(plugins)) {
    place.write(`plugins-local/${id}/plugin.json`, manifest(id));
    place.write(`plugins-local/${id}/index.ts`, code);
  }
  return place;
}

test.concurrent('a folder with TypeScript that is named in plugins.yaml is callable over the API and in workflows', async ({
  expect,
}) => {
  await using place = homeWith({ acme: pluginCode('acme', { run: '({ input }) => `Hello, ${input.name}!`' }) });
  const host = await place.start();
  expect((await host.api('POST', '/actions/tools.acme.act/run', { input: { name: 'Ada' } })).body).toEqual({
    result: 'Hello, Ada!',
  });
  await host.store(
    'greet',
    'type: workflow\ndefinition:\n  title: Greet\n  description: Greets.\n  actions:\n    - { ref: a, action: tools.acme.act, args: { name: Eve } }\n  returns: ${{ ACTIONS.a.result }}\n',
  );
  expect((await host.api('POST', '/workflows/greet/runs?wait=result', {})).body).toBe('Hello, Eve!');
  expect((await host.readyz()).body).toEqual({ status: 'ready', degraded: [] });
  expect((await host.stop()).code).toBe(0);
});

test.concurrent('plugins that throw, hang or fail later leave the host up; it says which are off, and why', async ({
  expect,
}) => {
  await using place = homeWith({
    fine: pluginCode('fine'),
    throwing: `throw new Error('no luck today');`,
    hanging: `await new Promise((resolve) => setTimeout(resolve, 3_600_000));\n${pluginCode('hanging')}`,
    rejecting: pluginCode('rejecting', { before: `setTimeout(() => Promise.reject(new Error('much later')), 50);` }),
    quitting: pluginCode('quitting', { before: `setTimeout(() => { throw new Error('in a timer'); }, 50);` }),
  });
  const host = await place.start();
  await expect.poll(async () => (await host.readyz()).body.degraded.length, { timeout: 15_000 }).toBe(2);
  const { status, body } = await host.readyz();
  expect(status).toBe(200);
  expect(body.degraded.toSorted()).toEqual([
    'plugin hanging: PLUGIN_LOAD_TIMEOUT',
    'plugin throwing: PLUGIN_LOAD_FAILED',
  ]);
  expect((await host.api('POST', '/actions/tools.fine.act/run', { input: {} })).body).toEqual({ result: 'done' });
  expect((await host.api('POST', '/actions/tools.rejecting.act/run', { input: {} })).body).toEqual({ result: 'done' });
  expect((await host.api('POST', '/actions/tools.throwing.act/run', { input: {} })).status).toBe(404);

  expect((await host.api('GET', '/plugins/throwing')).body.explanation).toContain('no luck today');
  for (const id of ['rejecting', 'quitting']) {
    await expect.poll(async () => (await host.api('GET', `/plugins/${id}`)).body.faults, { timeout: 5_000 }).toBe(1);
  }
  const explain = spawnSync(
    process.execPath,
    ['core/main.ts', 'plugin', 'explain', 'throwing', '--config', join(place.path, 'config')],
    {
      cwd: checkout,
      encoding: 'utf8',
    },
  );
  expect(explain.stdout).toMatch(/throwing 1\.0\.0 .*failed[\s\S]*no luck today/);
  const begun = performance.now();
  expect((await host.stop()).code).toBe(0);
  expect(performance.now() - begun).toBeLessThan(8_000);
});

test.concurrent('a plugin whose code cannot be read, a manifest with mistakes, a name without a folder: each is named with its place', async ({
  expect,
}) => {
  await using place = homeWith({ broken: 'export default {{{', absent: '' });
  place.write('plugins-local/odd/plugin.json', '{ "id": "odd", "version": 1 }');
  place.write('config/plugins.yaml', 'plugins:\n  broken: {}\n  odd: {}\n  nowhere: {}\ntrust: [broken, odd]\n');
  const host = await place.start();
  const { body } = await host.readyz();
  expect(body.degraded).toHaveLength(3);
  for (const id of ['broken', 'odd', 'nowhere']) {
    const plugin = (await host.api('GET', `/plugins/${id}`)).body;
    expect(plugin).toMatchObject({
      state: 'failed',
      error: { code: expect.stringMatching(/^PLUGIN_/), remedy: expect.any(String) },
    });
    expect(plugin.error.position ?? plugin.error.message).toBeTruthy();
  }
});
