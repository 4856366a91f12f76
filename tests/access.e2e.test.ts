import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backplane } from '../core/cli/backplane.fixture.ts';
import { openRunTable } from '../core/executor/history/run-table.ts';
import { OrphanedRuns } from '../core/executor/retention/orphaned-runs.ts';
import { readPostmaster } from '../core/storage/embedded/postmaster-file.ts';
import { silentLog } from '../core/storage/silent-log.fixture.ts';
import { call } from './host.fixture.ts';
import { HostHome, type HostProcess } from './host-process.fixture.ts';

let home: HostHome;
let host: HostProcess;
beforeAll(async () => {
  home = new HostHome({ 'config/backplane.yaml': 'log: { level: warn }\ntemplates: { workflows: [] }\n' });
  host = await home.start();
});
afterAll(() => home[Symbol.asyncDispose]());

const database = async () => {
  const { socketFolder, port } = (await readPostmaster(join(home.data, 'postgres')))!;
  const password = readFileSync(join(home.data, 'postgres.password'), 'utf8').trim();
  return { host: socketFolder, port, user: 'backplane', password, database: 'postgres' };
};
async function rows(text: string): Promise<unknown[]> {
  const client = new pg.Client(await database());
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
async function databaseUrl(): Promise<string> {
  const { host: folder, port, user, password } = await database();
  return `postgres://${user}:${password}@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`;
}
const cli = (...args: string[]) => backplane([...args, '--url', host.note.url, '--data', home.data]);

test('an administrator makes a workspace and a role, invites people and asks why', async () => {
  expect((await cli('workspace', 'create', 'soc', '--title', 'Security')).stdout).toContain(
    'Created the workspace soc',
  );
  const role = { name: 'responder', scopes: ['run:read', 'action:tools.slack.*:execute'] };
  expect((await host.api('POST', '/roles', role)).status).toBe(201);
  expect((await host.api('POST', '/groups', { name: 'analysts' })).status).toBe(201);
  expect((await cli('member', 'add', 'group:analysts', 'responder', '--workspace', 'soc')).stdout).toBe(
    'analysts is responder now.\n',
  );
  const invite = ['invite', 'create', 'eve@example.com', '--role', 'editor', '--workspace', 'soc', '--json'];
  const invited = (await cli(...invite)).json();
  expect(invited).toMatchObject({ email: 'eve@example.com', token: expect.stringMatching(/^bpi_/), state: 'open' });
  const password = 'correct horse battery staple';
  await host.api('POST', '/users', { email: 'eve@example.com', password });
  const { token } = (await host.api('POST', '/auth/login', { email: 'eve@example.com', password })).body;
  const eve = async (...args: string[]) => (await backplane([...args, '--url', host.note.url, '--key', token])).stdout;
  expect(await eve('workspace', 'list')).toMatch(/^You belong to no workspace yet\. .*invite accept/);
  await eve('invite', 'accept', invited.token);
  expect(await eve('workspace', 'list')).toMatch(/^soc {2}Security/);
  expect((await host.api('POST', '/service-accounts', { name: 'ci' })).status).toBe(201);
  await host.api('PUT', '/members', { service: 'ci', role: 'viewer' });
  const why = await cli('access', 'explain', 'service:ci', 'secret:read');
  expect(why.stdout).toBe(
    `ci may not secret:read: role viewer in the workspace does not give it.
  - role viewer in the workspace does not give it
  + the key any key
  → needed: one of editor, admin, owner, organization-admin, organization-owner
`,
  );
  expect((await host.api('POST', '/roles', { name: 'odd', scopes: ['run:fly'] })).body.code).toBe('ROLE_SCOPE_UNKNOWN');
  expect((await host.api('DELETE', '/workspaces/soc')).status).toBe(204);
});

test('a workspace goes with what runs in it, and not before somebody says so', async () => {
  const { body: doomed } = await host.api('POST', '/workspaces', { name: 'doomed' });
  const inside = (method: string, path: string, body?: unknown) =>
    host.api(method, path, body, { 'x-backplane-workspace': doomed.id });
  const source = `type: workflow
definition:
  title: T
  description: D
  triggers:
    - { type: webhook, path: doomed }
    - { type: schedule, ref: often, every: 1h }
  actions:
    - { ref: a, start_delay: 3600, action: core.transform.reshape, args: { value: 1 } }
`;
  const { body: workflow } = await inside('POST', '/workflows', { alias: 'w', source });
  const { body: run } = await inside('POST', `/workflows/${workflow.id}/runs`, { input: null });
  const refused = await cli('workspace', 'delete', 'doomed');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('WORKSPACE_BUSY') });
  expect((await inside('GET', `/runs/${run.runId}`)).body.status).toBe('running');
  expect((await cli('workspace', 'delete', 'doomed', '--force')).stdout).toBe('Deleted the workspace doomed.\n');
  const ended = `SELECT status FROM run WHERE id = '${run.runId}'`;
  expect(await rows(ended)).toEqual([{ status: 'cancelled' }]);
  expect(await rows(`SELECT 1 FROM schedule WHERE workflow_id = '${workflow.id}'`)).toEqual([]);
  await expect.poll(async () => (await call(`${host.note.url}/api/webhooks/doomed`, 'POST', {})).status).toBe(404);
});

