import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'vitest';
import { startEmbeddedPostgres } from '../core/storage/embedded/embedded-postgres.ts';
import { isAlive } from '../core/storage/embedded/process-identity.ts';
import { silentLog } from '../core/storage/silent-log.fixture.ts';
import { call, type Reply } from './host.fixture.ts';
import { chainOf, HostHome, type HostProcess } from './host-process.fixture.ts';

const quick = `type: workflow
definition:
  title: Quick
  description: Three steps.
  triggers: [{ type: webhook }]
  actions:
    - { ref: a, action: core.transform.reshape, args: { value: "\${{ TRIGGER }}" } }
    - { ref: b, action: core.transform.reshape, depends_on: [a], args: { value: "\${{ ACTIONS.a.result }}" } }
  returns: \${{ ACTIONS.b.result }}
`;

/** Starts runs one after the other in several lanes until told to end; keeps what was acknowledged, and every other answer. */
function load(host: HostProcess, alias: string, lanes: number) {
  const acknowledged: { readonly key: string; readonly runId: string }[] = [];
  const refused: Reply[] = [];
  let ended = false;
  const lane = async (name: number) => {
    for (let i = 0; !ended; i++) {
      const key = `${name}-${i}`;
      const reply = await host.api('POST', `/workflows/${alias}/runs`, { input: key }, { 'idempotency-key': key });
      if (reply.status === 202) acknowledged.push({ key, runId: reply.body.runId });
      else refused.push(reply);
      if (reply.status !== 202) await pause(50);
    }
  };
  const work = Promise.all(Array.from({ length: lanes }, (_, name) => lane(name)));
  return {
    acknowledged,
    refused,
    async end() {
      ended = true;
      await work;
    },
  };
}

