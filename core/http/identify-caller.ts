import { BackplaneError } from '@backplane/sdk';
import type { Request, RequestHandler } from 'express';
import type { Actor } from '../access/actor.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import type { Place, Places } from '../access/place.ts';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import type { Authenticator, Presented } from '../identity/authenticator.ts';
import { type Caller, noteCaller } from './caller.ts';
import { clientAddress } from './client-address.ts';

/** Names the workspace that a request is meant for, by name or id. */
export const WORKSPACE_HEADER = 'x-backplane-workspace';

export interface IdentifyOptions {
  /** Tried in this order. */
  readonly authenticators: readonly Authenticator[];
  readonly places: Places;
  readonly audit: AuditLog;
  readonly trustProxy: boolean;
}

/** Lets a request pass only with somebody whom one of the authenticators knows; handlers find them by `callerOf`. */
export function identifyCaller(options: IdentifyOptions): RequestHandler {
  return async (request, _response, next) => {
    noteCaller(request, await whoAsks(request, options));
    next();
  };
}

async function whoAsks(request: Request, options: IdentifyOptions): Promise<Caller> {
  const { method, headers } = request;
  const { authenticators, trustProxy } = options;
  const presented = { method, headers, address: clientAddress(request, trustProxy) ?? '' };
  for (const authenticator of authenticators) {
    const actor = await proved(authenticator, presented, options);
    if (actor !== undefined)
      return { actor, place: await placeFor(actor, request.get(WORKSPACE_HEADER), presented, options) };
  }
  throw raise.HTTP_UNAUTHENTICATED(undefined);
}

/** A key or session that does not hold leaves a row; who shows nothing at all is noise, and leaves none. */
async function proved(
  authenticator: Authenticator,
  presented: Presented,
  { audit }: IdentifyOptions,
): Promise<Actor | undefined> {
  try {
    return await authenticator.identify(presented);
  } catch (error) {
    const { code, status = 500 } = toErrorRecord(error);
    const { method, address } = presented;
    const id = authenticator.nameOf?.(presented);
    if (status < 500)
      await audit
        .add({
          actor: undefined,
          action: 'request.identify',
          outcome: 'denied',
          resource: { type: authenticator.proof },
          // Not what tells rows apart: whoever invents names of keys does not fill the log.
          details: { method, code, ...(id !== undefined && { key: { id } }) },
          address,
        })
        .catch(() => {});
    throw error;
  }
}

/** Whoever asks for a workspace that is not theirs leaves a row. */
async function placeFor(
  actor: Actor,
  asked: string | undefined,
  { method, address }: Presented,
  { places, audit }: IdentifyOptions,
): Promise<Required<Place>> {
  try {
    return await places.find(actor, asked);
  } catch (error) {
    if (BackplaneError.is(error) && error.code === 'WORKSPACE_NOT_FOUND')
      await audit
        .add({ actor, action: 'workspace.enter', outcome: 'denied', details: { method, asked }, address })
        .catch(() => {});
    throw error;
  }
}