test('a run without a workspace is found, those of others are not', async () => {
  const { body: lost } = await host.api('POST', '/workspaces', { name: 'lost' });
  const source = `type: workflow
definition:
  title: T
  description: D
  actions:
    - { ref: a, start_delay: 3600, action: core.transform.reshape, args: { value: 1 } }
`;
  const ids: string[] = [];
  for (const workspace of [lost.id, 'default']) {
    const there = { 'x-backplane-workspace': workspace };
    const { body } = await host.api('POST', '/workflows', { alias: 'sleeper', source }, there);
    ids.push((await host.api('POST', `/workflows/${body.id}/runs`, { input: null }, there)).body.runId);
  }
  // As a host leaves it that is killed between the two.
  await rows(`DELETE FROM workspace WHERE id = '${lost.id}'`);
  await using table = openRunTable(await databaseUrl());
  expect(await table.orphaned(10)).toEqual([ids[0]]);
  const terminated: string[] = [];
  const engine = { terminate: async (id: string) => void terminated.push(id) };
  await new OrphanedRuns({ table, engine, log: silentLog }).sweep();
  expect(terminated).toEqual([ids[0]]);
});

test('the audit log holds all of it, is exported, and no secret stands in it', async () => {
  const { items } = (await host.api('GET', '/audit?action=workspace.*')).body;
  expect(items.map(({ action, outcome, resource }: any) => [action, outcome, resource.type])).toEqual([
    ['workspace.create', 'done', 'workspace'],
    ['workspace.delete', 'done', 'workspace'],
    ['workspace.delete', 'failed', 'workspace'],
    ['workspace.create', 'done', 'workspace'],
    ['workspace.delete', 'done', 'workspace'],
    ['workspace.create', 'done', 'workspace'],
  ]);
  expect((await cli('audit', 'list', '--outcome', 'failed')).stdout).toMatch(
    /^\d+ {2}\S+Z {2}failed {2}host:admin key {2}role.create/m,
  );
  const file = join(home.path, 'audit.csv');
  await cli('audit', 'export', '--format', 'csv', '--out', file);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines[0]).toContain('seq,at,actor_kind');
  expect(lines.length).toBeGreaterThan(6);
  expect(lines.join('\n')).not.toMatch(/bpi_|bp_/);
});

test('a host that is killed has recorded every change that it acknowledged', async () => {
  const acknowledged: string[] = [];
  const changes = Array.from({ length: 8 }, async (_, worker) => {
    for (let i = 0; ; i++) {
      const answer = await host.api('POST', '/groups', { name: `g-${worker}-${i}` }).catch(() => undefined);
      if (answer === undefined) return;
      expect(answer.status).toBe(201);
      acknowledged.push(answer.body.id);
    }
  });
  await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(100);
  await host.stop('SIGKILL');
  await Promise.all(changes);
  host = await home.start();
  const recorded = new Set<string>();
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const { body } = await host.api('GET', `/audit?action=group.create&limit=200${cursor ? `&cursor=${cursor}` : ''}`);
    for (const { resource } of body.items) recorded.add(resource.id);
    cursor = body.nextCursor;
  }
  expect(acknowledged.filter((id) => !recorded.has(id))).toEqual([]);
  const verified = await cli('audit', 'verify');
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringMatching(/^All \d+ rows are as they were written/),
  ]);
});

test('a chain that is broken fails the check and names the row', async () => {
  const answer = { rows: 2, head: { seq: '9', hash: 'ab' }, broken: { seq: '3', problem: 'its content was changed' } };
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code, stderr } = await backplane(['audit', 'verify', '--url', url, '--key', 'k']);
  server.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining('AUDIT_CHAIN_BROKEN')]);
  expect(stderr).toContain('row 3: its content was changed');
});
