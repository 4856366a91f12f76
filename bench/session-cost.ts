import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { noMemberships } from '../core/access/membership-port.ts';
import { DEFAULT_PLACE } from '../core/access/place.ts';
import { authConfigSchema } from '../core/config/auth-config.ts';
import { identifyCaller } from '../core/http/identify-caller.ts';
import { openIdentity } from '../core/identity/open-identity.ts';
import { createKeyValueStore } from '../core/storage/postgres-key-value-store.ts';
import { embeddedDatabase } from '../core/storage/test-database.fixture.ts';
import { createLogger } from '../core/telemetry/logger.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { openHttpLoad } from './http-load.fixture.ts';

const ROUNDS = 15;
const REQUESTS = 2_000;
const MOST_MICROS = 60;

/** What a session cookie costs: the same answer with and without proving who asks, in turns, on one connection. */
export const sessionCost: Benchmark = {
  name: 'session-cost',
  mustReach: 'a request with a session cookie costs at most 60 µs over the same one without',
  async run(): Promise<BenchmarkResult> {
    await using database = await embeddedDatabase();
    using identity = openIdentity({
      config: authConfigSchema.parse(undefined),
      database,
      keyValues: createKeyValueStore(database.dataSource),
      root: 'r'.repeat(43),
      http: { send: () => Promise.reject(new Error('nothing is sent')) },
      memberships: noMemberships,
      audit: { add: async () => undefined },
      log: createLogger('silent'),
      isSetupKey: () => false,
      baseUrl: () => 'http://127.0.0.1:8080',
    });
    const user = await identity.users.create({
      email: 'ada@example.com',
      name: 'Ada',
      platformRole: 'basic',
      emailVerified: true,
    });
    const { token } = await identity.sessions.create({ user: user.id, way: 'basic', address: '', agent: '' });
    const { authenticators } = identity;
    const identify = identifyCaller({
      authenticators,
      places: { find: () => DEFAULT_PLACE },
      audit: { add: async () => undefined },
      trustProxy: false,
    });
    const answer: RequestHandler = (_request, response) => void response.end('ok');
    const app = express().get('/open', answer).get('/session', identify, answer);
    const server = createServer(app).listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    const { port } = server.address() as AddressInfo;
    using load = openHttpLoad();
    const micros = async (path: string) => {
      const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: backplane=${token}\r\n\r\n`;
      const start = performance.now();
      await load.send({ port, request, connections: 1, requests: REQUESTS, status: 'HTTP/1.1 200', holds: 'ok' });
      return ((performance.now() - start) * 1_000) / REQUESTS;
    };
    const open: number[] = [];
    const session: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      open.push(await micros('/open'));
      session.push(await micros('/session'));
    }
    server.closeAllConnections();
    server.close();
    const extra = median(session) - median(open);
    return {
      ratios: { '60 µs': extra / MOST_MICROS },
      figures: {
        openMicros: median(open),
        sessionMicros: median(session),
        extraMicros: extra,
        requests: REQUESTS * ROUNDS,
      },
      reached: extra <= MOST_MICROS,
    };
  },
};

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
