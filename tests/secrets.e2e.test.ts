import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../core/storage/database.ts';
import { embeddedDatabase } from '../core/storage/test-database.fixture.ts';
import { call } from './host.fixture.ts';
import { checkout, HostHome, type HostProcess } from './host-process.fixture.ts';
import { allFiles, allRows, echoServer, SECRET, TRACES } from './secret-outputs.fixture.ts';

const TEMPLATE = (url: string) => `type: action
definition:
  title: Ask
  description: Asks with a secret.
  display_group: Test
  namespace: tools.test
  name: ask
  secrets: [{ name: vault, keys: [TOKEN] }]
  expects: { n: { type: int, description: A number. } }
  steps:
    - { ref: ask, action: core.http_request, args: { url: "${url}/ask", method: POST, headers: { Authorization: "Bearer \${{ SECRETS.vault.TOKEN }}" }, payload: { token: "\${{ SECRETS.vault.TOKEN }}" } } }
  returns: \${{ steps.ask.result }}
`;
const CHILD = `definition:
  title: Child
  entrypoint: { ref: use }
  actions:
    - { ref: use, action: core.transform.reshape, args: { value: "child \${{ SECRETS.vault.TOKEN }}" } }
  returns: \${{ ACTIONS.use.result }}
`;
const ALL = (url: string) => `definition:
  title: Everything
  triggers: [{ type: webhook, path: everything, response: { headers: { X-Result: "\${{ ACTIONS.template.result.headers['x-echo'] }}" } } }]
  actions:
    - { ref: template, action: tools.test.ask, args: { n: 1 } }
    - { ref: later, action: core.http_request, depends_on: [template], args: { url: "${url}/last", method: GET, headers: { X-Key: "\${{ SECRETS.vault.TOKEN }}" } } }
    - { ref: stranger, action: core.http_request, depends_on: [later], args: { url: "${url}/last", method: GET } }
    - ref: script
      action: core.script.run_javascript
      depends_on: [stranger]
      args:
        inputs: { token: "\${{ SECRETS.vault.TOKEN }}" }
        script: |
          function main(token) {
            console.log('the token is ' + token, { [token]: encodeURIComponent(token) });
            return { token, [token]: 1, url: encodeURIComponent(token), json: JSON.stringify({ token }), large: (token + ' ').repeat(200) };
          }
    - ref: python
      action: core.script.run_python
      depends_on: [script]
      args:
        inputs: { token: "\${{ SECRETS.vault.TOKEN }}" }
        script: |
          import base64, json, urllib.parse
          def main(token):
              print('token', token)
              raw = token.encode()
              return [token, base64.b64encode(raw).decode(), base64.urlsafe_b64encode(b'x' + raw).decode(), urllib.parse.quote(token), urllib.parse.quote_plus(token), json.dumps(token)]
    - { ref: child, action: core.workflow.execute, depends_on: [python], args: { workflow: child, wait_strategy: wait } }
    - { ref: refused, action: core.http_request, depends_on: [child], args: { url: "${url}/refuse/\${{ FN.url_encode(SECRETS.vault.TOKEN) }}", method: GET } }
    - { ref: plugin, action: tools.leaky.act, depends_on: [refused.error], args: { token: "\${{ SECRETS.vault.TOKEN }}" } }
    - { ref: broken, action: core.script.run_javascript, depends_on: [plugin.error], args: { inputs: { token: "\${{ SECRETS.vault.TOKEN }}" }, script: "function main(token) { throw new Error('no luck with ' + token); }" } }
    - { ref: seen, action: core.transform.reshape, depends_on: [broken.error], args: { value: ["\${{ ACTIONS.refused.error }}", "\${{ ACTIONS.plugin.error }}", "\${{ ACTIONS.broken.error }}"] } }
  returns: { template: "\${{ ACTIONS.template.result }}", later: "\${{ ACTIONS.later.result }}", stranger: "\${{ ACTIONS.stranger.result }}", script: "\${{ ACTIONS.script.result }}", python: "\${{ ACTIONS.python.result }}", child: "\${{ ACTIONS.child.result }}", seen: "\${{ ACTIONS.seen.result }}" }
`;
const FAILS = `definition:
  title: Fails
  actions:
    - { ref: broken, action: core.script.run_javascript, args: { inputs: { token: "\${{ SECRETS.vault.TOKEN }}" }, script: "function main(token) { throw new Error('no luck with ' + token); }" } }
`;
const PLUGIN = `import { defineAction, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
const act = defineAction({
  name: 'tools.leaky.act', title: 'Act', summary: 'Leaks.', group: 'Test', input: z.object({ token: z.string() }), effect: 'write', idempotent: 'never',
  async run({ input, log }) { log.error('leaking ' + input.token, { token: input.token, at: [input.token] }); throw Object.assign(new Error('plugin failed with ' + input.token), { cause: input.token }); },
});
export default definePlugin({ id: 'leaky', contributes: [act] });
`;
const PLUGIN_MANIFEST = JSON.stringify({
  ...{ id: 'leaky', version: '1.0.0', host: '^0.1.0', sdk: 1, entry: './index.ts' },
  contributes: { actions: ['tools.leaky.act'] },
});

