import { expect, test } from 'vitest';
import { route, startGateway, startUpstream, use } from '../gateway.fixture.ts';
import type { RouteModel } from '../model/route-model.ts';
import type { ServicesSource } from '../model/upstream-model.ts';
import { codeOf, policy } from '../plane/serving.fixture.ts';
import type { FoundService } from './found-service.ts';
import type { ServiceAnswer } from './service-answer.ts';
import { serviceUpstreamName, sourceText } from './service-name.ts';
import { services } from './services.fixture.ts';

const to = {
  kind: 'upstream',
  upstream: 'any',
  path: { kind: 'native', template: '/{rest*}' },
  host: 'upstream',
  forwarded: true,
} as const;

/** A gateway with a native route, whose host knows the services with ports. */
async function serving(
  ports: Readonly<Record<string, number>>,
  more: Partial<RouteModel> = {},
  policies: Parameters<typeof startGateway>[1] = [],
  otherwise: ServiceAnswer = { is: 'unknown', forMs: 60_000 },
) {
  const asked: string[] = [];
  const family = services('any', { except: ['secret'] });
  const model = { routes: [route('any', '/{service}/{rest*}', { to, ...more })], upstreams: [family] };
  const gateway = await startGateway(model, policies, {
    findService: async (upstream, named) => {
      asked.push(named.service);
      const port = ports[named.service];
      if (port === undefined) return otherwise;
      const target = { scheme: 'http', host: '127.0.0.1', port, weight: 1, metadata: {} } as const;
      const source = sourceText(family.targets as ServicesSource);
      const found: FoundService = { family: upstream, named, targets: [target], source };
      gateway.services.tell(serviceUpstreamName(upstream, named), found);
      return { is: 'found' };
    },
  });
  return Object.assign(gateway, { asked, model, call: (path: string) => fetch(gateway.url + path) });
}

test('a route to `{service}` goes to the service of that name, native as well', async () => {
  await using up = await startUpstream((request, response) => response.end(request.url));
  await using gateway = await serving({ orders: up.port });
  expect(await (await gateway.call('/orders/a?b=c')).text()).toBe('/a?b=c');
  expect(await (await gateway.call('/orders/d')).text()).toBe('/d');
  expect(gateway.asked).toEqual(['orders']);
});

test.each([
  ['GATEWAY_SERVICE_UNKNOWN', 404, undefined, '/nobody/x'],
  ['GATEWAY_SERVICE_UNKNOWN', 404, undefined, '/secret/x'],
  ['GATEWAY_SERVICE_UNKNOWN', 404, undefined, '/a..b/x'],
  ['GATEWAY_REGISTRY_UNREACHABLE', 503, { is: 'unreachable', forMs: 1 }, '/x/x'],
  ['GATEWAY_SERVICES_FULL', 503, { is: 'full', most: 3, forMs: 1 }, '/x/x'],
  ['GATEWAY_SERVICES_BUSY', 503, { is: 'busy', forMs: 1 }, '/x/x'],
] as const)('%s is answered with %i', async (code, status, otherwise, path) => {
  await using gateway = await serving({}, {}, [], otherwise ?? { is: 'unknown', forMs: 1 });
  const answer = await gateway.call(path);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, status === 503 ? '1' : null]);
  expect(await codeOf(answer)).toBe(code);
});

test('a lenient reading of the path that names another service is refused', async () => {
  await using up = await startUpstream((_request, response) => response.end('never'));
  await using gateway = await serving({ orders: up.port });
  for (const path of ['/order%2573/x', '/;a/orders/x', '/orders;a/x'])
    expect((await gateway.call(path)).status).not.toBe(200);
  expect(up.seen).toEqual([]);
});

test('each service has policies of its own, which are closed when it is let go', async () => {
  const made: string[] = [];
  const closed: string[] = [];
  const counted = {
    ...policy('counted', { route: () => undefined }),
    create: ({ use: { id } }: { use: { id: string } }) => {
      made.push(id);
      return {
        route: ({ route: { id: at } }: { route: { id: string } }) => ({ status: 200, body: `${id} ${at}` }),
        close: async () => void closed.push(id),
      };
    },
  };
  await using gateway = await serving({ a: 1, b: 2 }, { policies: [use('counted', {}, 'any/counted')] }, [
    counted as never,
  ]);
  expect(await (await gateway.call('/a/x')).text()).toBe('any/counted@a any/a');
  expect(await (await gateway.call('/b/x')).text()).toBe('any/counted@b any/b');
  await gateway.reload({ ...gateway.model, policies: [], registrations: [] });
  expect(await (await gateway.call('/a/x')).text()).toBe('any/counted@a any/a');
  expect(made).toEqual(['any/counted', 'any/counted@a', 'any/counted@b']);
  gateway.services.tell('any/a', undefined);
  await expect.poll(() => closed).toEqual(['any/counted@a']);
  expect(gateway.asked).toEqual(['a', 'b']);
});

test('the caller is asked who they are before the host is asked for the service, and the policies see the service', async () => {
  const seen: string[] = [];
  const key = policy('key', {
    authenticate(exchange: { request: { headers: Headers }; identity: unknown }) {
      if (exchange.request.headers.get('x-key') === 'k')
        exchange.identity = { subject: 'ada', scheme: 'key', claims: {}, scopes: [] };
    },
  } as never);
  const noted = policy('noted', {
    authorize({ route: { id }, identity }: { route: { id: string }; identity: { subject: string } }) {
      seen.push(`${identity.subject} ${id}`);
    },
  } as never);
  await using up = await startUpstream((_request, response) => response.end('fine'));
  await using gateway = await serving(
    { orders: up.port },
    { authenticate: { mode: 'required', schemes: [use('key')] }, policies: [use('noted')] },
    [key, noted],
  );
  expect((await gateway.call('/orders/x')).status).toBe(401);
  expect(gateway.asked).toEqual([]);
  for (const _again of [1, 2])
    expect((await fetch(`${gateway.url}/orders/x`, { headers: { 'x-key': 'k' } })).status).toBe(200);
  expect(seen).toEqual(['ada any/orders', 'ada any/orders']);
});

test('a body is sent on to a service that has to be found first', async () => {
  await using up = await startUpstream((request, response) => request.pipe(response));
  await using gateway = await serving({ orders: up.port });
  const body = 'x'.repeat(300_000);
  expect(await (await fetch(`${gateway.url}/orders/x`, { method: 'POST', body })).text()).toBe(body);
});

test.each([
  '{service}',
  'api.{service}',
  '{service}-api',
  '{service}:8080',
])('in the DNS callers name services of a domain of the administrator alone: %s cannot be', async (service) => {
  const start = (name: string) => {
    const upstreams = [services('any', { use: 'dns', service: name })];
    return startGateway({ routes: [route('any', '/{service}/{rest*}', { to })], upstreams });
  };
  await expect(start(service)).rejects.toThrow('callers could name any machine that has a name');
  await using _ = await start('_http._tcp.{service}.internal.example.com');
});

test('a route whose path names no service cannot be', async () => {
  const model = { routes: [route('any', '/x/{rest*}', { to })], upstreams: [services('any')] };
  await expect(startGateway(model)).rejects.toThrow('its path has no {service}, by which any would know the service');
});
