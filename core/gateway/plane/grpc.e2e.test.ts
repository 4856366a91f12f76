import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LISTENER, route, startGateway, upstream } from '../gateway.fixture.ts';

const text = {
  requestSerialize: (value: string) => Buffer.from(value),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseSerialize: (value: string) => Buffer.from(value),
  responseDeserialize: (bytes: Buffer) => bytes.toString(),
};
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  ...text,
  path: `/talk.Talk/${name}`,
  requestStream,
  responseStream,
});
const TALK = {
  greet: method('Greet', false, false),
  fail: method('Fail', false, false),
  count: method('Count', false, true),
  collect: method('Collect', true, false),
  chat: method('Chat', true, true),
  flood: method('Flood', false, true),
} satisfies ServiceDefinition;

const server = new Server();
const cancelled: string[] = [];
let upstreamPort: number;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let client: Client;

beforeAll(async () => {
  server.addService(TALK, {
    greet(
      call: { request: string; metadata: Metadata },
      done: (problem: null, value: string, trailer: Metadata) => void,
    ) {
      const trailer = new Metadata();
      trailer.set('x-trailer', String(call.metadata.get('x-caller')[0] ?? ''));
      done(null, `hello ${call.request}`, trailer);
    },
    fail: (_: unknown, done: (problem: Partial<ServiceError>) => void) =>
      done({ code: status.NOT_FOUND, details: 'nobody of that näme' }),
    count(call: { request: string; write(value: string): void; end(): void }) {
      for (let at = 1; at <= Number(call.request); at += 1) call.write(String(at));
      call.end();
    },
    collect(call: AsyncIterable<string>, done: (problem: null, value: string) => void) {
      void (async () => {
        const all: string[] = [];
        for await (const piece of call) all.push(piece);
        done(null, all.join('+'));
      })();
    },
    chat(call: ServerDuplexStream<string, string>) {
      call.on('data', (piece: string) => call.write(`you said ${piece}`));
      call.on('end', () => call.end());
      call.on('cancelled', () => cancelled.push('chat'));
    },
    flood(call: ServerDuplexStream<string, string>) {
      const piece = 'x'.repeat(64 * 1024);
      for (let at = 0; at < 200; at += 1) call.write(piece);
      call.end();
    },
  });
  upstreamPort = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (problem, port) =>
      problem ? reject(problem) : resolve(port),
    ),
  );
  const model = upstream('talk', [], {
    targets: {
      kind: 'static',
      targets: [{ scheme: 'h2c', host: '127.0.0.1', port: upstreamPort, weight: 1, metadata: {} }],
    },
  });
  gateway = await startGateway(
    {
      routes: [
        route('talk', '/talk.Talk/{method}', {
          to: { kind: 'upstream', upstream: 'talk', path: { kind: 'keep' }, host: 'upstream', forwarded: true },
        }),
      ],
      upstreams: [model],
    },
    [],
    {
      listener: { ...LISTENER, h2c: true },
      maxBodyBytes: 100_000_000,
    },
  );
  client = new Client(`127.0.0.1:${gateway.port}`, credentials.createInsecure());
});

afterAll(async () => {
  client?.close();
  await gateway?.[Symbol.asyncDispose]();
  server.forceShutdown();
});

const { requestSerialize: out, responseDeserialize: read } = text;
const unary = (path: string, request: string, metadata = new Metadata()) =>
  new Promise<{ value?: string; problem?: ServiceError; trailer: Metadata }>((resolve) => {
    let given: { value?: string; problem?: ServiceError } = {};
    client
      .makeUnaryRequest(path, out, read, request, metadata, { deadline: Date.now() + 5_000 }, (problem, value) => {
        given = { ...(problem && { problem }), ...(value !== undefined && { value }) };
      })
      .on('status', ({ metadata: trailer }) => setImmediate(() => resolve({ ...given, trailer })));
  });

test('a call is answered, with metadata there and trailers back', async () => {
  const metadata = new Metadata();
  metadata.set('x-caller', 'ada');
  const { value, trailer } = await unary(TALK.greet.path, 'world', metadata);
  expect(value).toBe('hello world');
  expect(trailer.get('x-trailer')).toEqual(['ada']);
});

test('an error keeps its code and its words', async () => {
  const { problem } = await unary(TALK.fail.path, 'x');
  expect(problem).toMatchObject({ code: status.NOT_FOUND, details: 'nobody of that näme' });
});

test('a stream of answers arrives whole and in order, more than fits into any window', async () => {
  const counted: string[] = [];
  for await (const piece of client.makeServerStreamRequest(TALK.count.path, out, read, '500')) counted.push(piece);
  expect(counted).toEqual(Array.from({ length: 500 }, (_, at) => String(at + 1)));
  let bytes = 0;
  for await (const piece of client.makeServerStreamRequest(TALK.flood.path, out, read, 'all')) bytes += piece.length;
  expect(bytes).toBe(200 * 64 * 1024);
});

test('a stream of requests arrives whole', async () => {
  const collected = await new Promise<string>((resolve, reject) => {
    const call = client.makeClientStreamRequest(TALK.collect.path, out, read, (problem, value) =>
      problem ? reject(problem) : resolve(value ?? ''),
    );
    for (const piece of ['a', 'b', 'c']) call.write(piece);
    call.end();
  });
  expect(collected).toBe('a+b+c');
});

test('both sides talk in turn over one call', async () => {
  const call = client.makeBidiStreamRequest(TALK.chat.path, out, read);
  const answers = call[Symbol.asyncIterator]();
  for (const piece of ['one', 'two', 'three']) {
    call.write(piece);
    expect((await answers.next()).value).toBe(`you said ${piece}`);
  }
  call.end();
  expect((await answers.next()).done).toBe(true);
});

test('a caller who cancels ends the call at the service too', async () => {
  const call = client.makeBidiStreamRequest(TALK.chat.path, out, read);
  call.on('error', () => undefined);
  const said = new Promise((resolve) => call.once('data', resolve));
  call.write('hi');
  await said;
  call.cancel();
  await expect.poll(() => cancelled).toEqual(['chat']);
});

test('many calls at once are kept apart', async () => {
  const values = await Promise.all(Array.from({ length: 100 }, (_, at) => unary(TALK.greet.path, String(at))));
  expect(values.map(({ value }) => value)).toEqual(values.map((_, at) => `hello ${at}`));
});
