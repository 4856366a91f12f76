import {
  type AttemptOptions,
  BackplaneError,
  defineGatewayPolicy,
  type PolicyReply,
  type PolicyTarget,
  problemReply,
  type Ready,
  type ResponseExchange,
  type UpstreamExchange,
} from '@backplane/sdk';
import { breakers, type Outcome, type Permit, type Refusal } from './breaker.ts';
import { planOf, settings } from './settings.ts';
import { inRandomOrder } from './weighted-order.ts';

type Next = (options?: AttemptOptions) => Promise<ResponseExchange>;

/** A probe that says nothing is given up when its time for headers is over, and a little more. */
const LEASE_SLACK_MS = 5_000;

export const circuitBreaker = defineGatewayPolicy({
  name: 'circuit-breaker',
  title: 'Circuit breaker',
  summary: 'Stops asking an upstream that keeps failing, and tries again with one request.',
  config: settings,
  phases: ['attempt'],
  onFailure: 'open',
  create({ config, shared, use, meters, log, now }) {
    const { rule, isFailure, per, group } = planOf(config);
    if (rule === undefined) return { attempt: (_exchange, next) => next() };
    const opened = meters.counter('gateway_circuit_opened_total', {
      help: 'Times a breaker opened',
      labels: ['breaker'],
    });
    const base = group === undefined ? use.id : `circuit-breaker-group/${group}`;
    const { admit, report } = breakers({ shared, rule, now, onOpened: () => opened.add({ breaker: group ?? use.id }) });

    /** Undefined while the shared state does not answer: a breaker that cannot know is closed. */
    async function tryAdmit(key: string, { upstream }: UpstreamExchange): Promise<Permit | Refusal | undefined> {
      try {
        return await admit(key, upstream.timeoutMs + LEASE_SLACK_MS);
      } catch {
        log.warn('circuit-breaker cannot read its state and lets the request pass');
        return undefined;
      }
    }

    async function tell(done: () => Ready<unknown>): Promise<void> {
      try {
        await done();
      } catch {
        log.warn('circuit-breaker cannot write its state');
      }
    }

    async function send(
      key: string,
      permit: Permit | undefined,
      exchange: UpstreamExchange,
      next: Next,
      target?: PolicyTarget,
    ) {
      let outcome: Outcome = 'neither';
      try {
        const answered = await (target === undefined ? next() : next({ target }));
        outcome = isFailure(answered.response.status) ? 'failure' : 'success';
        return answered;
      } catch (thrown) {
        outcome = saysNothing(exchange, thrown) ? 'neither' : 'failure';
        throw thrown;
      } finally {
        if (permit !== undefined) {
          const told = tell(() => report(key, permit, outcome));
          // A success of a closed breaker need not hold up the answer.
          if (outcome !== 'success' || permit.kind === 'probe') await told;
        }
      }
    }

    function refuse(exchange: UpstreamExchange, retryMs: number): PolicyReply {
      const because = `the breaker of ${group ?? exchange.route.id} is open`;
      if (config.mode === 'ocelot' && config.version === '24.0') return { status: 503, body: '', because };
      if (config.mode === 'ocelot')
        return {
          status: 503,
          reason: 'Circuit breaker is open',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body: `Circuit breaker is open for route -> ${config.routeName ?? exchange.route.id}`,
          because,
        };
      return problemReply({
        status: 503,
        code: 'GATEWAY_CIRCUIT_OPEN',
        title: 'Service unavailable',
        detail: 'The service behind this address keeps failing and is left alone for a moment.',
        exchange,
        headers: { 'retry-after': String(Math.max(1, Math.ceil(retryMs / 1_000))) },
        because,
      });
    }

    return {
      async attempt(exchange: UpstreamExchange<Set<string>>, next) {
        const { target: chosen, targets } = exchange.upstream;
        if (per === 'route') {
          const permit = await tryAdmit(base, exchange);
          return permit?.kind === 'refused' ? refuse(exchange, permit.retryMs) : send(base, permit, exchange, next);
        }
        let soonest = Number.POSITIVE_INFINITY;
        // A further try of a policy outside goes to another target first.
        exchange.own ??= new Set();
        const tried = exchange.own;
        for (const target of chosen === undefined ? untriedFirst(inRandomOrder(targets), tried) : [chosen]) {
          const key = `${base}/${target.id}`;
          const permit = await tryAdmit(key, exchange);
          if (permit?.kind !== 'refused') {
            tried.add(target.id);
            return send(key, permit, exchange, next, target);
          }
          soonest = Math.min(soonest, permit.retryMs);
        }
        return Number.isFinite(soonest) ? refuse(exchange, soonest) : next();
      },
    };
  },
});

function untriedFirst(targets: Iterable<PolicyTarget>, tried: ReadonlySet<string>): PolicyTarget[] {
  return [...targets].sort((a, b) => Number(tried.has(a.id)) - Number(tried.has(b.id)));
}

/** The caller went, or another policy failed or ended this try: that says nothing about the upstream. A deadline that has passed does. */
function saysNothing({ signal }: UpstreamExchange, thrown: unknown): boolean {
  if (signal.aborted) return signal.reason?.name !== 'TimeoutError';
  if (BackplaneError.is(thrown)) return thrown.facts.blame !== 'upstream';
  return (thrown as Error | undefined)?.name === 'AbortError';
}
