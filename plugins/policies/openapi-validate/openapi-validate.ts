import { type BodyNeeds, defineGatewayPolicy, type Exchange, type PolicyReply, problemReply } from '@backplane/sdk';
import { openDocument } from './open-document.ts';
import { type Operation, openOperations, withPlainLetters } from './operations.ts';
import type { ParameterSource } from './parameter.ts';
import { readDocument } from './read-document.ts';
import { settings } from './settings.ts';

interface Wrong {
  readonly in: string;
  readonly place: string;
  readonly problem: string;
}

export const openapiValidate = defineGatewayPolicy({
  name: 'openapi-validate',
  title: 'OpenAPI validation',
  summary: 'Refuses requests that an OpenAPI document does not allow.',
  config: settings,
  phases: ['rewrite', 'responseHeaders'],
  onFailure: 'closed',
  protocols: ['http'],
  uses: ['http'],
  async create({ config, http }) {
    const { unknown, unknownQuery, response: ofResponse, maxBytes } = config;
    const document = openDocument(await readDocument(config, http));
    const items = openOperations(document);
    const base = (config.basePath ?? serverPath(document.root.value['servers'])).replace(/\/$/, '');
    const buffer = { maxBytes, onOverflow: ofResponse === 'log' ? 'skip' : 'refuse' } as const;

    const operationOf = (path: string) => {
      if (!path.startsWith(base)) return undefined;
      const rest = path.slice(base.length) || '/';
      for (const item of items) {
        const params = item.match(rest);
        if (params !== undefined) return { item, params };
      }
      return undefined;
    };

    return {
      body: {
        request: { buffer: { maxBytes, onOverflow: 'refuse' } },
        response: ofResponse === 'off' ? 'none' : { buffer },
      } satisfies BodyNeeds,
      rewrite(exchange) {
        const { upstream } = exchange;
        const [path = '', search = ''] = split(upstream.path);
        const found = operationOf(withPlainLetters(path));
        if (found === undefined) return unknown === 'allow' ? undefined : unknownPath(exchange);
        const { methods } = found.item;
        // As routes have it: GET is also HEAD.
        const operation = methods.get(upstream.method) ?? (upstream.method === 'HEAD' ? methods.get('GET') : undefined);
        if (operation === undefined)
          return unknown === 'allow' ? undefined : unknownMethod(exchange, [...methods.keys()]);
        exchange.own = operation;
        if (ofResponse !== 'off') upstream.headers.set('accept-encoding', 'identity');
        const query = new URLSearchParams(search);
        const wrong = wrongParameters(operation, sourceOf(exchange, found.params, query));
        if (unknownQuery === 'refuse') wrong.push(...strangers(operation, query));
        if (wrong.length > 0) return invalid(exchange, wrong);
        return wrongBody(exchange, operation, upstream.body ?? exchange.request.body);
      },
      responseHeaders(exchange) {
        const { own, response } = exchange;
        if (own === undefined || ofResponse === 'off' || response.source === 'policy' || response.source === 'gateway')
          return undefined;
        // Of HTTP, not of the operation: the caller has the answer already.
        if (response.status === 304) return undefined;
        const problem = wrongAnswer(own as Operation, response);
        if (problem === undefined) return undefined;
        exchange.log.warn('an answer is not what its OpenAPI document says', { route: exchange.route.id, problem });
        if (ofResponse === 'log') return undefined;
        return problemReply({
          status: 502,
          code: 'GATEWAY_ANSWER_INVALID',
          title: 'Bad gateway',
          detail: 'The answer of the upstream is not what it promises.',
          exchange,
          because: problem,
        });
      },
    };
  },
});

function wrongParameters({ parameters }: Operation, source: ParameterSource): Wrong[] {
  return parameters.flatMap((parameter) => parameter.check(source) ?? []);
}

function strangers({ parameters }: Operation, query: URLSearchParams): Wrong[] {
  const ofQuery = parameters.filter((parameter) => parameter.in === 'query');
  return [...new Set(query.keys())]
    .filter((name) => !ofQuery.some(({ owns }) => owns(name)))
    .map((name) => ({ in: 'query', place: name, problem: 'is not known' }));
}

