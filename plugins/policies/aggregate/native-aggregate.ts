import {
  type Exchange,
  type ExchangeTemplate,
  exchangeTemplate,
  type GatewayRouteAnswer,
  type PolicyReply,
  problemReply,
} from '@backplane/sdk';
import { branchHeaders, wholeAnswer } from './branch-headers.ts';
import type { Branch, NativeAggregate } from './settings.ts';

/** How one branch ended. `text`: its JSON as it came. */
type Outcome =
  | { readonly key: string; readonly kind: 'good'; readonly text: string; readonly value: unknown }
  | { readonly key: string; readonly kind: 'bad'; readonly answer: GatewayRouteAnswer }
  | { readonly key: string; readonly kind: 'late' | 'unreadable' };

interface PreparedBranch extends Branch {
  readonly key: string;
  readonly urlTemplate: ExchangeTemplate | undefined;
  readonly paramTemplates: readonly (readonly [name: string, template: ExchangeTemplate])[];
}

/** All routes at the same time. Throws a TypeError for a placeholder that there is not. */
export function nativeAggregate({ routes, as }: NativeAggregate): (exchange: Exchange) => Promise<PolicyReply> {
  const branches = Object.entries(routes).map(
    ([key, branch]): PreparedBranch => ({
      ...branch,
      key,
      urlTemplate: branch.url === undefined ? undefined : exchangeTemplate(branch.url),
      paramTemplates: Object.entries(branch.params).map(([name, text]) => [name, exchangeTemplate(text)] as const),
    }),
  );
  return async (exchange) => {
    const headers = branchHeaders(exchange);
    const outcomes = await Promise.all(branches.map((branch) => ask(exchange, branch, headers)));
    const missing: string[] = [];
    const good: { readonly key: string; readonly text: string; readonly value: unknown }[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      const branch = branches[at]!;
      if (outcome.kind === 'good' && (as === 'nest' || isObject(outcome.value))) {
        good.push(outcome);
        continue;
      }
      if (!branch.optional)
        return refusal(exchange, outcome.kind === 'good' ? { ...outcome, kind: 'unreadable' } : outcome);
      missing.push(branch.key);
      if (branch.default !== undefined)
        good.push({ key: branch.key, text: JSON.stringify(branch.default), value: branch.default });
    }
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        ...(missing.length > 0 && {
          'x-gateway-incomplete': missing.map(encodeURIComponent).join(', '),
          'cache-control': 'no-store',
        }),
      },
      body:
        as === 'nest'
          ? `{${good.map(({ key, text }) => `${JSON.stringify(key)}:${text}`).join(',')}}`
          : JSON.stringify(Object.assign({}, ...good.map(({ value }) => value))),
    };
  };
}

async function ask(
  exchange: Exchange,
  { key, route, urlTemplate, paramTemplates, timeout }: PreparedBranch,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const limit = AbortSignal.timeout(timeout);
  const params: Record<string, string> = { ...exchange.route.params };
  for (const [name, template] of paramTemplates) params[name] = template.fill(exchange) ?? '';
  const url = urlTemplate?.fill(exchange, encodeURIComponent);
  let answer: GatewayRouteAnswer;
  try {
    answer = await exchange.call({ route, headers, params, signal: limit, ...(url !== undefined && { url }) });
  } catch (problem) {
    if (!limit.aborted) throw problem;
    return { key, kind: 'late' };
  }
  if (answer.status < 200 || answer.status > 299) return { key, kind: 'bad', answer };
  try {
    const text = answer.body.byteLength === 0 ? 'null' : new TextDecoder('utf-8', { fatal: true }).decode(answer.body);
    return { key, kind: 'good', text, value: JSON.parse(text) };
  } catch {
    return { key, kind: 'unreadable' };
  }
}

/** What the caller did wrong reaches it as it is; what is wrong behind the gateway is told in general. */
function refusal(exchange: Exchange, outcome: Exclude<Outcome, { kind: 'good' }>): PolicyReply {
  const { key, kind } = outcome;
  if (kind === 'bad' && outcome.answer.status >= 400 && outcome.answer.status < 500)
    return wholeAnswer(outcome.answer, key);
  const isLate = kind === 'late';
  return problemReply({
    status: isLate ? 504 : 502,
    code: isLate ? 'GATEWAY_AGGREGATE_TIMEOUT' : 'GATEWAY_AGGREGATE_FAILED',
    title: isLate ? 'Gateway timeout' : 'Bad gateway',
    detail: `The part ${key} of the answer could not be had.`,
    exchange,
    because:
      kind === 'bad' ? `the route of ${key} answered ${outcome.answer.status}` : `the answer for ${key} is ${kind}`,
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
