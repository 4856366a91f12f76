import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Http1Answer, type Http1Head } from './http1-answer.ts';

interface Told {
  head?: Http1Head;
  body: string;
  trailers?: Readonly<Record<string, string>> | undefined;
  rest?: string;
  isWhole: boolean;
}

interface Asked {
  readonly method?: string;
  readonly mayUpgrade?: boolean;
  readonly closes?: boolean;
}

/** Reads an answer that comes in these pieces. */
function read(pieces: readonly string[], { method = 'GET', mayUpgrade = false, closes = false }: Asked = {}): Told {
  const told: Told = { body: '', isWhole: false };
  const answer = new Http1Answer(
    {
      head: (head) => {
        told.head = head;
      },
      piece: (piece) => {
        told.body += piece.toString('latin1');
      },
      whole: (trailers, rest) => {
        told.isWhole = true;
        told.trailers = trailers;
        told.rest = rest.toString('latin1');
      },
    },
    method,
    mayUpgrade,
  );
  for (const piece of pieces) answer.take(Buffer.from(piece, 'latin1'));
  if (closes) answer.close();
  return told;
}

const OK = 'HTTP/1.1 200 OK\r\n';

test('an answer with a length ends after it', () => {
  const told = read([`${OK}Content-Length: 5\r\nX-A: \t b c \r\nX-Empty:\r\n\r\nhello`]);
  expect(told).toMatchObject({ body: 'hello', isWhole: true, rest: '' });
  expect(told.head).toMatchObject({ status: 200, reason: 'OK', isKept: true });
  expect(told.head!.raw).toEqual(['content-length', '5', 'x-a', 'b c', 'x-empty', '']);
});

test('chunks are joined, and the fields after them handed on', () => {
  const told = read([
    `${OK}Transfer-Encoding: Chunked\r\n\r\n5;a="b"\r\nhello\r\n00a\r\n, my world\r\n0\r\nX-Sum: 1\r\n__proto__: x\r\nContent-Length: 3\r\n\r\n`,
  ]);
  expect(told).toMatchObject({ body: 'hello, my world', isWhole: true });
  expect(Object.entries(told.trailers!)).toEqual([
    ['x-sum', '1'],
    ['__proto__', 'x'],
  ]);
});

test('without length and chunks the end of the connection is the end of the answer', () => {
  expect(read([`${OK}\r\nall of it`])).toMatchObject({ body: 'all of it', isWhole: false });
  const told = read([`${OK}\r\nall of it`], { closes: true });
  expect(told).toMatchObject({ body: 'all of it', isWhole: true });
  expect(told.head!.isKept).toBe(false);
});

