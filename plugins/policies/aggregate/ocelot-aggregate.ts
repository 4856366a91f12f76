import {
  type Exchange,
  type Expressions,
  type GatewayRouteAnswer,
  type PolicyReply,
  problemReply,
} from '@backplane/sdk';
import { branchHeaders, wholeAnswer } from './branch-headers.ts';
import type { OcelotAggregate } from './settings.ts';

interface Answered {
  readonly key: string;
  /** Several: one for each value that the first route gave. */
  readonly answers: readonly GatewayRouteAnswer[];
}

/** Ocelot's aggregates: bodies under their keys as they came, always 200. Throws for a JSONPath that is none. */
export function ocelotAggregate(
  { routes, config, maxCalls }: OcelotAggregate,
  { jsonpath }: Expressions,
): (exchange: Exchange) => Promise<PolicyReply> {
  for (const { jsonPath } of config) jsonpath(jsonPath, {});
  const [first, ...others] = routes.map(({ key, route }) => ({
    key,
    route,
    config: config.find((one) => one.route === key),
  }));

  return async (exchange) => {
    const headers = branchHeaders(exchange);
    const { params } = exchange.route;
    const call = (route: string, further?: Readonly<Record<string, string>>) =>
      exchange.call({ route, headers, params: { ...params, ...further } });
    const plain = async ({ key, route }: { key: string; route: string }): Promise<Answered> => ({
      key,
      answers: [await call(route)],
    });

    let answered: Answered[];
    if (config.length === 0) answered = await Promise.all([first!, ...others].map(plain));
    else {
      const begun = await plain(first!);
      const failed = failureOf([begun]);
      if (failed !== undefined) return failed;
      const found = json(begun.answers[0]!.body);
      if (found === undefined) return unreadable(exchange, begun.key);
      const wanted = others.map((other) => ({
        ...other,
        values: other.config === undefined ? undefined : valuesOf(jsonpath(other.config.jsonPath, found.value)),
      }));
      const calls = wanted.reduce((sum, { values }) => sum + (values?.length ?? 1), 0);
      if (calls > maxCalls) return tooMany(exchange, calls);
      const rest = wanted.map(async ({ key, route, config: one, values }): Promise<Answered> => {
        if (one === undefined || values === undefined) return plain({ key, route });
        return {
          key,
          answers: await Promise.all(
            values.map((value) => call(route, { [one.parameter]: encodeURIComponent(value.toWellFormed()) })),
          ),
        };
      });
      answered = [begun, ...(await Promise.all(rest))];
    }
    return (
      failureOf(answered) ?? { status: 200, headers: { 'content-type': 'application/json' }, body: bodyOf(answered) }
    );
  };
}

/** What the gateway or a policy refused is the answer of all; what an upstream says is content. */
function failureOf(answered: readonly Answered[]): PolicyReply | undefined {
  for (const { key, answers } of answered) {
    const failed = answers.find(({ status, isFromUpstream }) => !isFromUpstream && status >= 400);
    if (failed !== undefined) return wholeAnswer(failed, key);
  }
  return undefined;
}

function bodyOf(answered: readonly Answered[]): string {
  const decoder = new TextDecoder();
  const pairs = answered.flatMap(({ key, answers }) => {
    if (answers.length === 0) return [];
    const bodies = answers.map(({ body }) => decoder.decode(body));
    return [`${JSON.stringify(key)}:${bodies.length === 1 ? bodies[0] : `[${bodies.join(',')}]`}`];
  });
  return `{${pairs.join(',')}}`;
}

function valuesOf(found: unknown): readonly string[] {
  const all = Array.isArray(found) ? found : [found];
  const texts = all.flatMap((value) => {
    if (value === null || value === undefined) return [];
    return [typeof value === 'object' ? JSON.stringify(value) : String(value)];
  });
  return [...new Set(texts)];
}

function json(body: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder().decode(body)) };
  } catch {
    return undefined;
  }
}

function unreadable(exchange: Exchange, key: string): PolicyReply {
  return problemReply({
    status: 502,
    code: 'GATEWAY_AGGREGATE_UNREADABLE',
    title: 'Bad gateway',
    detail: `The answer for ${key} is no JSON.`,
    exchange,
  });
}

function tooMany(exchange: Exchange, calls: number): PolicyReply {
  return problemReply({
    status: 502,
    code: 'GATEWAY_AGGREGATE_TOO_LARGE',
    title: 'Bad gateway',
    detail: 'This would take too many requests.',
    exchange,
    because: `${calls} calls would be needed`,
  });
}
