import type { HttpRequest } from '@backplane/sdk';
import { type PolicyTrialOptions, replyHttp, type TrialRequest, tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { isChosen, randomId, readTraceParent } from './trace-context.ts';
import { tracing } from './tracing.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const PARENT = `00-${TRACE}-${SPAN}-01`;
const ENDPOINT = 'http://collector:4318/v1/traces';

interface Exported {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: object;
  attributes: Record<string, unknown>;
}

/** Sends requests, and gives what came to the upstream and, once the policy has closed, to the collector. */
async function traced(
  config: object,
  requests: readonly TrialRequest[],
  options: PolicyTrialOptions = {},
  status = 200,
) {
  const exports: HttpRequest[] = [];
  const http = replyHttp((request) => {
    exports.push(request as HttpRequest);
    return { status };
  });
  const trial = await tryPolicy(tracing, config, { ports: { http }, ...options });
  for (const request of requests) await trial.send(request);
  await trial[Symbol.asyncDispose]();
  const spans = exports.flatMap(({ body }): Exported[] =>
    JSON.parse(String(body)).resourceSpans[0].scopeSpans[0].spans.map((span: any) => ({
      ...span,
      attributes: Object.fromEntries(span.attributes.map(({ key, value }: any) => [key, Object.values(value)[0]])),
    })),
  );
  return { sent: trial.sent, exports, spans, meters: trial.meters, logs: trial.logs };
}

test('a trace of the caller goes on to the upstream, with its state and baggage', async () => {
  const headers = { traceparent: PARENT, tracestate: 'a=1', baggage: 'k=v' };
  const { sent } = await traced({}, [{ headers }]);
  expect(sent[0]!.headers).toMatchObject({ tracestate: 'a=1', baggage: 'k=v' });
  expect(readTraceParent(sent[0]!.headers['traceparent'])).toMatchObject({ traceId: TRACE, isSampled: true });
  expect(sent[0]!.headers['traceparent']).not.toContain(SPAN);
});

test('a request without a trace begins one', async () => {
  const { sent } = await traced({}, [{ headers: { tracestate: 'a=1' } }]);
  expect(readTraceParent(sent[0]!.headers['traceparent'])).toMatchObject({ isSampled: true });
  expect(sent[0]!.headers['tracestate']).toBeUndefined();
});

test('callers need not be believed', async () => {
  const headers = { traceparent: PARENT, tracestate: 'a=1', baggage: 'k=v' };
  const { sent } = await traced({ trust: false, baggage: false, sample: 0 }, [{ headers }]);
  expect(sent[0]!.headers['traceparent']).toMatch(/-00$/);
  expect(JSON.stringify(sent[0]!.headers)).not.toMatch(/4bf92f|a=1|k=v/);
});

test.each([`01-${TRACE}-${SPAN}-01-more`, PARENT])('%s is a parent', (header) => {
  expect(readTraceParent(header)?.traceId).toBe(TRACE);
});

test.each([
  undefined,
  '',
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `${PARENT}-more`,
])('%s is no parent', (header) => {
  expect(readTraceParent(header)).toBeUndefined();
});

test('a span of the gateway and one of its request to the upstream are exported', async () => {
  const { spans, exports } = await traced(
    { endpoint: ENDPOINT, headers: { 'x-key': 'k' }, service: 'edge' },
    [{ url: '/orders/7?token=secret', headers: { traceparent: PARENT, host: 'api.example.com:8443' } }],
    { route: { id: 'orders' }, upstream: () => ({ status: 404, body: 'no' }) },
  );
  const [server, client] = spans;
  expect(exports[0]).toMatchObject({ url: ENDPOINT, method: 'POST', headers: { 'x-key': 'k' } });
  expect(String(exports[0]!.body)).toContain('"service.name","value":{"stringValue":"edge"}');
  expect(server).toMatchObject({
    traceId: TRACE,
    parentSpanId: SPAN,
    name: 'GET orders',
    kind: 2,
    startTimeUnixNano: '1767225600000000000',
    status: {},
    attributes: { 'url.path': '/orders/7', 'server.address': 'api.example.com', 'http.response.status_code': '404' },
  });
  expect(client).toMatchObject({
    traceId: TRACE,
    parentSpanId: server!.spanId,
    kind: 3,
    status: { code: 2 },
    attributes: { 'server.address': '10.0.0.1', 'server.port': '80', 'error.type': '404' },
  });
  expect(JSON.stringify(spans)).not.toContain('secret');
});

test('an answer that failed is an error of the gateway', async () => {
  const { spans } = await traced({ endpoint: ENDPOINT }, [{}], { upstream: () => ({ status: 503 }) });
  expect(spans[0]).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '503' } });
});

test('what is not sampled is carried on and not exported', async () => {
  const { spans, sent } = await traced({ endpoint: ENDPOINT }, [
    { headers: { traceparent: PARENT.replace(/01$/, '00') } },
  ]);
  expect([spans, sent[0]!.headers['traceparent']?.slice(-2)]).toEqual([[], '00']);
});

test('spans go out in batches', async () => {
  const { exports } = await traced({ endpoint: ENDPOINT, batchSize: 4 }, [{}, {}, {}]);
  const sizes = exports.map(({ body }) => JSON.parse(String(body)).resourceSpans[0].scopeSpans[0].spans.length);
  expect(sizes).toEqual([4, 2]);
});

test('spans that find no room are dropped and counted', async () => {
  const { meters, spans } = await traced({ endpoint: ENDPOINT, maxQueued: 3 }, [{}, {}]);
  expect(spans).toHaveLength(3);
  expect(meters.values.get('gateway_spans_dropped_total{reason="queue"}')).toBe(1);
});

test('a collector that refuses is told of once, and its spans are counted', async () => {
  const { meters, logs } = await traced({ endpoint: ENDPOINT, batchSize: 2 }, [{}, {}], {}, 400);
  expect(meters.values.get('gateway_spans_dropped_total{reason="export"}')).toBe(4);
  expect(logs.filter(({ level }) => level === 'warn')).toHaveLength(1);
});

test('a collector that is away gets the spans later', async () => {
  let answers = 0;
  const bodies: unknown[] = [];
  const http = replyHttp((request) => {
    bodies.push((request as HttpRequest).body);
    answers += 1;
    return { status: answers === 1 ? 503 : 200 };
  });
  const trial = await tryPolicy(tracing, { endpoint: ENDPOINT, batchSize: 2 }, { ports: { http } });
  await trial.send();
  await trial[Symbol.asyncDispose]();
  expect(bodies).toHaveLength(2);
  expect(bodies[1]).toBe(bodies[0]);
});

test('about as many traces are chosen as the share says', () => {
  const chosen = Array.from({ length: 2000 }, () => randomId(16)).filter((id) => isChosen(id, 0.25)).length;
  expect(chosen).toBeGreaterThan(350);
  expect(chosen).toBeLessThan(650);
});

test.each([
  [{ endpoint: 'collector' }],
  [{ sample: 2 }],
  [{ every: 'often' }],
])('the settings %j are refused', async (config) => {
  await expect(tryPolicy(tracing, config)).rejects.toThrow('does not fit');
});
