import { type BackplaneError, type RouteActor, stringifyJson } from '@backplane/sdk';
import { z } from 'zod';
import { raise } from '../../errors/catalogue.ts';
import { plainSchemaMessage } from '../../language/source/plain-schema-message.ts';
import { usedPorts } from '../actions/call-ports.ts';
import { resultData } from '../actions/result-data.ts';
import { issueLine, type StandardSchema, validate } from '../actions/standard-schema.ts';
import { LATE, withinDeadline } from '../lifecycle/within-deadline.ts';
import { thrownText } from '../thrown-text.ts';
import { isWholeError } from '../whole-error.ts';
import type { FoundRoute } from './find-route.ts';
import { replyContent } from './reply-content.ts';

/** A request as structured data: nothing of it belongs to a server, so that it can cross into any tier. */
export interface PlainRequest {
  readonly query: Readonly<Record<string, unknown>>;
  /** Absent when none was sent. */
  readonly body?: unknown;
  /** The body as it comes, for a route that reads it so. */
  readonly content?: AsyncIterable<Uint8Array>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly actor: RouteActor;
  readonly signal: AbortSignal;
}

export interface PlainReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** In place of `body`. Throws coded errors only; the plugin works on it until it is read to its end or left. */
  readonly content?: AsyncIterable<Uint8Array>;
}

/** Characters or bytes of one answer. */
const MAX_REPLY = 10 * 1024 * 1024;

/** Credentials are the host's business; and who sends them must not depend on what the plugin does with them. */
const WITHHELD = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** What would speak for the host instead of for the answer. */
const RESERVED =
  /^(?:set-cookie2?|connection|keep-alive|transfer-encoding|content-length|upgrade|trailer|te|date|server|clear-site-data|refresh|service-worker-allowed|x-correlation-id|strict-transport-security|www-authenticate|content-security-policy.*|x-frame-options|x-content-type-options|access-control-allow-credentials)$/;

const replyShape = z.strictObject({
  status: z.int().min(200).max(599).optional(),
  headers: z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/))
    .optional(),
  body: z.unknown().optional(),
  content: z.custom<AsyncIterable<unknown>>(isAsyncIterable, 'expected an AsyncIterable of bytes').optional(),
});

function isAsyncIterable(value: unknown): boolean {
  return typeof (value as Partial<AsyncIterable<unknown>> | undefined)?.[Symbol.asyncIterator] === 'function';
}

/** Validates, calls the handler in its plugin, and checks what comes back. Throws coded errors only. */
export async function serveRoute(
  { owner, contribution: route, params }: FoundRoute,
  request: PlainRequest,
): Promise<PlainReply> {
  const about = { plugin: owner.id, route: `${route.method} ${route.path}` };
  const over = new AbortController();
  const signal = AbortSignal.any([request.signal, owner.signal, over.signal]);
  const late = () => raise.PLUGIN_ROUTE_TIMEOUT({ ...about, limitMs: route.timeoutMs });
  const failed = (thrown: unknown) =>
    isWholeError(thrown)
      ? thrown
      : raise.PLUGIN_ROUTE_THREW({ ...about, problem: thrownText(thrown) }, { cause: thrown });
  try {
    const ended = await withinDeadline(call(), route.timeoutMs, request.signal);
    if (ended === LATE) throw late();
    if (ended.content === undefined) over.abort();
    return ended;
  } catch (thrown) {
    over.abort();
    throw failed(thrown);
  }

  async function call(): Promise<PlainReply> {
    const problems: string[] = [];
    const query = await checked(route.query, request.query, 'query', problems);
    const body = await checked(route.body, request.body, 'body', problems);
    if (problems.length > 0) throw raise.HTTP_INVALID_REQUEST({ problems });
    const caller = {
      plugin: owner.id,
      action: about.route,
      workspace: request.actor.workspace,
      environment: 'default',
      signal,
    };
    const reply = await route.handle({
      params,
      query,
      body,
      content: request.content ?? nothing(),
      headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !WITHHELD.has(name))),
      actor: request.actor,
      log: owner.log,
      signal,
      ...usedPorts({ name: about.route, uses: route.uses }, owner.ports, caller),
    });
    const { content, ...read } = await readReply(reply, route.reply, (problem) =>
      raise.PLUGIN_ROUTE_REPLY({ ...about, problem }),
    );
    if (content === undefined) return read;
    const broken = (thrown: unknown) => {
      const error = failed(thrown);
      if (!request.signal.aborted)
        owner.log.warn('the answer of a route broke off', {
          route: about.route,
          code: error.code,
          problem: error.message,
        });
      return error;
    };
    const options = { limitMs: route.timeoutMs, signal, late, failed: broken, over: () => over.abort() };
    return { ...read, content: replyContent(content, options) };
  }
}

async function* nothing(): AsyncGenerator<never> {}

async function checked(
  schema: StandardSchema | undefined,
  value: unknown,
  where: string,
  problems: string[],
): Promise<unknown> {
  if (schema === undefined) return value;
  const outcome = await validate(schema, value);
  if (outcome.ok) return outcome.value;
  problems.push(...outcome.issues.map(({ path, message }) => issueLine({ path: [where, ...path], message })));
  return undefined;
}

async function readReply(
  given: unknown,
  schema: StandardSchema | undefined,
  invalid: (problem: string) => BackplaneError,
): Promise<Omit<PlainReply, 'content'> & { readonly content?: AsyncIterable<unknown> }> {
  const parsed = replyShape.safeParse(given ?? {});
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw invalid(`${path.map(String).join('.') || 'the reply'}: ${plainSchemaMessage(message)}`);
  }
  const { headers: written = {}, body: raw } = parsed.data;
  const headers = Object.fromEntries(
    Object.entries(written)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !RESERVED.test(name)),
  );
  const { content } = parsed.data;
  if (content !== undefined) {
    if (raw !== undefined) throw invalid('it has both `body` and `content`');
    headers['content-type'] ??= 'application/octet-stream';
    return { status: parsed.data.status ?? 200, headers, body: undefined, content };
  }
  // Other answers than the good ones have a shape of their own.
  const promised = (parsed.data.status ?? 200) < 300 ? schema : undefined;
  const body = encode(await asPromised(raw, promised, invalid), headers, invalid);
  if (body !== undefined && body.length > MAX_REPLY) throw invalid(`its body is larger than ${MAX_REPLY} bytes`);
  return { status: parsed.data.status ?? (body === undefined ? 204 : 200), headers, body };
}

async function asPromised(
  body: unknown,
  schema: StandardSchema | undefined,
  invalid: (problem: string) => BackplaneError,
): Promise<unknown> {
  if (schema === undefined || body === undefined) return body;
  const outcome = await validate(schema, body);
  if (!outcome.ok)
    throw invalid(outcome.issues.map((issue) => issueLine({ ...issue, path: ['body', ...issue.path] })).join('; '));
  return outcome.value;
}

/** Text and bytes go as they are under a content type of their own; everything else is JSON. */
function encode(
  body: unknown,
  headers: Record<string, string>,
  invalid: (problem: string) => BackplaneError,
): string | Uint8Array | undefined {
  if (body === undefined) return undefined;
  const type = headers['content-type'];
  if (body instanceof Uint8Array) {
    headers['content-type'] ??= 'application/octet-stream';
    return body;
  }
  if (typeof body === 'string' && type !== undefined && !/[/+]json\b/.test(type)) return body;
  headers['content-type'] ??= 'application/json; charset=utf-8';
  try {
    return stringifyJson(resultData(body));
  } catch (thrown) {
    throw invalid(thrownText(thrown));
  }
}
