import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestView } from '../exchange/request-view.ts';
import { route } from '../gateway.fixture.ts';
import type { RouteModel } from '../model/route-model.ts';
import { compileMatch } from './compile-match.ts';
import { compilePath } from './compile-path.ts';
import { compareRoutes } from './route-order.ts';
import { type Found, type RouteEntry, Router } from './router.ts';

function request(method: string, url: string, headers: Readonly<Record<string, string>> = {}): RequestView {
  const rawHeaders = Object.entries({ host: 'a.example', ...headers }).flat();
  return new RequestView({
    method,
    url,
    rawHeaders,
    clientAddress: '',
    peerAddress: '',
    scheme: 'http',
    protocol: 'http',
    hasBody: false,
  });
}

function ordered(models: readonly RouteModel[]): RouteEntry[] {
  return models
    .map((model, order) => ({ model, order, path: compilePath(model.match.path) }))
    .sort(compareRoutes)
    .map(({ model, path }) => ({
      route: { model } as RouteEntry['route'],
      path,
      accepts: compileMatch(model.match),
      methods: model.match.methods.length === 0 ? undefined : new Set(model.match.methods),
    }));
}

type Match = Partial<RouteModel['match']>;
const native = (id: string, pattern: string, match: Match = {}) => {
  const plain = route(id, pattern);
  return { ...plain, match: { ...plain.match, ...match } };
};
const ocelot = (id: string, template: string, match: Match = {}): RouteModel => ({
  ...native(id, '/', { path: { kind: 'ocelot', template, caseSensitive: false }, ...match }),
  compat: 'ocelot',
});

const routerOf = (...models: RouteModel[]) => new Router(ordered(models));
const idOf = (found: Found | undefined) => found?.route.model.id;

/** Every route in its order, without the index. */
function scan(entries: readonly RouteEntry[], asked: RequestView): string | undefined {
  const hit = entries.find(
    ({ path, accepts, methods }) =>
      (methods === undefined || methods.has(asked.method)) &&
      path.match(asked.rawPath, asked.rawQuery) !== undefined &&
      (accepts === undefined || accepts(asked) !== undefined),
  );
  return hit?.route.model.id;
}

const segment = fc.constantFrom('a', 'b', 'A', 'orders', 'v1', '{x}', '{y}.json', 'v{z}', 'a%20b', '');
const pathPattern = fc
  .tuple(fc.uniqueArray(segment, { maxLength: 4 }), fc.boolean())
  .map(([segments, isOpen]) => `/${[...segments, ...(isOpen ? ['{rest*}'] : [])].join('/')}`);
const match = fc.record({
  priority: fc.integer({ min: -1, max: 3 }),
  methods: fc.constantFrom<readonly string[]>([], ['GET'], ['POST', 'GET']),
  hosts: fc.constantFrom<readonly string[]>([], ['a.example'], ['*.example'], ['b.example']),
});
const anyRoute = fc
  .tuple(pathPattern, match, fc.boolean(), fc.boolean())
  .map(([pattern, given, isOcelot, caseSensitive]) => {
    if (isOcelot) return ocelot('', pattern.replaceAll('*', ''), given);
    return native('', pattern, { path: { kind: 'native', pattern, caseSensitive }, ...given });
  });
const anyPath = fc
  .array(fc.constantFrom('a', 'b', 'A', 'orders', 'Orders', 'v1', 'x.json', 'a%20b', '%61', 'a%2Fb', ''), {
    maxLength: 5,
  })
  .map((segments) => `/${segments.join('/')}`);