function wrongBody(exchange: Exchange, { body }: Operation, bytes: Uint8Array | undefined): PolicyReply | undefined {
  const { headers } = exchange.request;
  if (bytes === undefined || bytes.byteLength === 0)
    return body?.isRequired ? invalid(exchange, [{ in: 'body', place: '', problem: 'is missing' }]) : undefined;
  if (body === undefined) return invalid(exchange, [{ in: 'body', place: '', problem: 'is not expected' }]);
  const coding = headers.get('content-encoding');
  if (coding !== undefined && coding !== 'identity') return wrongType(exchange, 'The body must not be compressed.');
  const wrong = body.check(headers.get('content-type'), bytes);
  if (wrong === undefined) return undefined;
  if (wrong.kind === 'type') return wrongType(exchange, `The type of the body ${wrong.problem}.`);
  return invalid(exchange, [{ in: 'body', place: wrong.place, problem: wrong.problem }]);
}

function wrongAnswer(
  { answers }: Operation,
  { status, headers, body }: { status: number; headers: { get(name: string): string | undefined }; body?: Uint8Array },
): string | undefined {
  const check = answers.get(String(status)) ?? answers.get(`${Math.floor(status / 100)}XX`) ?? answers.get('DEFAULT');
  if (check === undefined) return answers.size === 0 ? undefined : `the document has no answer ${status}`;
  if (body === undefined || body.byteLength === 0) return undefined;
  const wrong = check(headers.get('content-type'), body);
  return wrong && `${wrong.kind === 'type' ? 'its type' : wrong.place || 'its body'} ${wrong.problem}`;
}

function sourceOf(
  { request }: Exchange,
  path: Readonly<Record<string, string>>,
  query: URLSearchParams,
): ParameterSource {
  return {
    path,
    query,
    header: (name) => {
      const values = request.headers.all(name);
      return values.length === 0 ? undefined : values.join(',');
    },
    cookie: (name) => request.cookie(name),
  };
}

/** Of `https://api.example.com/v1` the `/v1`. */
function serverPath(servers: unknown): string {
  const url: unknown = Array.isArray(servers) ? servers[0]?.url : undefined;
  if (typeof url !== 'string' || url.includes('{')) return '';
  const { pathname } = new URL(url, 'http://server');
  return pathname === '/' ? '' : pathname;
}

function split(path: string): [path: string, query?: string] {
  const at = path.indexOf('?');
  return at === -1 ? [path] : [path.slice(0, at), path.slice(at + 1)];
}

function invalid(exchange: Exchange, errors: readonly Wrong[]): PolicyReply {
  const { in: where, place, problem } = errors[0]!;
  return problemReply({
    status: 400,
    code: 'GATEWAY_REQUEST_INVALID',
    title: 'The request is not valid',
    detail: `${where}${place === '' ? '' : ` ${place}`} ${problem}.`,
    exchange,
    extensions: { errors: errors.slice(0, 20) },
    because: `${where} ${place} ${problem}`,
  });
}

function wrongType(exchange: Exchange, detail: string): PolicyReply {
  return problemReply({
    status: 415,
    code: 'GATEWAY_TYPE_UNSUPPORTED',
    title: 'Unsupported media type',
    detail,
    exchange,
  });
}

function unknownPath(exchange: Exchange): PolicyReply {
  return problemReply({
    status: 404,
    code: 'GATEWAY_OPERATION_UNKNOWN',
    title: 'Not found',
    detail: 'There is no such operation.',
    exchange,
  });
}

function unknownMethod(exchange: Exchange, allowed: readonly string[]): PolicyReply {
  return problemReply({
    status: 405,
    code: 'GATEWAY_OPERATION_UNKNOWN',
    title: 'Method not allowed',
    detail: `There are ${allowed.join(', ')}.`,
    exchange,
    headers: { allow: allowed.join(', ') },
  });
}