/** Every status of the runs of a workflow, counted. */
async function statuses(host: HostProcess, alias: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let cursor = ''; ; ) {
    const { body } = await host.api('GET', `/workflows/${alias}/runs?limit=100${cursor}`);
    for (const { status } of body.items) counts[status] = (counts[status] ?? 0) + 1;
    if (body.nextCursor === undefined) return counts;
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`;
  }
}

test.concurrent('after kill -9 the next start takes over the Postgres left behind, and every acknowledged run completes', async ({
  expect,
}) => {
  await using place = new HostHome();
  const first = await place.start();
  await first.store('chain', chainOf(3, 0.3));
  const runs = await Promise.all(Array.from({ length: 50 }, () => first.api('POST', '/workflows/chain/runs', {})));
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 202));
  const { postgres } = first;
  first.child.kill('SIGKILL');
  await first.ended;
  expect(isAlive(postgres)).toBe(true);

  const second = await place.start();
  expect(second.postgres).toBe(postgres);
  for (const { body } of runs) {
    await expect
      .poll(async () => (await second.api('GET', `/runs/${body.runId}`)).body, { timeout: 20_000 })
      .toMatchObject({ status: 'completed', result: 2 });
  }
  expect(await statuses(second, 'chain')).toEqual({ completed: 50 });
  expect((await second.stop()).code).toBe(0);
  expect(isAlive(postgres)).toBe(false);
});

test.concurrent('while a run is followed or waited for, SIGTERM ends the host at once; the run goes on at the next start', async ({
  expect,
}) => {
  await using place = new HostHome();
  const first = await place.start();
  await first.store('chain', chainOf(1, 3));
  const { body } = await first.api('POST', '/workflows/chain/runs', {});
  const followed = first.api('GET', `/runs/${body.runId}/events`);
  const waited = first.api('POST', '/workflows/chain/runs?wait=true', {});
  await expect.poll(async () => (await first.api('GET', '/workflows/chain/runs')).body.items.length).toBe(2);
  const begun = performance.now();
  expect(await first.stop()).toMatchObject({ code: 0, stderr: '' });
  expect(performance.now() - begun).toBeLessThan(7_000);
  expect((await followed).body).toContain('event: RunStarted');
  expect((await waited).status).toBe(202);
  const second = await place.start();
  await expect
    .poll(async () => (await second.api('GET', `/runs/${body.runId}`)).body.status, { timeout: 10_000 })
    .toBe('completed');
});

test.concurrent('Postgres gone for seconds under load: not ready, 503 with a pause to keep, nothing lost or doubled', async ({
  expect,
}) => {
  await using place = new HostHome();
  const dataDir = join(place.path, 'external');
  const server = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const host = await place.start({ env: { DATABASE_URL: server.url } });
  await host.store('quick', quick);
  const work = load(host, 'quick', 20);
  await expect.poll(() => work.acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(50);

  process.kill(server.pid, 'SIGQUIT');
  await expect.poll(async () => (await host.readyz()).status, { timeout: 10_000 }).toBe(503);
  expect((await call(`${host.note.url}/healthz`, 'GET')).status).toBe(200);
  const reading = await host.api('GET', '/workflows');
  expect([reading.status, reading.body.code]).toEqual([503, 'STORAGE_UNAVAILABLE']);
  expect(Number(reading.headers.get('retry-after'))).toBeGreaterThan(0);
  // The outage itself is what is tested.
  await pause(3_000);
  await server[Symbol.asyncDispose]();
  await using again = await startEmbeddedPostgres({ dataDir, log: silentLog });
  expect(again.url).toBe(server.url);
  await expect.poll(async () => (await host.readyz()).status, { timeout: 15_000 }).toBe(200);
  const before = work.acknowledged.length;
  await expect.poll(() => work.acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(before + 20);
  await work.end();

  for (const { status, body } of work.refused) expect([status, body.code]).toEqual([503, 'STORAGE_UNAVAILABLE']);
  expect(new Set(work.acknowledged.map(({ runId }) => runId)).size).toBe(work.acknowledged.length);
  await expect
    .poll(() => statuses(host, 'quick'), { timeout: 15_000 })
    .toEqual({ completed: work.acknowledged.length });
  expect(await host.stop()).toMatchObject({ code: 0 });
}, 90_000);

/** A small file system of its own, where the tests may mount one. */
function smallDisk(path: string, size: string): Disposable | undefined {
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status !== 0) return undefined;
  return { [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]) };
}

test.concurrent('a full disk: new runs are refused with a code, nothing acknowledged is lost, and work goes on with new space', async ({
  expect,
  skip,
}) => {
  await using place = new HostHome();
  const disk = join(place.path, 'disk');
  using mounted = smallDisk(disk, '160m');
  if (mounted === undefined) skip('needs the right to mount a tmpfs');
  await using server = await startEmbeddedPostgres({ dataDir: join(disk, 'data'), log: silentLog });
  const host = await place.start({ env: { DATABASE_URL: server.url } });
  await host.store('quick', quick);
  const filler = join(disk, 'filler');
  const work = load(host, 'quick', 10);
  await expect.poll(() => work.acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(20);
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
  // Space inside files that Postgres has already taken is still there: large inputs use it up.
  const large = 'x'.repeat(200_000);
  await expect
    .poll(async () => (await host.api('POST', '/workflows/quick/runs', { input: large })).status, {
      timeout: 40_000,
      interval: 1,
    })
    .toBe(503);
  const refused = await host.api('POST', '/workflows/quick/runs', { input: large });
  expect(refused.body).toMatchObject({
    code: expect.stringMatching(/^STORAGE_(WRITE_REFUSED|UNAVAILABLE)$/),
    remedy: expect.any(String),
  });
  expect((await call(`${host.note.url}/healthz`, 'GET')).status).toBe(200);
  rmSync(filler);
  await expect
    .poll(async () => (await host.api('POST', '/workflows/quick/runs', { input: 1 })).status, { timeout: 20_000 })
    .toBe(202);
  await work.end();
  for (const { runId } of work.acknowledged) {
    await expect
      .poll(async () => (await host.api('GET', `/runs/${runId}`)).body.status, { timeout: 20_000 })
      .toBe('completed');
  }
  expect((await host.stop()).code).toBe(0);
}, 90_000);

/** Resident megabytes, and open files, of a process. */
function footprint(pid: number): { readonly mb: number; readonly files: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { mb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024, files: readdirSync(`/proc/${pid}/fd`).length };
}

/** One request that its client breaks off, in one of three ways. */
function abort(host: HostProcess, how: number): Promise<void> {
  const { hostname, port } = new URL(host.note.url);
  const head = `POST /api/workflows/chain/runs?wait=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${host.key}\r\n`;
  const texts = [`${head}Content-Length: 100000\r\n\r\n{"in`, `${head}Content-Length: 2\r\n\r\n{}`, head];
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(texts[how % texts.length]!, () => socket.resetAndDestroy());
    });
    socket.once('close', () => resolve()).once('error', () => undefined);
  });
}

