import { defineGatewayPolicy } from '@backplane/sdk';
import { z } from 'zod';

const config = z.strictObject({
  buckets: z
    .array(z.number().positive())
    .min(1)
    .default([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
    .describe('Upper bounds of the durations, in seconds. The first use of the policy decides for all.'),
});

/** Metrics of HTTP are given by method; others than these are one, since callers choose them. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts requests, how long they took and how many there are, by route. */
export const metrics = defineGatewayPolicy({
  name: 'metrics',
  title: 'Metrics',
  summary: 'Counts requests, those in flight, their durations and bytes by route, for Prometheus.',
  config,
  phases: ['route', 'log'],
  onFailure: 'open',
  create({ config: { buckets }, meters }) {
    const requests = meters.counter('gateway_requests_total', {
      help: 'Requests answered by the gateway.',
      labels: ['route', 'method', 'status'],
    });
    const seconds = meters.histogram('gateway_request_duration', {
      help: 'Seconds from the first byte of a request to the last of its answer.',
      labels: ['route'],
      buckets,
    });
    const upstream = meters.histogram('gateway_upstream_duration', {
      help: 'Seconds until the headers of the upstream were there.',
      labels: ['route'],
      buckets,
    });
    const bytes = meters.counter('gateway_bytes_total', {
      help: 'Bytes of bodies, received from callers and sent to them.',
      labels: ['route', 'direction'],
    });
    const inFlight = meters.gauge('gateway_requests_in_flight', {
      help: 'Requests that have a route and are not over yet, WebSockets among them.',
      labels: ['route'],
    });
    // Label objects are kept: a request costs looking them up.
    const byRoute = new Map<string, ReturnType<typeof labelsOf>>();
    const labelsFor = (id: string) => {
      const name = id === '' ? 'none' : id;
      let labels = byRoute.get(name);
      if (labels === undefined) {
        labels = labelsOf(name);
        byRoute.set(name, labels);
      }
      return labels;
    };
    return {
      route(exchange) {
        const { route } = labelsFor(exchange.route.id);
        inFlight.add(route, 1);
        // However it ends: `log` is not asked where a condition has come to be false in between.
        exchange.defer(() => inFlight.add(route, -1));
        return undefined;
      },
      log({ request, route }, { status, totalMs, upstreamMs, sentBytes, receivedBytes, error }) {
        const labels = labelsFor(route.id);
        const method = METHODS.has(request.method) ? request.method : 'OTHER';
        requests.add(labels.answered(method, error === undefined || status > 0 ? String(status) : 'error'));
        seconds.observe(labels.route, totalMs / 1000);
        if (upstreamMs !== undefined) upstream.observe(labels.route, upstreamMs / 1000);
        if (sentBytes > 0) bytes.add(labels.sent, sentBytes);
        if (receivedBytes > 0) bytes.add(labels.received, receivedBytes);
      },
    };
  },
});

function labelsOf(route: string) {
  const known = new Map<string, { readonly route: string; readonly method: string; readonly status: string }>();
  return {
    route: { route },
    sent: { route, direction: 'sent' },
    received: { route, direction: 'received' },
    answered(method: string, status: string) {
      const key = method + status;
      let labels = known.get(key);
      if (labels === undefined) {
        labels = { route, method, status };
        known.set(key, labels);
      }
      return labels;
    },
  };
}
