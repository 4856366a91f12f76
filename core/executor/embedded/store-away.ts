import { BackplaneError } from '@backplane/sdk';

/** True when a store does not answer at the moment: what was asked of it may be asked again. */
export function isStoreAway(error: unknown): boolean {
  return BackplaneError.is(error) && /^STORAGE_(BLOBS_)?UNAVAILABLE$/.test(error.code);
}
