import { expect, test } from 'vitest';
import { refuseOtherSites, requireOwnOrigin } from './same-origin.ts';

const BASE = 'https://flows.example';
const ask =
  (headers: Record<string, string>, method = 'POST', base = BASE) =>
  () =>
    requireOwnOrigin({ method, headers }, base);
const REFUSED = expect.objectContaining({ code: 'CSRF_REFUSED' });

test.each([
  ['a page of this host', { 'sec-fetch-site': 'same-origin' }],
  ['a page of this host in an older browser', { origin: BASE }],
  ['a page that says so with a header of its own', { 'x-backplane-request': '1' }],
])('with a cookie, %s may change something', (_who, headers: Record<string, string>) => {
  expect(ask(headers)).not.toThrow();
});

test.each([
  ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
  ['a page of a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://evil.flows.example' }],
  ['an address typed by hand', { 'sec-fetch-site': 'none' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['the same name without TLS', { origin: 'http://flows.example' }],
  ['a frame without an origin', { origin: 'null' }],
  ['somebody who says nothing', {}],
  ['another site that claims to be a page of ours', { 'sec-fetch-site': 'cross-site', 'x-backplane-request': '1' }],
])('with a cookie, %s may not', (_who, headers: Record<string, string>) => {
  expect(ask(headers)).toThrow(REFUSED);
});

test('reading changes nothing, wherever it comes from', () => {
  expect(ask({ 'sec-fetch-site': 'cross-site' }, 'GET')).not.toThrow();
});

test('a host of this machine alone is the same by each of its names, and no other is', () => {
  const local = 'http://127.0.0.1:8080';
  expect(ask({ origin: 'http://localhost:8080' }, 'POST', local)).not.toThrow();
  expect(ask({ origin: 'http://localhost:9090' }, 'POST', local)).toThrow(REFUSED);
  expect(ask({ origin: 'http://localhost:8080' }, 'POST', 'http://flows.example:8080')).toThrow(REFUSED);
});

test('without a cookie, programs may, and pages of other sites may not', () => {
  expect(() => refuseOtherSites({ method: 'POST', headers: {} }, BASE)).not.toThrow();
  expect(() => refuseOtherSites({ method: 'POST', headers: { origin: 'https://evil.example' } }, BASE)).toThrow(
    REFUSED,
  );
});
