import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HostHome } from './host-process.fixture.ts';

const ECHO = `title: Echo
actions:
  - ref: echo
    action: core.transform.reshape
    args: { value: "\${{ TRIGGER.text }}" }
returns: "\${{ ACTIONS.echo.result }}"
`;
const SLEEPY = `title: Sleepy
actions:
  - { ref: a, action: core.transform.reshape, args: { value: 1 } }
  - { ref: b, depends_on: [a], start_delay: 6, action: core.transform.reshape, args: { value: 2 } }
returns: "\${{ ACTIONS.b.result }}"
`;

/** Somebody who wants to be told, and answers as the test says. */
async function receiver() {
  const calls: { readonly headers: IncomingHttpHeaders; readonly body: { readonly type: string } }[] = [];
  let status = 503;
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (more: string) => (text += more));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: JSON.parse(text) });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    calls,
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`,
    recover: () => (status = 204),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

test('a notification that was not taken survives kill -9 and is delivered under the same id after the next start', async () => {
  await using hook = await receiver();
  await using place = new HostHome({
    'config/backplane.yaml': `notifications: [{ on: [completed], workflows: [ec*], url: '${hook.url}', secret: sixteen characters }]`,
  });
  const first = await place.start();
  await first.store('echo', ECHO);
  await first.api('POST', '/workflows/echo/runs?wait=true', { input: { text: 'a' } });
  await expect.poll(() => hook.calls.length, { timeout: 10_000 }).toBe(1);
  await first.stop('SIGKILL');
  hook.recover();
  const again = await place.start();
  await expect.poll(() => hook.calls.length, { timeout: 60_000 }).toBe(2);
  const [a, b] = hook.calls.map(({ headers }) => headers);
  expect(b!['backplane-delivery']).toBe(a!['backplane-delivery']);
  expect(b!['backplane-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  expect(hook.calls[1]!.body).toMatchObject({ type: 'run.completed', run: { status: 'completed' } });
  expect(JSON.stringify(hook.calls)).not.toContain('sixteen characters');
  expect((await again.stop()).stderr).not.toContain('sixteen characters');
});

test('a large value goes through the blob folder, and a host with another folder on the database does not start', async () => {
  await using place = new HostHome();
  const host = await place.start();
  await host.store('echo', ECHO);
  const text = 'ü'.repeat(300_000);
  const { body } = await host.api('POST', '/workflows/echo/runs?wait=true', { input: { text } });
  expect(body.result).toBe(text);
  const folder = join(place.data, 'blobs');
  const [id] = readdirSync(folder);
  expect(readdirSync(join(folder, id!)).length).toBeGreaterThan(1);
  await host.stop('SIGKILL');
  const elsewhere = await place.launch({ env: { BACKPLANE_BLOBS_FOLDER: 'elsewhere' } }).ended;
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stderr).toContain('STORAGE_BLOBS_ELSEWHERE');
  expect(elsewhere.stderr).toContain(id);
  expect(existsSync(join(place.data, 'elsewhere', id!))).toBe(false);
  const again = await place.start();
  expect((await again.api('GET', `/runs/${body.runId}`)).body.result).toBe(text);
  const events = await again.api('GET', `/runs/${body.runId}/events`);
  expect(events.body).toContain(text);
});

test('a run that sleeps through kill -9 wakes in time, and runs go when they were kept long enough', async () => {
  await using place = new HostHome({
    'config/backplane.yaml': 'engine: { hibernateAfterSeconds: 1 }\nretention: { completed: 5s, sweepEvery: 1s }\n',
  });
  const first = await place.start();
  await first.store('sleepy', SLEEPY);
  const { runId } = (await first.api('POST', '/workflows/sleepy/runs', {})).body;
  await first.stop('SIGKILL');
  const again = await place.start();
  const run = async () => (await again.api('GET', `/runs/${runId}`)).body;
  await expect.poll(async () => (await run()).status, { timeout: 20_000 }).toBe('completed');
  expect((await run()).result).toBe(2);
  await expect.poll(async () => (await run()).code, { timeout: 20_000 }).toBe('RUN_NOT_FOUND');
});
