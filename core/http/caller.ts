import type { Request } from 'express';
import type { Actor } from '../access/actor.ts';
import type { Place } from '../access/place.ts';

/** Who sends a request, and where it is meant to do something. */
export interface Caller {
  readonly actor: Actor;
  readonly place: Required<Place>;
}

const callers = new WeakMap<Request, Caller>();

export function noteCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

/** Of a request that has come past {@link identifyCaller}. */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error(`${request.path} is answered without anybody having looked at who asks.`);
  return caller;
}
