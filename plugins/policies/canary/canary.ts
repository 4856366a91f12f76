import {
  answerHeaders,
  defineGatewayPolicy,
  type Exchange,
  type PolicyReply,
  type PolicyStep,
  type PolicyTarget,
  type ResponseExchange,
  type UpstreamExchange,
} from '@backplane/sdk';
import { type Choice, chooser } from './choice.ts';
import { settings } from './settings.ts';
import { weightedPick } from './weighted-pick.ts';

/** Bodies up to here are kept, to be given to the other route. */
const KEPT_BYTES = 64 * 1024;

interface Chosen extends Choice {
  /** Of the other route's answer: a reply has each header once, cookies come several times. */
  cookies?: readonly string[];
}

export const canary = defineGatewayPolicy({
  name: 'canary',
  title: 'Canary',
  summary:
    'Sends a share of the requests to new targets or to another route: drawn, sticky, by rule, growing with time.',
  config: settings,
  phases: ['rewrite', 'upstream', 'responseHeaders'],
  onFailure: 'closed',
  body: { request: { buffer: { maxBytes: KEPT_BYTES, onOverflow: 'skip' } } },
  create({ config, use, meters, now }) {
    const { to, sticky } = config;
    const choose = chooser(config, use.id, now);
    const counted = meters.counter('gateway_canary_total', {
      help: 'Requests by the way they went',
      labels: ['route', 'way'],
    });
    const wanted = 'metadata' in to ? Object.entries(to.metadata) : [];
    const isNew = ({ metadata }: PolicyTarget) => wanted.every(([name, value]) => metadata[name] === value);
    const cookie = typeof sticky === 'object' && 'cookie' in sticky ? sticky : undefined;

    async function askRoute(exchange: Exchange<Chosen>, route: string): Promise<PolicyReply> {
      const { body } = exchange.request;
      const answer = await exchange.call({ route, signal: exchange.signal, ...(body !== undefined && { body }) });
      const headers = answerHeaders(answer.headers);
      exchange.own = { ...exchange.own!, cookies: answer.headers.all('set-cookie') };
      return { status: answer.status, headers, body: answer.body, because: `the canary ${route} answers` };
    }

    return {
      rewrite(exchange: UpstreamExchange<Chosen>): PolicyStep {
        const choice = choose(exchange);
        // A body that streams past cannot be given to another route.
        const isCanary = choice.isCanary && !('route' in to && exchange.request.bodyKind === 'stream');
        exchange.own = { ...choice, isCanary };
        counted.add({ route: exchange.route.id, way: isCanary ? 'canary' : 'stable' });
        return isCanary && 'route' in to ? askRoute(exchange, to.route) : undefined;
      },
      upstream({ upstream, own }: UpstreamExchange<Chosen>) {
        if ('route' in to || own === undefined) return;
        const candidates = upstream.targets.filter((target) => isNew(target) === own.isCanary);
        // With no healthy target on its side a request is better served by the other.
        upstream.target = weightedPick(candidates) ?? upstream.target;
      },
      responseHeaders({ response, request, own }: ResponseExchange<Chosen>): undefined {
        for (const line of own?.cookies ?? []) response.headers.append('set-cookie', line);
        if (cookie === undefined || own?.cookie === undefined) return;
        const secure = request.scheme === 'https' ? '; Secure' : '';
        const maxAge = Math.floor(cookie.maxAge / 1_000);
        response.headers.append(
          'set-cookie',
          `${cookie.cookie}=${own.cookie}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`,
        );
      },
    };
  },
});
