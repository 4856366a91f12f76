import { expect, test } from 'vitest';
import { alternativeNames, nameText } from './connection-of.ts';

test('a name of a certificate has its parts in order, each value for itself', () => {
  expect(nameText({ CN: 'orders', OU: ['a', 'b'], O: 'Acme' })).toBe('CN=orders,OU=a,OU=b,O=Acme');
});

test('a part of a name cannot pretend to be several', () => {
  expect(nameText({ CN: 'orders,O=Acme' })).toBe('CN=orders\\,O=Acme');
  expect(nameText({ CN: 'orders\nO=Acme+x\\' })).toBe('CN=orders\\\nO=Acme\\+x\\\\');
});

test('alternative names are told one by one, and those in quotes not at all', () => {
  expect(alternativeNames('DNS:a.example.com, URI:spiffe://acme.example/shop')).toEqual([
    'DNS:a.example.com',
    'URI:spiffe://acme.example/shop',
  ]);
  expect(alternativeNames('DNS:"evil, URI:spiffe://acme.example/shop", DNS:b.example.com')).toEqual([
    'DNS:b.example.com',
  ]);
  expect(alternativeNames(undefined)).toEqual([]);
});
