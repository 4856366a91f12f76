import { stringifyJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { readPayloads } from './read-payloads.ts';

const read = async (type: string | undefined, body: string | Buffer, more = {}) =>
  readPayloads({
    method: 'POST',
    headers: type === undefined ? {} : { 'content-type': type },
    query: '',
    body: Buffer.from(body as string),
    ...more,
  });
const data = async (type: string | undefined, body: string | Buffer, more = {}) =>
  (await read(type, body, more)).payloads[0]!.data;
const code = (type: string, body: string | Buffer) => read(type, body).catch((error) => error.code);

test('JSON keeps its numbers, with any JSON type or none', async () => {
  for (const type of [undefined, 'application/json; charset=utf-8', 'application/vnd.api+json'])
    expect(stringifyJson(await data(type, '{"a":1.0,"b":12345678901234567890}'))).toBe(
      '{"a":1.0,"b":12345678901234567890}',
    );
  expect(await code('application/json', '{')).toBe('HTTP_BODY_SYNTAX');
  expect(await data('application/json', '')).toBeNull();
});

test('forms are maps, and repeated fields lists', async () => {
  expect({ ...((await data('application/x-www-form-urlencoded', 'a=1&b=x+y&a=2')) as object) }).toEqual({
    a: ['1', '2'],
    b: 'x y',
  });
});

test('multipart forms are maps, and files come with name and type', async () => {
  const form = new FormData();
  form.append('name', 'Ada');
  form.append('file', new File([new Uint8Array([0, 255])], 'a.bin', { type: 'application/x-thing' }));
  const response = new Response(form);
  const body = Buffer.from(await response.arrayBuffer());
  expect({ ...((await data(response.headers.get('content-type')!, body)) as object) }).toEqual({
    name: 'Ada',
    file: { filename: 'a.bin', content_type: 'application/x-thing', base64: 'AP8=' },
  });
  expect(await code('multipart/form-data; boundary=x', 'nothing')).toBe('HTTP_FORM_SYNTAX');
  expect(await code('multipart/form-data', 'nothing')).toBe('HTTP_FORM_SYNTAX');
});

test('text and XML stay text, in their charset', async () => {
  expect(await data('text/plain', 'grüß')).toBe('grüß');
  expect(await data('text/plain; charset=iso-8859-1', Buffer.from([0x67, 0xfc]))).toBe('gü');
  expect(await data('application/xml', '<a/>')).toBe('<a/>');
  expect(await data('application/soap+xml', '<a/>')).toBe('<a/>');
  expect(await code('text/plain; charset=klingon', 'x')).toBe('HTTP_MEDIA_TYPE');
});

test('anything else is bytes', async () => {
  expect(await data('image/png', Buffer.from([0x89, 0x50]))).toEqual({ content_type: 'image/png', base64: 'iVA=' });
});

test('lines are payloads of their own; one bad line refuses all', async () => {
  for (const type of ['application/x-ndjson', 'application/jsonl'])
    expect(await read(type, '{"a":1}\n\n{"a":2}\r\n')).toMatchObject({
      lines: true,
      payloads: [{ data: { a: 1 } }, { data: { a: 2 }, raw: Buffer.from('{"a":2}') }],
    });
  await expect(read('application/x-ndjson', '1\n{\n3\n]')).rejects.toMatchObject({
    code: 'WEBHOOK_LINES_INVALID',
    message: expect.stringMatching(/line 2: .*line 4: /),
  });
  expect(await code('application/x-ndjson', '1\n'.repeat(1001))).toBe('WEBHOOK_LINES_INVALID');
});

test('a GET is its query, without what is meant for the host', async () => {
  expect({ ...((await data(undefined, '', { method: 'GET', query: 'wait=true&a=1&__proto__=x' })) as object) }).toEqual(
    Object.fromEntries([
      ['a', '1'],
      ['__proto__', 'x'],
    ]),
  );
});
