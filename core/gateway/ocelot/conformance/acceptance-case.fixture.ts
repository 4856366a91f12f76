import type { OutgoingHttpHeaders } from 'node:http';
import { testClock } from '@backplane/sdk/testing';
import { expect } from 'vitest';
import {
  type Answer,
  exchange,
  routesOf,
  type Seen,
  startImported,
  startServices,
} from './gateway-under-test.fixture.ts';
import { policiesUnderTest, SCHEMES } from './policies-under-test.fixture.ts';

/** A text, `/…/` for a pattern, or null for what must not be there. */
type Expected = string | readonly string[] | null;

interface Step {
  /** Milliseconds that go by before. */
  readonly advance?: number;
  readonly send: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** The caller's address, where it matters. */
  readonly from?: string;
  /** What the caller gets; absent: 200. */
  readonly gets?: {
    readonly status?: number;
    readonly reason?: string;
    readonly body?: Expected;
    readonly headers?: Readonly<Record<string, Expected>>;
  };
  /** What comes to services, in the order of their names where there are several; null: nothing does. */
  readonly sees?: string | readonly string[] | null;
  readonly seesHeaders?: Readonly<Record<string, Expected>>;
  readonly seesBody?: string;
  /** Which service; `as before`: that of the step before. */
  readonly at?: string;
}

/** A file, and what then becomes of requests. Whatever a route needs and does not say is filled in. */
export interface AcceptanceCase {
  readonly says: string;
  readonly compat?: 'ocelot' | 'ocelot-24.0';
  readonly routes: readonly Readonly<Record<string, unknown>>[];
  readonly aggregates?: readonly unknown[];
  readonly global?: unknown;
  /** By path, query included or not; others echo their URL. */
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly steps: readonly Step[];
}

function answerTo({ url, headers }: Seen, answers: AcceptanceCase['answers'] = {}): Answer {
  const told = answers[url] ?? answers[url.split('?')[0]!];
  if (told !== undefined) return told;
  const status = /^\/status\/(\d+)/.exec(url)?.[1];
  const moved = { Location: `http://${headers.host}/here` };
  return {
    status: Number(status ?? 200),
    body: url,
    never: url === '/never',
    headers: { 'X-Service': 'own', ...(url === '/moved' && moved) },
  };
}

export async function expectAcceptance({
  routes,
  aggregates,
  global,
  answers,
  steps,
  compat = 'ocelot',
}: AcceptanceCase) {
  const clock = testClock();
  await using services = await startServices((seen) => answerTo(seen, answers));
  const written = routes.map((route) =>
    'UpstreamPathTemplate' in route
      ? route
      : { UpstreamPathTemplate: '/{all}', DownstreamPathTemplate: '/{all}', ...route },
  );
  const file = {
    Routes: routesOf(services, written),
    ...(aggregates && { Aggregates: aggregates }),
    ...(global !== undefined && { GlobalConfiguration: global }),
  };
  await using gateway = await startImported(file, policiesUnderTest(clock), { compat, schemes: SCHEMES });
  let before: string | undefined;
  for (const [index, { advance = 0, from, gets = {}, ...step }] of steps.entries()) {
    const at = `step ${index + 1}, ${step.send}`;
    clock.advance(advance);
    services.seen.length = 0;
    const got = await exchange(gateway.port, step, from);
    expect([at, got.status, got.body]).toEqual([at, gets.status ?? 200, expect.anything()]);
    if (gets.reason !== undefined) expect([at, got.reason]).toEqual([at, gets.reason]);
    if (gets.body !== undefined) expect([at, got.body]).toEqual([at, matcherOf(gets.body)]);
    for (const [name, value] of Object.entries(gets.headers ?? {})) {
      expect([at, name, got.headers[name]]).toEqual([at, name, matcherOf(value)]);
    }
    const [seen] = services.seen;
    const lines = services.seen.map(({ method, url }) => `${method} ${url}`);
    if (Array.isArray(step.sees)) expect([at, lines.toSorted()]).toEqual([at, step.sees.toSorted()]);
    else if (step.sees !== undefined) expect([at, lines]).toEqual([at, step.sees === null ? [] : [step.sees]]);
    if (step.seesBody !== undefined) expect([at, seen?.body]).toEqual([at, step.seesBody]);
    if (step.at !== undefined) expect([at, seen?.at]).toEqual([at, step.at === 'as before' ? before : step.at]);
    before = seen?.at;
    for (const [name, value] of Object.entries(step.seesHeaders ?? {})) {
      const expected = value === 'TARGET' ? `127.0.0.1:${services.portOf('A')}` : value;
      expect([at, name, seen?.headers[name]]).toEqual([at, name, matcherOf(expected)]);
    }
  }
}

function matcherOf(expected: Expected): unknown {
  if (expected === null) return undefined;
  const pattern = typeof expected === 'string' ? /^\/(.+)\/$/s.exec(expected)?.[1] : undefined;
  return pattern === undefined ? expected : expect.stringMatching(new RegExp(pattern, 's'));
}
