import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpPort } from '../../network/http-client.ts';
import type { Database } from '../../storage/database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { DEFAULT_PLACE } from '../place.ts';
import type { AuditEntry } from './audit-log.ts';
import { AuditStream } from './audit-stream.ts';
import { type AuditTrail, createAuditTrail } from './audit-trail.ts';
import { AuditWriter } from './audit-writer.ts';

let database: Database;
let trail: AuditTrail;
beforeAll(async () => {
  database = await embeddedDatabase();
  trail = createAuditTrail(database.dataSource);
});
afterAll(() => database[Symbol.asyncDispose]());

const sql = (text: string, values: unknown[] = []) => database.dataSource.query(text, values);
const entry = (action: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: { kind: 'host', name: 'test' },
  action,
  outcome: 'done',
  place: DEFAULT_PLACE,
  resource: { type: 'workflow', id: 'w1' },
  ...more,
});
const writer = () => new AuditWriter({ append: (rows) => trail.append(rows), onLost: () => {} });

/** Runs as a superuser who knows what they do: past the triggers. */
async function tamper(statement: string): Promise<void> {
  await database.dataSource.transaction(async (tx) => {
    await tx.query('SET LOCAL session_replication_role = replica');
    await tx.query(statement);
  });
}

test('writers of several hosts make one chain without a gap', async () => {
  const hosts = [writer(), writer(), writer()];
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) =>
      hosts[index % 3]!.add(entry(`test.${index}`, { details: { index } })),
    ),
  );
  expect(await trail.verify()).toMatchObject({ rows: 300, head: { seq: '300' } });
  expect((await trail.verify()).broken).toBeUndefined();
});

test('pages and filters find what was done', async () => {
  const all: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await trail.list({ action: 'test.*' }, { limit: 120, cursor });
    all.push(...page.items.map(({ seq }) => seq));
    cursor = page.nextCursor;
  }
  expect(all).toEqual(Array.from({ length: 300 }, (_, index) => String(300 - index)));
  const user = { kind: 'user', id: crypto.randomUUID(), email: 'ada@example.com', platformRole: 'basic' } as const;
  await writer().add(entry('secret.read', { actor: user, outcome: 'denied', place: { organization: 'o' } }));
  for (const filter of [
    { actor: user.id },
    { actor: user.email },
    { outcome: 'denied' },
    { organization: 'o' },
    { action: 'secret.*' },
    { after: new Date(Date.now() - 60_000), outcome: 'denied', resource: 'workflow', resourceId: 'w1' },
  ])
    expect((await trail.list(filter, { limit: 10 })).items).toMatchObject([
      { seq: '301', actor: { name: user.email } },
    ]);
  expect((await trail.list({ action: 'test_1' }, { limit: 10 })).items).toEqual([]);
  expect((await trail.list({ before: new Date(0) }, { limit: 10 })).items).toEqual([]);
  await expect(trail.list({}, { limit: 1, cursor: 'bm90IGEgbnVtYmVy' })).rejects.toMatchObject({
    code: 'STORAGE_CURSOR_INVALID',
  });
});

test('rows cannot be changed, deleted or truncated', async () => {
  for (const statement of [
    `UPDATE audit_entry SET action = 'nothing' WHERE seq = 5`,
    'DELETE FROM audit_entry WHERE seq = 5',
    'TRUNCATE audit_entry',
  ])
    await expect(sql(statement)).rejects.toThrow('only ever added to');
});

test('whoever gets past that is found, with the first row that is wrong', async () => {
  const kept = await sql('SELECT * FROM audit_entry WHERE seq IN (17, 301) ORDER BY seq');
  const isBroken = async () => (await trail.verify()).broken;
  await tamper(`UPDATE audit_entry SET actor_name = 'somebody else' WHERE seq = 17`);
  expect(await isBroken()).toEqual({ seq: '17', problem: 'its content was changed' });
  await tamper(`UPDATE audit_entry SET digest = sha256('x') WHERE seq = 17`);
  expect(await isBroken()).toEqual({ seq: '17', problem: 'its content was changed' });
  await tamper('DELETE FROM audit_entry WHERE seq = 17');
  expect(await isBroken()).toEqual({ seq: '17', problem: 'it is missing' });
  const columns = Object.keys(kept[0]);
  const restore = (row: Record<string, unknown>) =>
    sql(
      `INSERT INTO audit_entry (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
  await restore(kept[0]);
  expect(await isBroken()).toBeUndefined();
  await tamper(`UPDATE audit_entry SET hash = sha256('x') WHERE seq = 301`);
  expect(await isBroken()).toEqual({ seq: '301', problem: 'its hash does not follow from the row before' });
  await tamper('DELETE FROM audit_entry WHERE seq = 301');
  expect(await isBroken()).toEqual({ seq: '301', problem: 'it is missing at the end' });
  await restore(kept[1]);
  await tamper(`UPDATE audit_chain SET last_hash = sha256('x')`);
  expect((await isBroken())?.problem).toBe('the last hash is another one');
  await sql('UPDATE audit_chain SET last_hash = $1', [kept[1].hash]);
  expect(await isBroken()).toBeUndefined();
});

test('every entry reaches the webhook in order, signed, also when the receiver fails at first', async () => {
  const bodies: { body: string; headers: IncomingHttpHeaders }[] = [];
  let calls = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    calls += 1;
    response.statusCode = calls === 1 ? 503 : 200;
    if (calls > 1) bodies.push({ body, headers: request.headers });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const secret = 'a secret of sixteen';
  const webhook = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`,
    secret,
    headers: { 'x-mine': 'yes' },
    timeoutSeconds: 5,
  };
  await using http = createHttpPort({ egress: { allow: [], deny: [], allowPrivateNetworks: true }, log: silentLog });
  const options = { webhook, source: database.dataSource, trail, http, log: silentLog, everyMs: 20 };
  // Two hosts: one at a time sends.
  const streams = [new AuditStream(options), new AuditStream(options)];
  for (const stream of streams) stream.start();
  const seen = () =>
    bodies.flatMap(({ body }) => JSON.parse(body).entries.map(({ seq }: { seq: string }) => Number(seq)));
  await expect.poll(() => seen().length, { timeout: 20_000 }).toBe(301);
  await writer().add(entry('late.one'));
  await expect.poll(() => seen().at(-1), { timeout: 20_000 }).toBe(302);
  for (const stream of streams) await stream[Symbol.asyncDispose]();
  server.close();
  expect(seen()).toEqual(Array.from({ length: 302 }, (_, index) => index + 1));
  const [, time, given] = /^t=(\d+),v1=(.*)$/.exec(String(bodies[0]!.headers['backplane-signature']))!;
  expect(given).toBe(createHmac('sha256', secret).update(`${time}.${bodies[0]!.body}`).digest('hex'));
  expect(bodies[0]!.headers['x-mine']).toBe('yes');
});

test('what is too old goes from the beginning, and the chain holds from there on', async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  const cut = new Date();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await writer().add(entry('young.one'));
  expect(await trail.forget(cut)).toBe(302);
  expect(await trail.forget(cut)).toBe(0);
  expect(await trail.verify()).toMatchObject({ rows: 1, head: { seq: '303' } });
  expect((await trail.verify()).broken).toBeUndefined();
  await expect(sql('DELETE FROM audit_entry')).rejects.toThrow('only ever added to');
});
