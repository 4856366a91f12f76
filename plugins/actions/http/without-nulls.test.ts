import { expect, test } from 'vitest';
import { httpRequestArguments } from './arguments.ts';
import { requestBody } from './request-body.ts';

const given = { url: 'https://example.com', payload: { a: null, b: { c: null, d: [null, 1] }, e: 0 } };

test('with omit_null_fields, null members leave the payload and nulls in lists stay', () => {
  const { body } = requestBody(httpRequestArguments.parse({ ...given, omit_null_fields: true }));
  expect(body).toBe('{"b":{"d":[null,1]},"e":0}');
});

test('without it the payload is sent as it is', () => {
  expect(requestBody(httpRequestArguments.parse(given)).body).toBe('{"a":null,"b":{"c":null,"d":[null,1]},"e":0}');
});
