import type { Request, RequestHandler, Response } from 'express';
import type { Access } from '../access/access.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { callerOf } from './caller.ts';
import { passed } from './passed.ts';
import { type Asked, permit } from './permit.ts';
import type { RouteAccess } from './route.ts';

/** A stream goes on for so long at most after whoever reads it has lost the right to. */
const LOOK_AGAIN_MS = 2_000;

export interface Allowance {
  readonly identify: RequestHandler;
  readonly access: Access;
  readonly wanted: RouteAccess;
  readonly asked: Asked;
}

/**
 * For answers that go on: aborts once the key or session of the request proves nothing any more, or does not give the scope. Costs next to
 * nothing, since both are remembered until they change. Disposing stops looking.
 */
export function whileAllowed(
  request: Request,
  response: Response,
  { identify, access, wanted, asked }: Allowance,
): Disposable & { readonly signal: AbortSignal } {
  const lost = new AbortController();
  const look = async () => {
    try {
      await passed(identify, request, response);
      await permit(access, callerOf(request), wanted, asked);
    } catch (error) {
      // A database that is away says nothing about anybody.
      if ((toErrorRecord(error).status ?? 500) < 500) lost.abort();
    }
  };
  const timer = setInterval(() => void look(), LOOK_AGAIN_MS).unref();
  return { signal: lost.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
