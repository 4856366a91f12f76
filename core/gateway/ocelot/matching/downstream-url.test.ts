import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import cases from '../conformance/downstream-urls.json' with { type: 'json' };
import { compileDownstreamUrl } from './downstream-url.ts';
import { compileUpstreamTemplate } from './upstream-template.ts';

describe('Ocelot’s rules for downstream templates', () => {
  test.each(cases)('$says', ({ upstream, downstream, request, sent }) => {
    const [path, query] = request.includes('?') ? [request.split('?')[0]!, `?${request.split('?')[1]}`] : [request, ''];
    const parameters = compileUpstreamTemplate(upstream, false).match(path, query);
    expect(compileDownstreamUrl(downstream)(parameters!, path, query)).toBe(sent);
  });
});

test('a placeholder that nothing gives a value stays as it is written', () => {
  expect(compileDownstreamUrl('/a/{none}')({}, '/a', '')).toBe('/a/{none}');
});

test('a broken escape in a query is carried on, not thrown', () => {
  expect(compileDownstreamUrl('/a/{x}')({ x: '1' }, '/a/1', '?q=%zz')).toBe('/a/1?q=%25zz');
});

test('queries that need no change are the same as if they had been taken apart', () => {
  const url = compileDownstreamUrl('/a/{x}');
  const part = fc.stringMatching(/^[a-cXx]{1,2}$/);
  const queries = fc.array(fc.tuple(part, fc.stringMatching(/^[a-z~!$()*,;@.-]{0,3}$/)), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(queries, (pairs) => {
      const query = `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`;
      // An escape that is none leads by the long way.
      const long = url({ x: '1' }, '/a/1', `${query}&zz=%7E`);
      expect(url({ x: '1' }, '/a/1', query)).toBe(long.replace(/[?&]zz=~$/, ''));
    }),
  );
});
