import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Place } from '../access/place.ts';
import type { Scope } from '../access/scope.ts';
import type { Caller } from './caller.ts';

/** What a handler gets: everything validated. */
export interface RouteCall<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly request: Request;
  readonly response: Response;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** What a handler answers. `undefined` means that it wrote the response itself (a stream). */
export type Answer =
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | undefined;

/**
 * Who may call an address. `self`: whoever has signed in, about themselves. A scope is asked for in the workspace of the request
 * unless `in` says otherwise; both may depend on what is asked for.
 */
export type RouteAccess<P = any, Q = any, B = any> =
  | 'self'
  | {
      readonly scope: Scope | ((asked: { readonly params: P; readonly query: Q; readonly body: B }) => Scope);
      readonly in?:
        | 'workspace'
        | 'organization'
        | 'host'
        | ((
            asked: { readonly params: P; readonly query: Q; readonly body: B },
            caller: Caller,
          ) => Place | Promise<Place>);
    };

/** What the OpenAPI document says of an address. */
export interface RouteDescription<P = any, Q = any, B = any> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api`, Express style: `/workflows/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** `input`: besides JSON, any text or form is taken as it is. `any`: files, lines and bytes too. */
  readonly bodyKind?: 'json' | 'input' | 'any';
  /** `open`: proves itself in another way, or needs no proof. */
  readonly access: 'open' | RouteAccess<P, Q, B>;
  /** What the audit log calls it, where method and path would say it wrongly: `group.join`. */
  readonly audit?: string;
  readonly answers: Readonly<
    Record<number, { readonly description: string; readonly schema?: z.ZodType; readonly mediaType?: string }>
  >;
}

export interface Route<P = any, Q = any, B = any> extends RouteDescription<P, Q, B> {
  readonly access: RouteAccess<P, Q, B>;
  handle(call: RouteCall<P, Q, B>): Promise<Answer>;
}

/** Declares a route. The same schemas validate requests and make the OpenAPI document. */
export function defineRoute<P, Q, B>(route: Route<P, Q, B>): Route<P, Q, B> {
  return route;
}
