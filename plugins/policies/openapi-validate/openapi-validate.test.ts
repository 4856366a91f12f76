import { type PolicyTrialOptions, replyHttp, type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { openapiValidate } from './openapi-validate.ts';

const petstore = (more: object = {}) => ({
  openapi: '3.0.3',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: 'https://pets.example.com/v1' }],
  paths: {
    '/pets': {
      get: {
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 10 } },
          { name: 'tags', in: 'query', schema: { type: 'array', items: { enum: ['a', 'b'] } } },
          { name: 'ids', in: 'query', explode: false, schema: { type: 'array', items: { type: 'integer' } } },
          {
            name: 'filter',
            in: 'query',
            style: 'deepObject',
            schema: { type: 'object', properties: { age: { type: 'integer' } } },
          },
          { $ref: '#/components/parameters/Tenant' },
        ],
        responses: { 200: { description: '', content: { 'application/json': { schema: { type: 'array' } } } } },
      },
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        responses: { 201: { description: '' } },
      },
    },
    '/pets/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      get: { responses: { default: { description: '' } } },
    },
    '/pets/mine': { get: { responses: {} } },
  },
  components: {
    parameters: {
      Tenant: { name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string', minLength: 2 } },
    },
    schemas: {
      Pet: {
        type: 'object',
        required: ['id', 'name'],
        additionalProperties: false,
        properties: {
          id: { type: 'integer', readOnly: true },
          name: { type: 'string' },
          age: { type: 'number', minimum: 0, exclusiveMinimum: true },
          owner: { type: 'string', format: 'email', nullable: true },
          friends: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
        },
      },
    },
  },
  ...more,
});

async function send(request: TrialRequest, config: object = {}, options: PolicyTrialOptions = {}) {
  await using trial = await tryPolicy(openapiValidate, { document: petstore(), ...config }, options);
  const answer = await trial.send(request);
  return {
    ...answer,
    logs: trial.logs,
    problem: answer.status >= 400 && answer.body !== '' ? JSON.parse(answer.body) : undefined,
  };
}

const tenant = { 'x-tenant': 'acme' };
const list = (query: string): TrialRequest => ({ url: `/v1/pets${query}`, headers: tenant });
const post = (body: unknown, type = 'application/json'): TrialRequest => ({
  url: '/v1/pets',
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': type },
});

test.each([
  '',
  '?limit=5',
  '?tags=a&tags=b',
  '?tags=a',
  '?ids=1,2',
  '?filter[age]=3',
  '?other=1',
])('a query %j that fits goes on', async (query) => {
  expect((await send(list(query))).status).toBe(200);
});

test.each([
  ['?limit=many', 'limit', 'must be integer'],
  ['?limit=11', 'limit', 'must be <= 10'],
  ['?tags=a&tags=c', 'tags/1', 'must be equal to one of the allowed values: a, b'],
  ['?ids=1,x', 'ids/1', 'must be integer'],
  ['?filter[age]=old', 'filter/age', 'must be integer'],
])('of the query %s it is said what is wrong, and where', async (query, place, problem) => {
  const { status, problem: told } = await send(list(query));
  expect([status, told.code, told.errors]).toEqual([400, 'GATEWAY_REQUEST_INVALID', [{ in: 'query', place, problem }]]);
});

test.each([
  ['?limit=5&limit=many', 'limit'],
  ['?ids=1&ids=x', 'ids'],
])('of two values in %s where there is one nobody can choose', async (query, place) => {
  const { status, problem } = await send(list(query));
  expect([status, problem.errors]).toEqual([400, [{ in: 'query', place, problem: 'stands there more than once' }]]);
});

test('a field of an object in the query cannot be given twice either', async () => {
  const { problem } = await send(list('?filter[age]=old&filter[age]=3'));
  expect(problem.detail).toBe('query filter has age more than once.');
});

test('letters that are needlessly encoded do not lead past the document', async () => {
  const through = { unknown: 'allow' };
  expect((await send({ url: '/v1/%70ets/many' }, through)).status).toBe(400);
  expect((await send({ url: '/%761/pets/many' }, through)).status).toBe(400);
});

test('HEAD is for what GET is for', async () => {
  expect((await send({ ...list('?limit=5'), method: 'HEAD' })).status).toBe(200);
  expect((await send({ ...list('?limit=many'), method: 'HEAD' })).status).toBe(400);
});

test('a list of one in a form is a list', async () => {
  const schema = { type: 'object', properties: { tags: { type: 'array', items: { type: 'integer' } } } };
  const content = { 'application/x-www-form-urlencoded': { schema } };
  const document = { ...petstore(), paths: { '/pets': { post: { requestBody: { content }, responses: {} } } } };
  const form = async (text: string) =>
    (await send(post(text, 'application/x-www-form-urlencoded'), { document })).status;
  expect([await form('tags=1'), await form('tags=1&tags=2'), await form('tags=x')]).toEqual([200, 200, 400]);
});

test('that the caller has an answer already need not stand in the document', async () => {
  const notModified = { upstream: () => ({ status: 304 }) };
  expect((await send(list(''), { response: 'refuse' }, notModified)).status).toBe(304);
});

