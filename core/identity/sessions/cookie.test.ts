import { expect, test } from 'vitest';
import { cookieHeader, cookieName, readCookie } from './cookie.ts';

test('over https a cookie can be set by this host alone and travels over https alone', () => {
  expect(cookieHeader(cookieName('backplane', true), 'x', { secure: true, maxAgeSeconds: 60 })).toBe(
    '__Host-backplane=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure',
  );
});

test('a cookie is found among others', () => {
  expect(readCookie({ cookie: 'a=1; backplane=x; backplane-flow=y' }, 'backplane')).toBe('x');
});

test('of two cookies of the same name, neither counts', () => {
  expect(readCookie({ cookie: 'backplane=evil; backplane=x' }, 'backplane')).toBeUndefined();
});