test.runIf(process.platform === 'linux')(
  '1,000 requests that their clients break off leave nothing behind (needs /proc)',
  { concurrent: true },
  async ({ expect }) => {
    await using place = new HostHome({ 'config/backplane.yaml': 'server: { maxBodyBytes: 50000 }\n' });
    const host = await place.start();
    await host.store('chain', chainOf(1, 0.5));
    const volley = async (count: number) => {
      for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: 50 }, (_, j) => abort(host, i + j)));
      const big = await host.api('POST', '/workflows/chain/runs', { input: 'x'.repeat(60_000) });
      expect([big.status, big.body.code]).toEqual([413, 'HTTP_BODY_TOO_LARGE']);
      await expect
        .poll(async () => (await host.api('GET', '/runs?status=running')).body.items.length, { timeout: 15_000 })
        .toBe(0);
    };
    await volley(500);
    const before = footprint(host.note.pid);
    await volley(1_000);
    await expect.poll(() => footprint(host.note.pid).files, { timeout: 15_000 }).toBeLessThanOrEqual(before.files + 3);
    expect(footprint(host.note.pid).mb).toBeLessThan(before.mb + 40);
    expect(host.stderr).toBe('');
  },
);

test.concurrent('log lines are JSON with correlation ids, and no secret is ever among them', async ({ expect }) => {
  const configured = 'sk-configured-4711';
  await using place = new HostHome({
    'config/backplane.yaml': 'log: { level: debug }\nsecrets: { acme: { TOKEN: "${env:ACME_TOKEN}" } }\n',
  });
  const host = await place.start({ env: { ACME_TOKEN: configured } });
  await host.store('quick', quick);
  await host.store(
    'leaky',
    'type: workflow\ndefinition:\n  title: Leaky\n  description: Fails with a secret.\n  actions:\n    - { ref: a, action: core.http_request, args: { url: "http://127.0.0.1:1/${{ SECRETS.acme.TOKEN }}", method: GET } }\n',
  );
  const { secret, path } = (await host.api('POST', '/workflows/quick/webhook', {})).body;
  const body = '{"a":1}';
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const headers = {
    'content-type': 'application/json',
    'x-backplane-signature': signature,
    'x-correlation-id': 'order-66',
  };
  expect((await call(`${host.note.url}${path}?wait=result`, 'POST', body, headers)).body).toEqual({ a: 1 });
  const failed = await host.api('POST', '/workflows/leaky/runs?wait=true', {});
  expect(failed.body.status).toBe('failed');
  expect(JSON.stringify(failed.body)).not.toContain(configured);
  await call(`${host.note.url}${path}`, 'POST', body, { ...headers, 'x-backplane-signature': 'sha256=00' });
  await call(`${host.note.url}/api/workflows`, 'GET', undefined, { authorization: 'Bearer wrong' });
  const { stderr, code } = await host.stop();
  expect(code).toBe(0);
  const lines = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines)
    expect(line).toMatchObject({ level: expect.any(String), time: expect.any(String), msg: expect.any(String) });
  expect(lines.filter(({ correlationId }) => correlationId === 'order-66').length).toBeGreaterThan(0);
  for (const line of lines) if (line.msg === 'request') expect(line.correlationId).toEqual(expect.any(String));
  writeFileSync(join(place.path, 'log'), stderr);
  for (const hidden of [
    readFileSync(join(place.data, 'admin.key'), 'utf8').trim(),
    secret,
    configured,
    readFileSync(join(place.data, 'postgres.password'), 'utf8').trim(),
  ])
    expect(stderr).not.toContain(hidden);
});

test.concurrent('a log that cannot be written does not stop the work', async ({ expect }) => {
  await using place = new HostHome({ 'config/backplane.yaml': 'log: { level: debug }\n' });
  const host = await place.start({
    command: ['sh', '-c', 'exec "$0" "$@" 2>/dev/full', process.execPath, 'core/main.ts', 'start'],
  });
  for (let i = 0; i < 50; i++) expect((await host.api('GET', '/workflows')).status).toBe(200);
  expect((await host.stop()).code).toBe(0);
});
