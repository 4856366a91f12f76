import { actorName } from '../access/actor.ts';
import type { Caller } from './caller.ts';

/** Whom a record names for what a request does. Only the holder of the admin key speaks for somebody else. */
export function doerOf({ actor }: Caller, stated: string): string {
  return actor.kind === 'host' ? stated : actorName(actor);
}