test.each([
  ['the head', OK],
  ['a body with a length', `${OK}Content-Length: 5\r\n\r\nhell`],
  ['a chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`],
  ['the last chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n`],
])('a connection that ends within %s leaves the answer unfinished', (_, text) => {
  expect(read([text], { closes: true }).isWhole).toBe(false);
});

test.each([
  ['HEAD', 200],
  ['GET', 204],
  ['GET', 304],
])('the answer to %s with %i has no body, whatever its head says', (method, status) => {
  const told = read([`HTTP/1.1 ${status} x\r\nContent-Length: 5\r\n\r\n`], { method });
  expect(told).toMatchObject({ body: '', isWhole: true });
  // Where one may come all the same, it must not be taken for the next answer.
  expect(told.head!.isKept).toBe(method === 'HEAD');
});

test('interim answers are passed over', () => {
  const told = read([
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 0\r\n\r\n`,
  ]);
  expect(told).toMatchObject({ isWhole: true, head: { status: 200, raw: ['content-length', '0'] } });
});

test('an upgrade is taken only by who has asked for it, with all of its fields', () => {
  const text = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00';
  expect(() => read([text])).toThrow(/upgrade that nobody asked for/);
  const told = read([text], { mayUpgrade: true });
  expect(told).toMatchObject({ isWhole: true, rest: '\x81\x00', head: { status: 101 } });
  expect(told.head!.raw).toEqual(['connection', 'Upgrade', 'upgrade', 'websocket']);
});

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true, undefined],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close\r\n\r\n', false, undefined],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false, undefined],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n', true, undefined],
  ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: max=9, timeout=7\r\n\r\n', true, 7],
])('%j keeps its connection: %s', (text, isKept, keptSeconds) => {
  expect(read([text]).head).toMatchObject({ isKept, keptSeconds });
});

test('fields of the connection, and those that it names, are not handed on', () => {
  const { head } = read([
    `${OK}Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTrailer: a\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n`,
  ]);
  expect(head!.raw).toEqual(['set-cookie', 'a=1', 'set-cookie', 'b=2', 'content-length', '0']);
});

test.each([
  ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
  ['the same length twice', `${OK}Content-Length: 5\r\nContent-Length: 5\r\n\r\n`],
  ['a list of lengths', `${OK}Content-Length: 5, 5\r\n\r\n`],
  ['a length with a sign', `${OK}Content-Length: +5\r\n\r\n`],
  ['a length in another base', `${OK}Content-Length: 0x5\r\n\r\n`],
  ['an empty length', `${OK}Content-Length:\r\n\r\n`],
  ['a length beyond all numbers', `${OK}Content-Length: 9999999999999999\r\n\r\n`],
  ['a length beside chunks', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['chunks twice', `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['another coding', `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
  ['a coding that only looks like chunks', `${OK}Transfer-Encoding: xchunked\r\n\r\n`],
  ['chunks of HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a folded line', `${OK}X-A: b\r\n c\r\n\r\n`],
  ['a space before the colon', `${OK}Content-Length : 5\r\n\r\n`],
  ['a line without a colon', `${OK}X-A\r\n\r\n`],
  ['a field without a name', `${OK}: b\r\n\r\n`],
  ['NUL in a value', `${OK}X-A: b\0c\r\n\r\n`],
  ['a lone CR in a value', `${OK}X-A: b\rX-B: c\r\n\r\n`],
  ['a lone LF in a value', `${OK}X-A: b\nX-B: c\r\n\r\n`],
  ['a vertical tab around a value', `${OK}Content-Length: 5\v\r\n\r\n`],
  ['a control character in the reason', 'HTTP/1.1 200 O\x07K\r\n\r\n'],
  ['an empty line before the answer', `\r\n${OK}\r\n`],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 99 OK\r\n\r\n'],
  ['a status that is no number', 'HTTP/1.1 2xx OK\r\n\r\n'],
  ['a chunk whose size is no number', `${OK}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n`],
  ['a chunk with a sign', `${OK}Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n`],
  ['a chunk with a space after its size', `${OK}Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n`],
  ['a chunk that is longer than its size', `${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n`],
  ['a chunk whose size overflows', `${OK}Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n`],
  ['a lone LF after the size of a chunk', `${OK}Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`],
  ['a bad field after the chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nX A: b\r\n\r\n`],
])('%s is refused', (_, text) => {
  expect(() => read([text])).toThrow(/the answer is not HTTP\/1\.1/);
});

test.each([
  ['a head', `${OK}X-A: ${'b'.repeat(20_000)}`],
  ['fields after the chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: ${'b'.repeat(20_000)}`],
])('%s without an end is refused', (_, text) => {
  expect(() => read([text])).toThrow(/headers overflow/i);
});

test('the rest of the line with the size of a chunk is limited', () => {
  expect(() => read([`${OK}Transfer-Encoding: chunked\r\n\r\n5;${'a'.repeat(300)}`])).toThrow(/too long/);
});

test('what came after the answer is told', () => {
  expect(read([`${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n`])).toMatchObject({
    body: 'ok',
    rest: 'HTTP/1.1 200 OK\r\n\r\n',
  });
});

const WHOLE = [
  `${OK}Content-Length: 11\r\nX-A: b\r\n\r\nhello world`,
  `HTTP/1.1 100 Continue\r\n\r\n${OK}Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n`,
  'HTTP/1.1 204 No Content\r\n\r\n',
  `${OK}Content-Length: 0\r\n\r\n`,
];

test('wherever an answer is cut into pieces, the same is read', () => {
  fc.assert(
    fc.property(fc.constantFrom(...WHOLE), fc.array(fc.nat(120), { maxLength: 12 }), (text, cuts) => {
      const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      expect(read(pieces)).toEqual(read([text]));
    }),
  );
});

test('bytes of any kind are read or refused, never both, and never forever', () => {
  const line = fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    '0',
    '5',
    ';',
    ':',
    ' ',
    'hello',
    'Content-Length',
    'Transfer-Encoding',
    'chunked',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 30 }), (parts) => {
      try {
        const told = read([`${OK}${parts.join('')}`]);
        if (told.isWhole) expect(told.head).toBeDefined();
      } catch (problem) {
        expect(String(problem)).toMatch(/not HTTP\/1\.1|overflow/i);
      }
    }),
    { numRuns: 500 },
  );
});

test('a paused answer tells nothing until it goes on', () => {
  const said: string[] = [];
  const answer = new Http1Answer(
    {
      head: () => {
        said.push('head');
        answer.isPaused = true;
      },
      piece: (piece) => {
        said.push(piece.toString());
        answer.isPaused = true;
      },
      whole: () => said.push('whole'),
    },
    'GET',
  );
  answer.take(Buffer.from(`${OK}Content-Length: 2\r\n\r\nok`));
  expect(said).toEqual(['head']);
  answer.isPaused = false;
  answer.take();
  expect(said).toEqual(['head', 'ok']);
  expect(answer.close()).toBe(true);
  expect(said).toEqual(['head', 'ok']);
  answer.isPaused = false;
  answer.take();
  expect(said).toEqual(['head', 'ok', 'whole']);
});
