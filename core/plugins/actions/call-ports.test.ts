import type { Http, HttpRequest, KeyValue, Scripts } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { createMemoryKeyValueStore } from '../../storage/memory-key-value-store.ts';
import { hosted, invocation } from './invocation.fixture.ts';

test('requests end with the call that makes them', async () => {
  const sent: HttpRequest[] = [];
  const http: Http = {
    async send(request) {
      sent.push(request);
      return { status: 204, headers: {}, body: new Uint8Array(), url: request.url };
    },
  };
  const call = new AbortController();
  const own = new AbortController();
  const run = async ({ http }: { http: Http }) => {
    await http.send({ url: 'https://a.test' });
    await http.send({ url: 'https://b.test', signal: own.signal });
  };
  await hosted({ uses: ['http'], run }, { http }).run(invocation({}, { signal: call.signal }));
  call.abort();
  expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
  expect(own.signal.aborted).toBe(false);
});

test('scripts run as the workspace, never as the plugin says', async () => {
  const asked: object[] = [];
  const scripts = {
    async run(request: object) {
      asked.push(request);
      return { result: 1, console: [] };
    },
    async [Symbol.asyncDispose]() {},
  };
  const run = async ({ scripts }: { scripts: Scripts }) =>
    (await scripts.run({ language: 'javascript', source: '1', inputs: {}, tenant: 'somebody' } as never)).result;
  expect(await hosted({ uses: ['scripts'], run }, { scripts }).run(invocation({}))).toBe(1);
  expect(asked).toMatchObject([{ tenant: DEFAULT_WORKSPACE, source: '1', signal: expect.any(AbortSignal) }]);
});

test('a plugin keeps its keys apart from others, and those of one workspace from another', async () => {
  const store = createMemoryKeyValueStore();
  const run = async ({ kv }: { kv: KeyValue }) => {
    await kv.set('seen', { n: 1 });
    return [await kv.get('seen'), await kv.setIfAbsent('seen', 2), await kv.get('absent')];
  };
  expect(await hosted({ uses: ['kv'], run }, { kv: store }).run(invocation({}))).toEqual([{ n: 1 }, false, null]);
  expect(await store.scope('default/other').get('seen')).toBeUndefined();
  expect(await store.scope('default/acme').get('seen')).toEqual({ n: 1 });
  expect(await store.scope('another/acme').get('seen')).toBeUndefined();
  await hosted({ uses: ['kv'], run }, { kv: store }).run({ ...invocation({}), workspace: 'another' });
  expect(await store.scope('another/acme').get('seen')).toEqual({ n: 1 });
});

test('the expression language is there as plugins know it', async () => {
  const run = ({ expressions }: { expressions: import('@backplane/sdk').Expressions }) => [
    expressions.lambda('lambda x: x["id"] > 3')({ id: 4 }),
    expressions.jsonpath('$.items[*].id', { items: [{ id: 1 }, { id: 2 }] }),
    expressions.isTruthy([]),
    expressions.isEqual({ a: 1 }, { a: 1 }),
  ];
  expect(await hosted({ uses: ['expressions'], run }).run(invocation({}))).toEqual([true, [1, 2], false, true]);
});
