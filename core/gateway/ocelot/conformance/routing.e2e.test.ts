import { describe, expect, test } from 'vitest';
import { route, startGateway } from '../../gateway.fixture.ts';
import { importText } from '../import-ocelot.fixture.ts';
import downstreamUrls from './downstream-urls.json' with { type: 'json' };
import exchanges from './exchanges.json' with { type: 'json' };
import {
  type Answer,
  exchange,
  routesOf,
  type Sent,
  startImported,
  startServices,
} from './gateway-under-test.fixture.ts';
import upstreamTemplates from './upstream-templates.json' with { type: 'json' };

interface Step extends Sent {
  /** What the service gets; absent: nothing comes to it. */
  readonly sees?: string;
  readonly seesBody?: string;
  /** Null: not there. `TARGET`: the service's own address. */
  readonly seesHeaders?: Readonly<Record<string, string | null>>;
  readonly at?: string;
  readonly gets?: Partial<{ status: number; reason: string; headers: Record<string, string>; body: string }>;
}

interface Case {
  readonly says: string;
  readonly routes: readonly Record<string, unknown>[];
  readonly answer?: Answer;
  readonly requests: readonly Step[];
}

describe('what upstream and caller see', () => {
  test.each(exchanges as unknown as readonly Case[])('$says', async ({ routes, answer, requests }) => {
    await using services = await startServices(() => answer ?? {});
    await using gateway = await startImported({ Routes: routesOf(services, routes) });
    for (const step of requests) {
      services.seen.length = 0;
      const got = await exchange(gateway.port, step);
      const [seen] = services.seen;
      if (step.sees !== undefined) expect(`${seen?.method} ${seen?.url}`).toBe(step.sees);
      else if (answer === undefined) expect(seen).toBeUndefined();
      if (step.at !== undefined) expect(seen?.at).toBe(step.at);
      if (step.seesBody !== undefined) expect(seen?.body).toBe(step.seesBody);
      for (const [name, value] of Object.entries(step.seesHeaders ?? {})) {
        const expected = value === 'TARGET' ? `127.0.0.1:${services.portOf('A')}` : (value ?? undefined);
        expect([name, seen?.headers[name]]).toEqual([name, expected]);
      }
      expect(got).toMatchObject(step.gets ?? { status: 200 });
    }
  });
});

describe('templates, by way of a gateway that has all of them', () => {
  /** One host a case keeps the routes apart. */
  const hostOf = (index: number) => `case-${index}.example.com`;

  test('what a template matches goes to the service, and nothing else', async () => {
    await using services = await startServices(() => ({}));
    const routes = upstreamTemplates.map(({ template, caseSensitive }, index) => ({
      UpstreamPathTemplate: template,
      DownstreamPathTemplate: `/case-${index}`,
      UpstreamHost: hostOf(index),
      RouteIsCaseSensitive: caseSensitive ?? false,
    }));
    await using gateway = await startImported({ Routes: routesOf(services, routes) });
    for (const [index, { template, matches, misses }] of upstreamTemplates.entries()) {
      const headers = { Host: hostOf(index) };
      for (const url of Object.keys(matches)) {
        const { status } = await exchange(gateway.port, { send: `GET ${url}`, headers });
        expect([template, url, status]).toEqual([template, url, 200]);
        expect(services.seen.at(-1)?.url.split('?')[0]).toBe(`/case-${index}`);
      }
      for (const url of misses) {
        const { status } = await exchange(gateway.port, { send: `GET ${url}`, headers });
        // Two slashes at the beginning are refused before any route is looked for.
        expect([template, url, [400, 404].includes(status)]).toEqual([template, url, true]);
      }
    }
  });

  test('the service gets the path and query that the templates make', async () => {
    await using services = await startServices(() => ({}));
    const routes = downstreamUrls.map(({ upstream, downstream }, index) => ({
      UpstreamPathTemplate: upstream,
      DownstreamPathTemplate: downstream,
      UpstreamHost: hostOf(index),
    }));
    await using gateway = await startImported({ Routes: routesOf(services, routes) });
    for (const [index, { says, request, sent }] of downstreamUrls.entries()) {
      await exchange(gateway.port, { send: `GET ${request}`, headers: { Host: hostOf(index) } });
      expect([says, services.seen.at(-1)?.url]).toEqual([says, sent]);
    }
  });
});

test('where routes of both kinds are, no route is said as the gateway says it; Ocelot alone says nothing', async () => {
  await using services = await startServices(() => ({}));
  const { model } = importText(
    JSON.stringify({ Routes: routesOf(services, [{ UpstreamPathTemplate: '/a', DownstreamPathTemplate: '/a' }]) }),
  );
  await using alone = await startGateway(model);
  await using both = await startGateway({
    ...model,
    routes: [...model.routes, route('native', '/b', { to: { kind: 'policies' } })],
  });
  expect(await exchange(alone.port, { send: 'GET /c' })).toMatchObject({ status: 404, body: '' });
  expect(await exchange(both.port, { send: 'GET /c' })).toMatchObject({
    status: 404,
    body: expect.stringContaining('GATEWAY_ROUTE_UNKNOWN'),
  });
});
