import { hash } from 'node:crypto';
import {
  defineGatewayPolicy,
  type Exchange,
  expiringCache,
  type PolicyReply,
  problemReply,
  singleFlight,
  type UpstreamExchange,
} from '@backplane/sdk';
import { type Decision, readDecision } from './decision.ts';
import { decisionInput } from './decision-input.ts';
import { settings } from './settings.ts';

export const opa = defineGatewayPolicy({
  name: 'opa',
  title: 'Open Policy Agent',
  summary: 'Asks an Open Policy Agent whether a request may go on.',
  config: settings,
  phases: ['authorize', 'rewrite'],
  onFailure: 'closed',
  uses: ['http'],
  create({ config, http, now, signal }) {
    const { inputHeaders, upstreamHeaders, timeout: timeoutMs, cacheFor, cacheEntries } = config;
    const url = `${config.url.replace(/\/$/, '')}/v1/data/${config.path}`;
    const headers = { accept: 'application/json', 'content-type': 'application/json', ...config.headers };
    const known = expiringCache<Decision>({ maxEntries: cacheFor > 0 ? cacheEntries : 0 });
    const flight = singleFlight<Decision>();

    async function ask(input: string): Promise<Decision> {
      const request = { url, method: 'POST', headers, body: input, timeoutMs, signal, followRedirects: false };
      const { status, body } = await http.send({ ...request, maxResponseBytes: 1_048_576 });
      if (status !== 200) throw new Error(`the agent answered ${status}`);
      return readDecision(JSON.parse(new TextDecoder().decode(body)));
    }

    function settle(exchange: Exchange<Decision>, decision: Decision): PolicyReply | undefined {
      exchange.own = decision;
      return decision.isAllowed ? undefined : refuse(exchange, decision);
    }

    return {
      authorize(exchange: Exchange<Decision>) {
        const input = decisionInput(exchange, inputHeaders);
        if (cacheFor === 0)
          return ask(input).then(
            (made) => settle(exchange, made),
            (error) => unavailable(exchange, error),
          );
        const key = hash('sha256', input, 'hex');
        const decision = known.get(key, now());
        if (decision !== undefined) return settle(exchange, decision);
        return flight(key, async () => {
          const made = await ask(input);
          known.set(key, made, now() + cacheFor);
          return made;
        }).then(
          (made) => settle(exchange, made),
          (error) => unavailable(exchange, error),
        );
      },
      rewrite({ upstream, own }: UpstreamExchange<Decision>) {
        for (const name of upstreamHeaders) {
          const value = own?.headers[name];
          if (value === undefined) upstream.headers.delete(name);
          else upstream.headers.set(name, value);
        }
        return undefined;
      },
    };
  },
});

function refuse(exchange: Exchange, { status, headers, body, because }: Decision): PolicyReply {
  if (body !== undefined)
    return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body, because };
  if (status < 400) return { status, headers, because };
  return problemReply({
    status,
    code: 'GATEWAY_DECISION_DENIED',
    title: 'Not allowed',
    detail: 'You are not allowed to do this.',
    exchange,
    headers,
    because,
  });
}

function unavailable(exchange: Exchange, error: unknown): PolicyReply {
  exchange.log.warn('the Open Policy Agent gave no decision', { error: String(error) });
  return problemReply({
    status: 503,
    code: 'GATEWAY_DECISION_UNAVAILABLE',
    title: 'Permission cannot be checked',
    detail: 'Whether you may do this cannot be checked at the moment. Try again.',
    exchange,
    headers: { 'retry-after': '1' },
    because: 'the Open Policy Agent gave no decision',
  });
}
