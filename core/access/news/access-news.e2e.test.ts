import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../storage/database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { embeddedDatabase } from '../../storage/test-database.fixture.ts';
import { createAccessServices } from '../access-services.ts';
import type { UserActor } from '../actor.ts';
import { createAccess, type Decisions } from '../create-access.ts';
import { DEFAULT_PLACE } from '../place.ts';
import { bothNews } from './both-news.ts';
import { PostgresNews } from './postgres-news.ts';
import { RedisNews } from './redis-news.ts';

const REDIS = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

let database: Database;
beforeAll(async () => {
  database = await embeddedDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const ada: UserActor = {
  kind: 'user',
  id: '00000000-0000-4000-8000-00000000000a',
  email: 'ada@example.com',
  platformRole: 'basic',
};
const HOST = { kind: 'host', name: 'test' } as const;

const overPostgres = (): Decisions =>
  createAccess({
    source: database.dataSource,
    log: silentLog,
    openNews: (listener) => new PostgresNews({ url: database.url, log: silentLog }, listener),
  });
const overRedisToo = (): Decisions =>
  createAccess({
    source: database.dataSource,
    log: silentLog,
    openNews: (listener) =>
      bothNews(
        new PostgresNews({ url: database.url, log: silentLog }, listener),
        new RedisNews({ url: REDIS, database: database.url, log: silentLog }, listener),
      ),
  });
const overRedisAlone = (): Decisions =>
  createAccess({
    source: database.dataSource,
    log: silentLog,
    openNews: (listener) => new RedisNews({ url: REDIS, database: database.url, log: silentLog }, listener),
  });

const isThere = await new Promise<boolean>((resolve) => {
  const { hostname, port } = new URL(REDIS);
  const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1_000 });
  const end = (answer: boolean) => () => {
    socket.destroy();
    resolve(answer);
  };
  socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
});
const isRequired = (process.env['BACKPLANE_TEST_REQUIRE'] ?? '').split(',').includes('redis');

const isKept = (access: Decisions) => !(access.can(ada, 'secret:read', DEFAULT_PLACE) instanceof Promise);
const may = async (access: Decisions) => (await access.can(ada, 'secret:read', DEFAULT_PLACE)).allowed;

const ways: readonly (readonly [string, () => Decisions])[] = [
  ['Postgres', overPostgres],
  ...(isThere || isRequired
    ? ([
        ['Postgres and Redis', overRedisToo],
        ['Redis', overRedisAlone],
      ] as const)
    : []),
];

test.each(ways)('what one host changes, another decides by at once, over %s', async (_way, open) => {
  const sql = (text: string, values: unknown[] = []) => database.dataSource.query(text, values);
  await sql(
    `INSERT INTO user_account (id, email, name, platform_role, status) VALUES ($1, $2, 'Ada', 'basic', 'active')
      ON CONFLICT (id) DO UPDATE SET status = 'active'`,
    [ada.id, ada.email],
  );
  await using one = open();
  await using other = open();
  const { members } = createAccessServices(database.dataSource, one);
  const give = (role: string) => members.put(HOST, DEFAULT_PLACE, { kind: 'user', asked: ada.email }, role);
  for (const [role, expected] of [
    ['editor', true],
    ['viewer', false],
    ['editor', true],
  ] as const) {
    await expect.poll(async () => [await may(other), isKept(other)][1], { timeout: 10_000 }).toBe(true);
    await give(role);
    expect(await may(one)).toBe(expected);
    await expect.poll(() => may(other), { timeout: 2_000, interval: 5 }).toBe(expected);
  }
});

test('an account that anybody disables in the database is out everywhere', async () => {
  await using access = overPostgres();
  await expect.poll(async () => (await may(access)) && isKept(access), { timeout: 10_000 }).toBe(true);
  await database.dataSource.query(`UPDATE user_account SET status = 'disabled' WHERE id = $1`, [ada.id]);
  await expect.poll(() => may(access), { timeout: 2_000, interval: 5 }).toBe(false);
});

test('a connection that is cut keeps nothing until it is back', async () => {
  await using access = overPostgres();
  await expect.poll(async () => [await may(access), isKept(access)][1], { timeout: 10_000 }).toBe(true);
  await database.dataSource.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'backplane access'`,
  );
  await expect.poll(() => isKept(access), { timeout: 2_000, interval: 5 }).toBe(false);
  await expect.poll(async () => [await may(access), isKept(access)][1], { timeout: 10_000 }).toBe(true);
});
