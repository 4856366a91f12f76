import { expect, test } from 'vitest';
import { importRoute } from '../import-ocelot.fixture.ts';

test('a comma divides what is found from what replaces it, without the spaces before it', () => {
  const { config } = importRoute({ DownstreamHeaderTransform: { Location: 'http://inner, {BaseUrl}' } }, undefined, {
    BaseUrl: 'https://api.example.com',
  });
  expect(config('header-transform')).toEqual({
    mode: 'ocelot',
    response: [{ header: 'Location', find: 'http://inner', replaceWith: 'https://api.example.com' }],
  });
});

test('the address of the service is replaced with a slash at the end', () => {
  const { config } = importRoute({ DownstreamHeaderTransform: { Location: '{DownstreamBaseUrl},https://x' } });
  expect(config('header-transform')).toMatchObject({
    response: [{ find: '{DownstreamBaseUrl}', replaceWith: 'https://x/' }],
  });
});

test('without BaseUrl it is that of a developer’s machine', () => {
  const { config } = importRoute({ UpstreamHeaderTransform: { Origin: '{BaseUrl}' } });
  expect(config('header-transform')).toMatchObject({ request: [{ header: 'Origin', value: 'http://localhost:5000' }] });
});

test('global transformations hold where the route has none for the same header', () => {
  const global = { UpstreamHeaderTransform: { 'X-A': 'global', 'X-B': 'global' } };
  const { config } = importRoute({ UpstreamHeaderTransform: { 'x-a': 'own' } }, undefined, global);
  expect(config('header-transform')).toMatchObject({
    request: [
      { header: 'X-B', value: 'global' },
      { header: 'x-a', value: 'own' },
    ],
  });
});

test.each(['a,b,c', 'a,{TraceId}', ',b', 'x{TraceId}', '{Nothing}'])('%j does not do what it says', (value) => {
  expect(importRoute({ UpstreamHeaderTransform: { 'X-A': value } }).codes('warning')).toEqual([
    'OCELOT_TRANSFORM_LOSES',
  ]);
});

test('the address of the service is not known in requests', () => {
  const { codes, config } = importRoute({ UpstreamHeaderTransform: { 'X-A': '{DownstreamBaseUrl},x' } });
  expect(codes('warning')).toEqual(['OCELOT_TRANSFORM_LOSES']);
  expect(config('header-transform')).toBeUndefined();
});
