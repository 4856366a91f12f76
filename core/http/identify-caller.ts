import type { Request, RequestHandler } from 'express';
import type { Places } from '../access/place.ts';
import { raise } from '../errors/catalogue.ts';
import type { Authenticator } from '../identity/authenticator.ts';
import { type Caller, noteCaller } from './caller.ts';
import { clientAddress } from './client-address.ts';

/** Names the workspace that a request is meant for, by name or id. */
export const WORKSPACE_HEADER = 'x-backplane-workspace';

export interface IdentifyOptions {
  /** Tried in this order. */
  readonly authenticators: readonly Authenticator[];
  readonly places: Places;
  readonly trustProxy: boolean;
}

/** Lets a request pass only with somebody whom one of the authenticators knows; handlers find them by `callerOf`. */
export function identifyCaller(options: IdentifyOptions): RequestHandler {
  return async (request, _response, next) => {
    noteCaller(request, await whoAsks(request, options));
    next();
  };
}

async function whoAsks(request: Request, { authenticators, places, trustProxy }: IdentifyOptions): Promise<Caller> {
  const { method, headers } = request;
  const presented = { method, headers, address: clientAddress(request, trustProxy) ?? '' };
  for (const authenticator of authenticators) {
    const actor = await authenticator.identify(presented);
    if (actor !== undefined) return { actor, place: await places.find(actor, request.get(WORKSPACE_HEADER)) };
  }
  throw raise.HTTP_UNAUTHENTICATED(undefined);
}
