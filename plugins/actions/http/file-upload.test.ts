import { expect, test } from 'vitest';
import { run, scripted } from './call.fixture.ts';
import { sanitizeFileName } from './file-name.ts';
import { httpRequest } from './http-request.ts';

async function form(files: object, form_data?: object): Promise<FormData> {
  const http = scripted({ data: {} });
  await run(httpRequest, { url: 'u', method: 'POST', files, form_data }, { http });
  return (http.sent[0]!.body as () => FormData)();
}

test('files go as multipart after the fields, named by their field unless they have a name', async () => {
  const sent = await form(
    { a: 'aGk=', b: { filename: '../x.txt', content_base64: 'aG8=', content_type: 'text/plain' } },
    { n: [1, true] },
  );
  const parts = [...sent.entries()].map(([name, value]) =>
    typeof value === 'string' ? [name, value] : [name, value.name, value.type],
  );
  expect(parts).toEqual([
    ['n', '1'],
    ['n', 'true'],
    ['a', 'a', 'application/octet-stream'],
    ['b', 'x.txt', 'text/plain'],
  ]);
  expect(await (sent.get('b') as File).text()).toBe('ho');
});

test('limits: five files, 20 MB each, Base64', async () => {
  await expect(form(Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [n, ''])))).rejects.toMatchObject({
    code: 'HTTP_CALL_TOO_MANY_FILES',
  });
  const big = Buffer.alloc(20 * 1024 * 1024).toString('base64');
  expect(((await form({ f: big })).get('f') as File).size).toBe(20 * 1024 * 1024);
  await expect(form({ f: `AAAA${big}` })).rejects.toMatchObject({
    code: 'HTTP_CALL_FILE_TOO_LARGE',
    message: 'The file in field "f" is larger than 20 MB.',
  });
  await expect(form({ f: 'not base64!' })).rejects.toMatchObject({ code: 'HTTP_CALL_FILE_NOT_BASE64' });
});

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['a<b>:"|?*;%$\'`c.t x!t', 'abc.txt'],
  ['...', 'unnamed'],
  ['', 'unnamed'],
  ['a\0b\r\n.txt', 'ab.txt'],
  ['x..y.txt', 'x.y.txt'],
  ['отчёт.pdf', 'отчёт.pdf'],
  ['archive.tar.gz', 'archive.tar.gz'],
  [`${'n'.repeat(300)}.txt`, `${'n'.repeat(251)}.txt`],
])('the file name %j becomes %j', (given, expected) => {
  expect(sanitizeFileName(given)).toBe(expected);
});
