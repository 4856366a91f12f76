import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AcmeServices, startAcmeServices } from './acme-services.fixture.ts';
import { call, startTestHost, type TestHost } from './host.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

const folder = join(checkout, 'tests', 'third-party');
const ids = readdirSync(folder);
const patience = { timeout: 20_000 };

const home = mkdtempSync(join(tmpdir(), 'bp-third-party-'));
let services: AcmeServices;
let host: TestHost;

beforeAll(async () => {
  services = await startAcmeServices();
  const archive = join(home, 'acme-board.tgz');
  const cli = [join(checkout, 'core', 'main.ts'), 'plugin', 'pack', join(folder, 'acme-board'), '-o', archive];
  execFileSync(process.execPath, cli, { stdio: 'pipe' });
  const settings: Record<string, string> = {
    'acme-board': `{ use: "archive:${archive}" }`,
    'acme-journal': '{ config: { signature: " (A. Cme)" } }',
  };
  host = await startTestHost({
    backplane: `log: { level: silent }
templates: { workflows: [] }
access: { policy: acme-freeze, policyConfig: { until: "2100-01-01T00:00:00Z" } }
notifications:
  - { on: [failed], notifier: acme-chat-post, config: { url: "${services.url}/room" } }
secrets:
  stores:
    vault: { use: acme-vault, prefix: vault_, config: { address: "${services.url}", token: ${services.vaultToken} } }
`,
    plugins: `folder: ${folder}
plugins:
${ids.map((id) => `  ${id}: ${settings[id] ?? '{}'}\n`).join('')}
trust: [acme-text, acme-gate]
`,
  });
});

afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  await services?.[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

const run = async (action: string, input: object = {}) =>
  (await host.api('POST', `/actions/${action}/run`, { input })).body;

const acme = async () => (await host.api('GET', '/plugins')).body.items.filter(({ id }: any) => ids.includes(id));

/** Stores a workflow of one step; gives its id. */
async function stored(alias: string, value: string, triggers: readonly object[] = []): Promise<string> {
  const step = { ref: 'echo', action: 'core.transform.reshape', args: { value } };
  const definition = { title: alias, triggers, actions: [step], returns: '${{ ACTIONS.echo.result }}' };
  const source = JSON.stringify({ type: 'workflow', definition });
  const { status, body } = await host.api('POST', '/workflows', { alias, source });
  expect([status, body.code]).toEqual([201, undefined]);
  return body.id;
}

const onEvent = (alias: string, trigger: string, config: object) =>
  stored(alias, '${{ TRIGGER.title }}', [
    { type: 'plugin', trigger: `tools.acme_feeds.${trigger}`, config, ...(trigger === 'new_entry' && { every: 1 }) },
  ]);

async function resultsOf(workflow: string): Promise<unknown[]> {
  const { items } = (await host.api('GET', `/workflows/${workflow}/runs`)).body;
  const whole = await Promise.all(items.map(({ runId }: { runId: string }) => host.api('GET', `/runs/${runId}`)));
  return whole.map(({ body }) => body.result).toSorted();
}

test('what asks for something waits for its approval, and then all of them run side by side', async () => {
  const waiting = (await acme()).filter(({ state }: any) => state === 'awaiting-approval');
  expect(waiting.length).toBeGreaterThan(6);
  for (const { id } of waiting) expect((await host.api('POST', `/plugins/${id}/approve`, {})).status).toBe(200);
  const states = async () => (await acme()).map(({ id, state, error }: any) => [id, state, error?.code]);
  await expect.poll(states, patience).toEqual(ids.map((id) => [id, 'active', undefined]));
});

test('actions, routes and the page of a packed plugin work on its own table', async () => {
  const added = await run('tools.acme_board.add_card', { title: 'Water the plants' });
  expect(added.result).toMatchObject({ title: 'Water the plants', done: false });
  expect(await run('tools.acme_board.add_card', { title: 'Water the plants' })).toEqual(added);
  const cards = (done: string) => host.api('GET', `/plugins/acme-board/cards?done=${done}`);
  expect((await cards('false')).body).toEqual([{ title: 'Water the plants', done: false }]);
  expect((await cards('maybe')).status).toBe(400);
  expect((await host.api('POST', '/plugins/acme-board/cards/none/done')).body.code).toBe('ACME_BOARD_CARD_UNKNOWN');
  expect((await host.api('POST', '/plugins/acme-board/cards/Water%20the%20plants/done')).status).toBe(204);
  expect((await cards('true')).body).toHaveLength(1);
  expect((await call(`${host.url}/api/plugins/acme-board/cards`, 'GET')).status).toBe(401);
  const page = `${host.url}/console/plugins/acme-board/board/`;
  expect((await call(page, 'GET')).body).toContain('page.js');
  expect((await call(`${page}page.js`, 'GET')).body).toContain('/cards');
});

test('one plugin calls another, with its settings, and a script and the runs of workflows', async () => {
  await run('tools.acme_journal.note', { line: 'One' });
  await run('tools.acme_journal.note', { line: 'Two' });
  const heading = 'const heading = (lines) => lines.join(" and ")';
  expect(await run('tools.acme_digest.write', { heading })).toEqual({
    result: {
      heading: 'Two (A. Cme) and One (A. Cme)',
      lines: ['Two (A. Cme)', 'One (A. Cme)'],
      runs: expect.any(Number),
    },
  });
});

test('a function, a template and a secret of a store meet in one workflow, and the secret is masked', async () => {
  expect(await run('tools.acme_cards.shout', { text: 'hello' })).toEqual({ result: 'HELLO' });
  await stored('slug', '${{ FN.acme_text_slug(TRIGGER.title) }} ${{ SECRETS.vault_pager.TOKEN }}');
  const { body } = await host.api('POST', '/workflows/slug/runs?wait=true', { input: { title: 'Hello, World!' } });
  expect(body).toMatchObject({ status: 'completed', result: 'hello-world ***' });
  const test = async (name: string) =>
    (await host.api('POST', '/secrets/test', { name, keys: ['TOKEN'] })).body.present as boolean;
  expect([await test('vault_pager'), await test('vault_none')]).toEqual([true, false]);
});

test('triggers that poll, are told and listen start runs', async () => {
  const { url, feed, heard } = services;
  const polled = await onEvent('polled', 'new_entry', { url: `${url}/feed.json` });
  const pushed = await onEvent('pushed', 'pushed_entry', { hub: `${url}/hub`, topic: `${url}/feed.json` });
  const listening = await onEvent('listening', 'handed_in', { box: 'letters' });

  await run('tools.acme_feeds.hand_in', { box: 'letters', entry: { id: 's-1', title: 'A letter' } });
  await expect.poll(() => resultsOf(listening), patience).toEqual(['A letter']);

  await expect.poll(() => heard('/hub').length, patience).toBe(1);
  const asked = new URLSearchParams(heard('/hub')[0]!.body);
  const address = asked.get('hub.callback')!;
  const body = JSON.stringify({ items: [{ id: 'p-1', title: 'Pushed' }] });
  const signature = createHmac('sha256', asked.get('hub.secret')!).update(body).digest('hex');
  expect((await call(address, 'POST', body)).status).toBe(401);
  expect((await call(address, 'POST', body, { 'x-hub-signature': `sha256=${signature}` })).status).toBe(202);
  await expect.poll(() => resultsOf(pushed), patience).toEqual(['Pushed']);

  await expect.poll(() => heard('/feed.json').length, patience).toBeGreaterThan(1);
  feed.unshift({ id: 'e-2', title: 'News' });
  await expect.poll(() => resultsOf(polled), patience).toEqual(['News']);
});

test('a notifier is told of a run that failed', async () => {
  await stored('fails', '${{ 1 / TRIGGER.by }}');
  await host.api('POST', '/workflows/fails/runs?wait=true', { input: { by: 0 } });
  const notes = () => services.heard('/room').map(({ body }) => JSON.parse(body).title);
  await expect.poll(notes, patience).toEqual(['fails failed']);
});

test('an OAuth provider takes a client, checks its settings, and sends people to the address that they make', async () => {
  const connect = (tenant: string) => {
    const client = { clientId: 'backplane', clientSecret: 'of-a-test-only' };
    return host.api('PUT', '/connections', { provider: 'acme_login', settings: { tenant }, ...client });
  };
  expect((await connect('evil.example/')).body.code).toBe('CONNECTION_SETTING_INVALID');
  const { body } = await connect('blue');
  const { url } = (await host.api('POST', `/connections/${body.id}/link`, {})).body;
  expect((await call(url, 'GET')).body).toContain('Read tickets');
  const asked = new URL((await call(`${url}?continue=1`, 'GET')).headers.get('location')!);
  expect([asked.origin, asked.pathname]).toEqual(['https://blue.acme.example', '/authorize']);
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    scope: 'tickets:read',
    code_challenge_method: 'S256',
  });
  expect((await run('tools.acme_login.whoami')).code).toBe('PLUGIN_CONNECTION_MISSING');
});

test('a decision point takes away what roles allow, and its reason is told', async () => {
  await host.api('POST', '/service-accounts', { name: 'ci' });
  await host.api('PUT', '/members', { service: 'ci', role: 'editor' });
  const { key } = (await host.api('POST', '/api-keys', { service: 'ci', name: 'ci' })).body;
  const as = { authorization: `Bearer ${key}` };
  expect((await call(`${host.url}/api/workflows`, 'GET', undefined, as)).status).toBe(200);
  const source = 'title: Late\nactions: [{ ref: a, action: core.transform.reshape, args: { value: 1 } }]\n';
  const refused = await call(`${host.url}/api/workflows`, 'POST', { alias: 'late', source }, as);
  expect([refused.status, refused.body.detail]).toEqual([
    403,
    expect.stringContaining('Changes are frozen until 2100'),
  ]);
});
