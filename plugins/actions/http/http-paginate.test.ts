import { expect, test } from 'vitest';
import { lambdas, run, scripted } from './call.fixture.ts';
import { httpPaginate } from './http-paginate.ts';

const expressions = lambdas({
  'no next': (x) => !x.data.next,
  never: () => false,
  'next url': (x) => ({ url: x.data.next }),
  'next page': (x) => ({ params: { page: x.data.page + 1 }, method: 'POST', payload: { after: x.data.page } }),
  stay: () => ({}),
  none: () => null,
  wrong: () => ({ uri: '/2' }),
});
const paginate = (http: object, input: object) =>
  run(
    httpPaginate,
    { url: 'https://api.test/items', stop_condition: 'no next', next_request: 'next url', ...input },
    { http, expressions },
  );

test('items of all pages come in one list', async () => {
  const http = scripted(
    { data: { items: [1, 2], next: '/items?cursor=b' } },
    { data: { items: null, next: 'https://api.test/3' } },
    { data: { items: 3 } },
  );
  expect(await paginate(http, { params: { size: 2 }, headers: { a: 'b' }, items_jsonpath: '$.items' })).toEqual([
    1, 2, 3,
  ]);
  expect(http.sent.map((request) => request.url)).toEqual([
    'https://api.test/items?size=2',
    'https://api.test/items?cursor=b',
    'https://api.test/3',
  ]);
  expect(http.sent[2]!.headers).toEqual({ a: 'b' });
});

test('what next_request names is replaced, the rest stays', async () => {
  const http = scripted({ data: { page: 1, next: true } }, { data: { page: 2 } });
  const result = await paginate(http, { params: { page: 1, x: 1 }, next_request: 'next page' });
  expect(result.map((response: { data: object }) => response.data)).toEqual([{ page: 1, next: true }, { page: 2 }]);
  expect(http.sent[1]).toMatchObject({ method: 'POST', url: 'https://api.test/items?page=2', body: '{"after":1}' });
});

test('the limit counts items, and zero asks for nothing', async () => {
  const http = scripted({ data: { items: [1, 2, 3], next: '/x' } });
  expect(await paginate(http, { items_jsonpath: '$.items', limit: 5 })).toEqual([1, 2, 3, 1, 2]);
  expect(http.sent.length).toBe(2);
  expect(await paginate(http, { limit: 0 })).toEqual([]);
  expect(http.sent.length).toBe(2);
});

test('a page that is a list is its own items', async () => {
  expect(await paginate(scripted({ data: [1, 2] }), { items_jsonpath: '$.items' })).toEqual([1, 2]);
});

test('null from next_request ends; so does asking a fixture the same again', async () => {
  expect(await paginate(scripted({ data: { next: 1 } }), { next_request: 'none' })).toHaveLength(1);
  expect(
    await paginate(scripted({ data: { next: 1 }, fixture: {} }), { next_request: 'stay', stop_condition: 'never' }),
  ).toHaveLength(1);
});

test('a next request that is none is refused, and so is an error status', async () => {
  await expect(paginate(scripted({ data: { next: 1 } }), { next_request: 'wrong' })).rejects.toMatchObject({
    code: 'HTTP_PAGINATE_NEXT_INVALID',
  });
  await expect(paginate(scripted({ status: 500 }), {})).rejects.toMatchObject({ code: 'HTTP_STATUS_SERVER_ERROR' });
});
