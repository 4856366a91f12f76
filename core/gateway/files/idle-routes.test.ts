import { expect, test } from 'vitest';
import { readGateway } from './read-gateway.ts';

function warnings(...routes: string[]): string[] {
  const text = `routes:\n${routes.map((route) => `  - { ${route} }\n`).join('')}`;
  const { problems } = readGateway([{ name: 'gateway.yaml', text }], { environment: {}, ocelotFiles: () => [] });
  return problems.map(({ severity, code, place, message }) => `${severity} ${place.line} ${code} ${message}`);
}

const to = 'to: "http://10.0.0.1"';

test.each([
  ['the same path', `path: "/a/{id}", ${to}`, `path: "/a/{number}", ${to}`],
  ['a method that the other has', `path: /a, methods: [GET, PUT], ${to}`, `path: /a, methods: [PUT], ${to}`],
  ['the same hosts in another order', `path: /a, hosts: [x, y], ${to}`, `path: /a, hosts: [y, x], ${to}`],
])('of two routes with %s the later one is told, with the place of the other', (_what, first, second) => {
  expect(warnings(first, second)).toEqual([
    expect.stringMatching(
      /^warning 3 GATEWAY_ROUTE_SHADOWED No request reaches the route \S+: \S+ \(gateway.yaml:2\) has/,
    ),
  ]);
});

test.each([
  ['methods', `path: /a, ${to}`, `path: /a, methods: [GET], ${to}`],
  ['one more method', `path: /a, methods: [GET], ${to}`, `path: /a, methods: [GET, PUT], ${to}`],
  ['hosts', `path: /a, ${to}`, `path: /a, hosts: [x], ${to}`],
  ['a header', `path: /a, ${to}`, `path: /a, headers: { x-a: b }, ${to}`],
  ['the priority', `path: /a, ${to}`, `path: /a, priority: 2, ${to}`],
  ['the case', `path: /a, ${to}`, `path: /a, caseSensitive: false, ${to}`],
  ['what the last placeholder takes', `path: "/{a}", ${to}`, `path: "/{a*}", ${to}`],
])('routes that differ in %s are none of each other', (_what, first, second) => {
  expect(warnings(first, second)).toEqual([]);
});

test('a route without a service and without policies is told', () => {
  expect(warnings('path: /a')).toEqual([expect.stringMatching(/^warning 2 GATEWAY_ROUTE_UNANSWERED/)]);
});
