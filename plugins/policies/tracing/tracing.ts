import { defineGatewayPolicy, type Exchange, type PolicyOutcome } from '@backplane/sdk';
import { settings } from './settings.ts';
import { SpanExporter } from './span-exporter.ts';
import { isChosen, randomId, readTraceParent, type TraceParent, writeTraceParent } from './trace-context.ts';

/** One request's trace. */
interface Trace extends TraceParent {
  readonly parentSpanId: string | undefined;
  readonly startMs: number;
  /** Of the request to the upstream. */
  client?: { readonly spanId: string; readonly startMs: number; origin?: string | undefined; status?: number };
}

/** Others are one, since callers choose them. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

export const tracing = defineGatewayPolicy({
  name: 'tracing',
  title: 'Tracing',
  summary: 'Carries W3C traces on to upstreams and exports spans of the gateway by OTLP.',
  config: settings,
  phases: ['request', 'rewrite', 'responseHeaders', 'log'],
  onFailure: 'open',
  uses: ['http'],
  create({ config, http, log, meters, now }) {
    const { endpoint, sample, trust, baggage } = config;
    const exporter =
      endpoint === undefined
        ? undefined
        : new SpanExporter({
            http,
            log,
            endpoint,
            headers: config.headers,
            resource: { ...config.resource, 'service.name': config.service },
            batchSize: config.batchSize,
            everyMs: config.every,
            maxQueued: config.maxQueued,
            dropped: meters.counter('gateway_spans_dropped_total', {
              help: 'Spans that were not exported: the queue was full, or the collector did not take them.',
              labels: ['reason'],
            }),
          });
    return {
      request(exchange) {
        const { headers } = exchange.request;
        const parent = trust ? readTraceParent(headers.get('traceparent')) : undefined;
        const traceId = parent?.traceId ?? randomId(16);
        const trace: Trace = {
          traceId,
          spanId: randomId(8),
          parentSpanId: parent?.spanId,
          isSampled: parent?.isSampled ?? isChosen(traceId, sample),
          startMs: now(),
        };
        exchange.own = trace;
        if (parent === undefined) headers.delete('tracestate');
        if (!baggage) headers.delete('baggage');
        // Requests that policies make are children of this one.
        headers.set('traceparent', writeTraceParent(trace));
        return undefined;
      },
      rewrite({ own, upstream }) {
        const trace = own as Trace | undefined;
        if (trace === undefined) return undefined;
        trace.client = { spanId: randomId(8), startMs: now() };
        upstream.headers.set('traceparent', writeTraceParent({ ...trace, spanId: trace.client.spanId }));
        return undefined;
      },
      responseHeaders({ own, response, upstream }) {
        const client = (own as Trace | undefined)?.client;
        if (client === undefined || response.source !== 'upstream') return undefined;
        client.status = response.status;
        client.origin = upstream.target?.origin;
        return undefined;
      },
      log(exchange, outcome) {
        const trace = exchange.own as Trace | undefined;
        if (exporter === undefined || trace === undefined || !trace.isSampled) return;
        addSpans(exporter, exchange, trace, outcome);
      },
      close: () => exporter?.close() ?? Promise.resolve(),
    };
  },
});

function addSpans(
  exporter: SpanExporter,
  { id, request, route }: Exchange,
  { traceId, spanId, parentSpanId, startMs, client }: Trace,
  { status, totalMs, upstreamMs, error, sentBytes, receivedBytes }: PolicyOutcome,
): void {
  const method = METHODS.has(request.method) ? request.method : '_OTHER';
  const isError = status >= 500 || status === 0;
  exporter.add({
    traceId,
    spanId,
    parentSpanId,
    name: route.id === '' ? method : `${method} ${route.id}`,
    kind: 'server',
    startMs,
    endMs: startMs + totalMs,
    isError,
    // The query is left out: it may hold secrets.
    attributes: {
      'http.request.method': method,
      'url.scheme': request.scheme,
      'url.path': request.url.split('?', 1)[0],
      'server.address': request.host.replace(/:\d+$/, '') || undefined,
      'client.address': request.clientAddress,
      'user_agent.original': request.headers.get('user-agent'),
      'http.response.status_code': status === 0 ? undefined : status,
      'http.request.body.size': receivedBytes,
      'http.response.body.size': sentBytes,
      'error.type': isError ? (error?.code ?? String(status)) : undefined,
      'backplane.route': route.id === '' ? undefined : route.id,
      'backplane.correlation_id': id,
    },
  });
  if (client === undefined || (client.status === undefined && upstreamMs === undefined && error === undefined)) return;
  const origin = client.origin === undefined ? undefined : new URL(client.origin);
  const isBad = client.status === undefined || client.status >= 400;
  exporter.add({
    traceId,
    spanId: client.spanId,
    parentSpanId: spanId,
    name: method,
    kind: 'client',
    startMs: client.startMs,
    endMs: Math.min(client.startMs + (upstreamMs ?? Number.POSITIVE_INFINITY), startMs + totalMs),
    isError: isBad,
    attributes: {
      'http.request.method': method,
      'server.address': origin?.hostname,
      'server.port':
        origin === undefined ? undefined : Number(origin.port || (origin.protocol === 'https:' ? 443 : 80)),
      'http.response.status_code': client.status,
      'error.type': isBad
        ? client.status === undefined
          ? (error?.code ?? '_OTHER')
          : String(client.status)
        : undefined,
    },
  });
}