test('the choice is the first route that fits, in order, whatever the index says', () => {
  fc.assert(
    fc.property(
      fc.array(anyRoute, { maxLength: 25 }),
      fc.array(anyPath, { minLength: 1, maxLength: 10 }),
      (routes, paths) => {
        const entries = ordered(routes.map((model, at) => ({ ...model, id: String(at) })));
        const router = new Router(entries);
        for (const path of paths) {
          const asked = request('GET', path);
          expect([path, idOf(router.find(asked))]).toEqual([path, scan(entries, asked)]);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('the order of routes is one, however they stand in the files', () => {
  fc.assert(
    fc.property(fc.array(anyRoute, { minLength: 3, maxLength: 3 }), (routes) => {
      const [a, b, c] = routes.map((model, order) => ({
        model,
        order,
        path: compilePath(model.match.path),
      })) as never as [
        Parameters<typeof compareRoutes>[0],
        Parameters<typeof compareRoutes>[0],
        Parameters<typeof compareRoutes>[0],
      ];
      expect(Math.sign(compareRoutes(a, b))).toBe(-Math.sign(compareRoutes(b, a)));
      if (compareRoutes(a, b) < 0 && compareRoutes(b, c) < 0) expect(compareRoutes(a, c)).toBeLessThan(0);
    }),
    { numRuns: 1000 },
  );
});

test('a more exact path wins, then a host, then conditions, then a method; a priority beats them all', () => {
  const find = (...models: RouteModel[]) => idOf(routerOf(...models).find(request('GET', '/orders/7', { 'x-a': '1' })));
  const wide = native('wide', '/{rest*}');
  const one = native('one', '/orders/{id}');
  const text = native('text', '/orders/7');
  const hosted = native('hosted', '/orders/{id}', { hosts: ['a.example'] });
  const wild = native('wild', '/orders/{id}', { hosts: ['*.example'] });
  const asks = native('asks', '/orders/{id}', { headers: [{ name: 'x-a', test: { is: 'present' } }] });
  const get = native('get', '/orders/{id}', { methods: ['GET'] });
  expect(find(wide, one, text)).toBe('text');
  expect(find(wide, one)).toBe('one');
  expect(find(one, wild, hosted)).toBe('hosted');
  expect(find(one, wild)).toBe('wild');
  expect(find(one, asks)).toBe('asks');
  expect(find(one, get)).toBe('get');
  expect(find(text, native('first', '/{rest*}', { priority: 2 }))).toBe('first');
});

test("native routes come before Ocelot's, those of a lower priority after", () => {
  const find = (...models: RouteModel[]) => idOf(routerOf(...models).find(request('GET', '/a')));
  expect(find(ocelot('old', '/a', { priority: 9 }), native('new', '/{rest*}'))).toBe('new');
  expect(find(native('last', '/a', { priority: 0 }), ocelot('old', '/{everything}', { priority: 0 }))).toBe('old');
});

test('a host is compared without its port, the dot at its end and whatever its case; `*.` is for names below it', () => {
  const router = routerOf(native('it', '/', { hosts: ['api.example', '*.shop.example'] }));
  const fits = (host: string) => router.find(request('GET', '/', { host })) !== undefined;
  const fitting = [
    'api.example',
    'API.Example:81',
    'api.example.',
    'api.example.:81',
    'a.shop.example',
    'a.b.shop.example.',
  ];
  expect(fitting.filter((host) => !fits(host))).toEqual([]);
  expect(['shop.example', 'evilshop.example', 'api.example.evil', ''].map(fits)).toEqual([false, false, false, false]);
});

test('of a path that only other methods have, these are told', () => {
  const router = routerOf(native('a', '/a', { methods: ['POST'] }), native('b', '/{x}', { methods: ['DELETE'] }));
  expect([router.find(request('GET', '/a')), router.methodsFor(request('GET', '/a'))]).toEqual([
    undefined,
    ['DELETE', 'POST'],
  ]);
});

const preflight = (url: string) => request('OPTIONS', url, { 'access-control-request-method': 'POST' });

test('a preflight finds the route that it asks for', () => {
  const router = routerOf(native('get', '/a', { methods: ['GET'] }), native('post', '/a', { methods: ['POST'] }));
  expect(idOf(router.find(preflight('/a')))).toBe('post');
});

test('a preflight finds a route for OPTIONS where it is as exact, or where there is no other', () => {
  const options = native('options', '/a', { methods: ['OPTIONS'] });
  const post = native('post', '/a', { methods: ['POST'] });
  const wide = native('wide', '/{rest*}', { methods: ['OPTIONS'] });
  expect(idOf(routerOf(post, options).find(preflight('/a')))).toBe('options');
  expect(idOf(routerOf(post, wide).find(preflight('/a')))).toBe('post');
  expect(idOf(routerOf(post, wide).find(preflight('/b')))).toBe('wide');
});

test("a route of Ocelot's is for the method that a request has, also in a preflight", () => {
  expect(routerOf(ocelot('post', '/a', { methods: ['POST'] })).find(preflight('/a'))).toBeUndefined();
  expect(idOf(routerOf(ocelot('options', '/a', { methods: ['OPTIONS'] })).find(preflight('/a')))).toBe('options');
});

test('parameters are those of the path and of templates for headers', () => {
  const test = { is: 'ocelot', template: 'v{header:version}', caseSensitive: false } as const;
  const router = routerOf(native('it', '/orders/{id}', { headers: [{ name: 'x-v', test }] }));
  expect(router.find(request('GET', '/orders/7', { 'x-v': 'v2' }))?.params).toEqual({ id: '7', version: '2' });
});

test('among ten thousand routes one is found as fast as among few', () => {
  const router = new Router(
    ordered(Array.from({ length: 10_000 }, (_, at) => native(String(at), `/service-${at % 100}/part-${at}/{id}`))),
  );
  const begun = performance.now();
  for (let at = 0; at < 10_000; at += 1)
    expect(idOf(router.find(request('GET', `/service-${at % 100}/part-${at}/7`)))).toBe(String(at));
  expect(performance.now() - begun).toBeLessThan(5_000);
});
