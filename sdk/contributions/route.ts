import type { Log } from '../log.ts';
import type { ContextPort, Ports } from '../ports/ports.ts';
import type { AnySchema, InputOf, OutputOf } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { ByteStream, Described } from './context.ts';

/** Who may call it: holders of a scope of the plugin's own, or everybody, and then why. */
export type RouteAccess = { readonly scope: string } | { readonly public: true; readonly why: string };

/** The names between braces in a path. */
export type PathParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;

/** Who calls a route. */
export interface RouteActor {
  readonly id: string;
  readonly kind: 'user' | 'service' | 'api-key' | 'anonymous';
  /** Id of the workspace that the call is meant for. */
  readonly workspace: string;
  /** Of the scopes that the plugin's routes ask for, those that the caller has there; `*` for the host itself. */
  readonly scopes: readonly string[];
}

export type RouteCall<P extends string, Q extends AnySchema, B extends AnySchema, U extends ContextPort> = {
  readonly params: Readonly<Record<PathParameters<P>, string>>;
  readonly query: OutputOf<Q>;
  readonly body: OutputOf<B>;
  /** With `bodyAs: 'stream'` the bytes of the body as they come; else it ends at once. */
  readonly content: ByteStream;
  /** Lower-case names. Without cookies and credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly actor: RouteActor;
  readonly log: Log;
  /** Aborts when the caller has gone, or after `timeoutMs`. */
  readonly signal: AbortSignal;
} & Pick<Ports, U>;

export interface RouteReply<R> {
  /** Default 200, or 204 without a body. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or text and bytes under a `content-type` header. */
  readonly body?: R;
  /** In place of `body`: bytes that are sent as they come, of whatever size. A piece may take as long as `timeoutMs` says. */
  readonly content?: ByteStream;
}

export interface RouteSpec<
  P extends string,
  Q extends AnySchema,
  B extends AnySchema,
  R extends AnySchema,
  U extends ContextPort,
> extends Described {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/plugins/<id>`: `/tickets/{ticket}`. */
  readonly path: P;
  readonly access: RouteAccess;
  readonly query?: Q;
  readonly body?: B;
  /** `stream`: there is no `body` then; the handler reads `content`. Default `value`. */
  readonly bodyAs?: 'value' | 'stream';
  /** Of the answer's body; checked, and shown in the OpenAPI document. */
  readonly reply?: R;
  readonly uses?: readonly U[];
  /** Default 30,000. */
  readonly timeoutMs?: number;
  /** Larger bodies are refused; default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Coded errors become problem documents with their status. */
  handle(call: RouteCall<P, Q, B, U>): Promise<RouteReply<InputOf<R>>> | RouteReply<InputOf<R>>;
}

export type Route = RouteSpec<any, any, any, any, any> & Tagged<'route'>;

/** Declares an HTTP route of the plugin's own. Needs the capability `routes`. */
export function defineRoute<
  const P extends string,
  Q extends AnySchema = AnySchema,
  B extends AnySchema = AnySchema,
  R extends AnySchema = AnySchema,
  const U extends ContextPort = never,
>(spec: RouteSpec<P, Q, B, R, U>): RouteSpec<P, Q, B, R, U> & Tagged<'route'> {
  return tag('route', spec);
}
