import { testClock } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import {
  type Answer,
  exchange,
  routesOf,
  type Seen,
  type Sent,
  startImported,
  startServices,
} from './gateway-under-test.fixture.ts';
import cases from './policies.json' with { type: 'json' };
import { policiesUnderTest, SCHEMES } from './policies-under-test.fixture.ts';

interface Step extends Sent {
  /** Milliseconds that go by before. */
  readonly advance?: number;
  /** Headers: null for one that must not be there. */
  readonly gets: { readonly status: number; readonly body?: string; readonly headers?: Record<string, string | null> };
  readonly bodyHas?: string;
  /** How many requests come to the service. */
  readonly seen?: number;
  readonly sees?: string;
  readonly seesHeaders?: Readonly<Record<string, string>>;
  /** Headers with whatever value. */
  readonly seesNames?: readonly string[];
}

interface Case {
  readonly says: string;
  readonly compat?: 'ocelot' | 'ocelot-24.0';
  readonly routes: readonly Record<string, unknown>[];
  readonly steps: readonly Step[];
}

/** `/status/404` answers with it; `/never` does not answer. */
function answerOf({ url, headers }: Seen): Answer {
  const status = /^\/status\/(\d+)/.exec(url)?.[1];
  const own = { 'X-Service': 'own', ...(url === '/moved' ? { Location: `http://${headers.host}/here` } : {}) };
  return { status: Number(status ?? 200), body: url, never: url === '/never', headers: own };
}

test.each(cases as unknown as readonly Case[])('$says', async ({ routes, steps, compat = 'ocelot' }) => {
  const clock = testClock();
  await using services = await startServices(answerOf);
  const written = routes.map((route) => ({
    Key: 'UpstreamPathTemplate' in route ? undefined : 'a-route',
    UpstreamPathTemplate: '/{all}',
    DownstreamPathTemplate: '/{all}',
    ...route,
  }));
  const file = { Routes: routesOf(services, written) };
  await using gateway = await startImported(file, policiesUnderTest(clock), { compat, schemes: SCHEMES });
  for (const [index, step] of steps.entries()) {
    clock.advance(step.advance ?? 0);
    services.seen.length = 0;
    const got = await exchange(gateway.port, step);
    expect([index, got.status]).toEqual([index, step.gets.status]);
    if (step.gets.body !== undefined) expect(got.body).toBe(step.gets.body);
    if (step.bodyHas !== undefined) expect(got.body).toContain(step.bodyHas);
    for (const [name, value] of Object.entries(step.gets.headers ?? {})) {
      expect([index, name, got.headers[name]]).toEqual([index, name, value ?? undefined]);
    }
    if (step.seen !== undefined) expect([index, services.seen.length]).toEqual([index, step.seen]);
    if (step.sees !== undefined) expect(`${services.seen[0]?.method} ${services.seen[0]?.url}`).toBe(step.sees);
    expect(services.seen[0]?.headers ?? {}).toMatchObject(step.seesHeaders ?? {});
    for (const name of step.seesNames ?? []) expect(services.seen[0]?.headers[name]).toMatch(/./);
  }
});