test('a parameter that is missing is named, also one that stands elsewhere in the document', async () => {
  expect((await send({ url: '/v1/pets' })).problem.detail).toBe('header X-Tenant is missing.');
});

test('parameters that the document does not have can be refused', async () => {
  expect((await send(list('?other=1'), { unknownQuery: 'refuse' })).problem.detail).toBe('query other is not known.');
  expect((await send(list('?filter[age]=1&limit=1'), { unknownQuery: 'refuse' })).status).toBe(200);
});

test('a parameter of the path is checked, and a path without placeholders comes first', async () => {
  expect((await send({ url: '/v1/pets/7' })).status).toBe(200);
  expect((await send({ url: '/v1/pets/x' })).problem.errors).toEqual([
    { in: 'path', place: 'id', problem: 'must be integer' },
  ]);
  expect((await send({ url: '/v1/pets/mine' })).status).toBe(200);
});

test.each([
  [{ name: 'Rex' }],
  [{ name: 'Rex', owner: null }],
  [{ name: 'Rex', age: 1, friends: [{ name: 'Tom' }] }],
])('the body %j fits', async (body) => {
  expect((await send(post(body))).status).toBe(200);
});

test.each([
  [{}, '', "must have required property 'name'"],
  [{ name: 1 }, '/name', 'must be string'],
  [{ name: 'a', age: 0 }, '/age', 'must be > 0'],
  [{ name: 'a', owner: 'nobody' }, '/owner', 'must match format "email"'],
  [{ name: 'a', friends: [{ name: 'b' }, { name: 2 }] }, '/friends/1/name', 'must be string'],
  [{ name: 'a', admin: true }, '', 'must NOT have additional properties: admin'],
  ['{', '', 'must be JSON'],
  ['', '', 'is missing'],
])('of the body %j it is said what is wrong, and where', async (body, place, problem) => {
  expect((await send(post(body))).problem.errors).toEqual([{ in: 'body', place, problem }]);
});

test('a body of another type is refused with the types that there are', async () => {
  const { status, problem } = await send(post('<pet/>', 'application/xml'));
  expect([status, problem.detail]).toEqual([415, 'The type of the body must be one of application/json.']);
});

test('a body that nobody expects is refused', async () => {
  expect((await send({ url: '/v1/pets/mine', body: 'x' })).problem.detail).toBe('body is not expected.');
});

test('what the document does not have is refused, or goes on where the route says so', async () => {
  expect((await send({ url: '/v1/cats' })).status).toBe(404);
  const { status, headers } = await send({ url: '/v1/pets', method: 'DELETE' });
  expect([status, headers['allow']]).toEqual([405, 'GET, POST']);
  expect((await send({ url: '/v1/cats' }, { unknown: 'allow' })).status).toBe(200);
  expect((await send({ url: '/elsewhere/pets/mine' }, { basePath: '/elsewhere' })).status).toBe(200);
});

test('answers that the document does not allow are logged or refused', async () => {
  const upstream = () => ({ body: { no: 'list' } });
  expect((await send(list(''), {}, { upstream })).status).toBe(200);
  const logged = await send(list(''), { response: 'log' }, { upstream });
  expect([logged.status, logged.logs[0]?.fields]).toMatchObject([200, { problem: 'its body must be array' }]);
  expect((await send(list(''), { response: 'refuse' }, { upstream })).problem.code).toBe('GATEWAY_ANSWER_INVALID');
  expect((await send(list(''), { response: 'refuse' }, { upstream: () => ({ body: [] }) })).status).toBe(200);
});

test('schemas of 3.1 are those of JSON Schema', async () => {
  const document = petstore({
    openapi: '3.1.0',
    components: {
      parameters: petstore().components.parameters,
      schemas: {
        Pet: { type: 'object', properties: { tags: { type: ['array', 'null'], prefixItems: [{ const: 'x' }] } } },
      },
    },
  });
  expect((await send(post({ tags: null }), { document })).status).toBe(200);
  expect((await send(post({ tags: ['y'] }), { document })).problem.errors[0].place).toBe('/tags/0');
});

test('a document can be read from an address, as YAML', async () => {
  const http = replyHttp(() => ({ body: 'openapi: 3.0.0\npaths:\n  /a:\n    get: {responses: {}}\n' }));
  const config = { document: undefined, url: 'http://pets/openapi.yaml' };
  expect((await send({ url: '/a' }, config, { ports: { http } })).status).toBe(200);
  expect((await send({ url: '/b' }, config, { ports: { http } })).status).toBe(404);
});

test.each([
  [{ document: undefined }, 'exactly one of'],
  [{ document: { swagger: '2.0' } }, 'no OpenAPI document'],
  [{ document: petstore({ components: {} }) }, 'leads nowhere'],
  [{ document: { ...petstore(), paths: { '/a': { $ref: 'other.yaml#/a' } } } }, 'leads out of the document'],
  [{ document: undefined, file: '/does/not/exist.yaml' }, 'ENOENT'],
])('the settings are refused: %#', async (config, problem) => {
  await expect(send({}, config)).rejects.toThrow(problem);
});
