import { expect, test } from 'vitest';
import { headerList } from '../../testing/gateway/header-list.ts';
import type { Exchange } from './exchange.ts';
import { exchangeTemplate } from './exchange-template.ts';

const exchange = {
  id: 'c-1',
  request: {
    method: 'GET',
    clientAddress: '192.0.2.1',
    headers: headerList({ 'X-User': 'ada' }),
    query: (name: string) => (name === 'page' ? '2' : undefined),
  },
  route: { id: 'orders', params: { id: '7' } },
  identity: {
    subject: 'u1',
    claims: { role: ['a', 'b'], realm: { level: 3 }, 'https://x.example/role': 'admin', nested: {} },
  },
} as unknown as Exchange;

const fill = (text: string) => exchangeTemplate(text).fill(exchange);

test('values of the request stand where the text names them', () => {
  expect(fill('{correlationId} {clientAddress} {route} {param.id} {query.page} {header.x-user} {subject}')).toBe(
    'c-1 192.0.2.1 orders 7 2 ada u1',
  );
});

test('claims are found by name, by path and as URIs, several of them joined by commas', () => {
  expect(fill('{claim.role} {claim.realm.level} {claim.https://x.example/role}')).toBe('a,b 3 admin');
});

test.each([
  '{query.none}',
  '{param.toString}',
  '{claim.nested}',
  'a{claim.none}b',
])('%s gives nothing at all when the value is absent', (text) => {
  expect(fill(text)).toBeUndefined();
});

test('other braces are braces', () => {
  expect(fill('{"a": {}} {1}')).toBe('{"a": {}} {1}');
  expect(exchangeTemplate('plain').isFixed).toBe(true);
});

test('values are escaped, the text around them is not', () => {
  expect(exchangeTemplate('<b>{subject}</b>').fill(exchange, (value) => `[${value}]`)).toBe('<b>[u1]</b>');
});

test.each(['{unknown}', '{param}', '{foo.bar}'])('%s is refused, with the names that there are', (text) => {
  expect(() => exchangeTemplate(text)).toThrow(/no value of a request; there are correlationId/);
});