let database: Database;
let home: HostHome;
let host: HostProcess;
let echo: Awaited<ReturnType<typeof echoServer>>;
beforeAll(async () => {
  database = await embeddedDatabase();
  echo = await echoServer();
  home = new HostHome();
  home.write('templates/ask.yaml', TEMPLATE(echo.url));
  home.write('plugins-local/leaky/plugin.json', PLUGIN_MANIFEST);
  home.write('plugins-local/leaky/index.ts', PLUGIN);
  home.write('config/plugins.yaml', 'plugins: { leaky: {} }\ntrust: [leaky]\n');
  home.write(
    'config/backplane.yaml',
    `log: { level: debug }
engine: { claimCheckBytes: 1024 }
templates: { folders: [${join(home.path, 'templates')}], workflows: [] }
notifications: [{ url: "${echo.url}/told", on: [completed, failed], include: [result] }]
secrets: { configured: { KEY: configured-value } }
variables: { site: { name: configured } }
`,
  );
  host = await home.start({ env: { DATABASE_URL: database.url } });
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await echo[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const cli = async (args: readonly string[], input = '') => {
  const child = spawn(process.execPath, [
    join(checkout, 'core', 'main.ts'),
    ...args,
    '--url',
    host.note.url,
    '--data',
    home.data,
  ]);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
};

test('the command line keeps a secret without its value ever being an argument or an answer', async () => {
  const set = await cli(['secret', 'set', 'vault', 'TOKEN'], `${SECRET}\n`);
  expect(set).toMatchObject({ stdout: expect.stringMatching(/^vault {2}default {2}keys {2}TOKEN {2}v1/), stderr: '' });
  await cli(['secret', 'rotate', 'vault', 'TOKEN'], 'another value');
  expect((await cli(['secrets', 'restore', 'vault'])).stdout).toContain('v3');
  expect((await cli(['secret', 'versions', 'vault'])).stdout).toMatch(/^3 {2}current.*\n2 {2}previous.*\n1 /);
  const shown = [await cli(['secret', 'list']), await cli(['secret', 'show', 'vault', '--json']), set];
  for (const { stdout, stderr } of shown) for (const trace of TRACES) expect(stdout + stderr).not.toContain(trace);
  expect((await host.api('POST', '/secret-keys/rotate')).body).toMatchObject({ changed: 0, left: 0, unreadable: 0 });
  expect((await cli(['secrets', 'check'])).stdout).toMatch(/3 values {2}in use\nThe key was made by the host/);
});

test('secrets and variables over the API: both levels, versions, presence, environments', async () => {
  const api = async (method: string, path: string, body?: object) => {
    const reply = await host.api(method, path, body);
    return { status: reply.status, ...reply.body };
  };
  expect(
    await api('POST', '/secrets', { name: 'db', environment: 'production', values: { A: 'a', B: 'b' } }),
  ).toMatchObject({
    status: 201,
    keys: ['A', 'B'],
    createdBy: 'host:admin key',
  });
  expect(await api('POST', '/organization/secrets', { name: 'shared', values: { A: 'a' } })).toMatchObject({
    level: 'organization',
  });
  expect(await api('PATCH', '/secrets/db?environment=production', { values: { B: null, C: 'c' } })).toMatchObject({
    keys: ['A', 'C'],
    version: 2,
  });
  const present = (name: string, keys: string[], environment = 'production') =>
    api('POST', '/secrets/test', { name, keys, environment });
  expect(await present('db', ['A', 'B'])).toMatchObject({
    present: false,
    missing: ['B'],
    from: 'workspace (production)',
  });
  expect(await present('shared', ['A'])).toMatchObject({ present: true, from: 'organization (default)' });
  expect(await present('configured', ['KEY'])).toMatchObject({ present: true, from: 'config' });
  expect(await present('db', ['A'], 'default')).toEqual({ status: 200, present: false, missing: ['A'] });
  expect(await api('PUT', '/environments/production', { description: 'live', fallsBack: false })).toMatchObject({
    status: 204,
  });
  expect(await present('shared', ['A'])).toMatchObject({ present: false });
  expect((await api('GET', '/environments')).items).toContainEqual({
    name: 'production',
    description: 'live',
    fallsBack: false,
    secrets: 1,
    variables: 0,
  });
  expect(await api('DELETE', '/environments/production')).toMatchObject({ status: 204 });
  expect(await api('DELETE', '/secrets/db?environment=production')).toMatchObject({ status: 204 });
  expect(await api('GET', '/secrets/db?environment=production')).toMatchObject({
    status: 404,
    code: 'SECRET_NOT_FOUND',
  });

  expect((await cli(['variable', 'set', 'site', 'limit', '12345678901234567890'])).stdout).toBe(
    'site  default  {"limit":12345678901234567890}\n',
  );
  expect((await cli(['variable', 'get', 'site', 'limit'])).stdout).toBe('12345678901234567890\n');
  const pasted = await cli(['variable', 'set', 'site', 'token', 'ghp_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R']);
  expect(pasted.stderr).toContain('`token` looks like a token of GitHub');
  await cli(['variable', 'delete', 'site', 'token']);
});

test('a workflow sees a changed variable and a new secret at once, and what is missing is warned of when it is saved', async () => {
  const source = (body: string) =>
    `definition:\n  title: Uses\n  actions:\n    - { ref: a, action: core.transform.reshape, args: { value: "${body}" } }\n  returns: \${{ ACTIONS.a.result }}\n`;
  const uses = await host.api('POST', '/workflows', {
    alias: 'uses',
    source: source('${{ VARS.site.limit }}/${{ VARS.sight.x }}/${{ SECRETS.absent.KEY }}'),
  });
  expect(uses.body.warnings.map(({ code }: { code: string }) => code).toSorted()).toEqual([
    'WORKFLOW_SECRET_MISSING',
    'WORKFLOW_VARIABLE_MISSING',
  ]);
  const pasted = await host.api('PUT', '/workflows/uses', {
    source: source('ghp_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R'),
  });
  expect(pasted.body.warnings).toMatchObject([{ code: 'WORKFLOW_CREDENTIAL_IN_TEXT' }]);
  await host.api('PUT', '/workflows/uses', { source: source('${{ VARS.site.limit }}') });
  const run = async () => (await host.api('POST', '/workflows/uses/runs?wait=result', {})).body;
  for (const limit of [1, 2, 3]) {
    await host.api('PATCH', '/variables/site', { values: { limit } });
    expect(await run()).toBe(limit);
  }
});

test('whatever a run does with a secret, no output shows it', async () => {
  const outputs = new Map<string, string>();
  const keep = (where: string, what: unknown) =>
    outputs.set(where, typeof what === 'string' ? what : JSON.stringify(what));
  await host.store('child', CHILD);
  await host.store('fails', FAILS);
  await host.store('everything', ALL(echo.url));
  const started = await host.api('POST', '/workflows/everything/runs?wait=true', {});
  expect(started.body).toMatchObject({
    status: 'completed',
    result: { template: {}, child: 'child ***', seen: [{}, {}, {}] },
  });
  expect(echo.last()).toContain('Q7xK9mZp2LwTn8Rv');
  keep('answer of the start', started.body);
  const { runId } = started.body;
  const { secret } = (await host.api('POST', '/workflows/everything/webhook', {})).body;
  const body = '{}';
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const answered = await call(`${host.note.url}/api/webhooks/everything`, 'POST', body, {
    'content-type': 'application/json',
    'x-backplane-signature': signature,
  });
  expect(answered.status).toBe(200);
  keep('answer of the webhook', [answered.body, [...answered.headers]]);
  const failed = await host.api('POST', '/workflows/fails/runs?wait=true', {});
  expect(failed.body).toMatchObject({
    status: 'failed',
    error: { message: expect.stringContaining('no luck with ***') },
  });
  keep('answer of a failed run', failed.body);
  keep('one action', (await host.api('POST', '/actions/tools.test.ask/run', { input: { n: 1 } })).body);
  for (const path of [
    `/runs/${runId}`,
    `/runs/${runId}/attempts`,
    '/runs',
    '/secrets',
    '/secrets/vault',
    '/secrets/vault/versions',
    '/workflows/everything',
  ])
    keep(path, (await host.api('GET', path)).body);
  keep(
    'events',
    await (
      await fetch(`${host.note.url}/api/runs/${runId}/events`, { headers: { authorization: `Bearer ${host.key}` } })
    ).text(),
  );
  keep('runs show', await cli(['runs', 'show', runId]));
  keep('runs show --json', await cli(['runs', 'show', runId, '--json']));
  keep('runs tail', await cli(['runs', 'tail', runId]));
  await expect.poll(() => echo.told.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(6);
  keep('notifications', echo.told.join('\n'));
  for (const [table, rows] of await allRows(database)) keep(`table ${table}`, rows);
  for (const [file, content] of allFiles(join(home.data, 'blobs'))) keep(file, content);
  expect(host.stderr).toContain('the token is ***');
  expect(host.stderr).toContain('leaking ***');
  keep('log', host.stderr);
  keep('stdout', host.stdout);
  expect([...outputs.keys()].filter((where) => where.includes('blobs')).length).toBeGreaterThan(0);
  const shown = [...outputs].flatMap(([where, output]) =>
    TRACES.filter((trace) => output.includes(trace)).map((trace) => `${where}: ${trace}`),
  );
  expect(shown).toEqual([]);
});
