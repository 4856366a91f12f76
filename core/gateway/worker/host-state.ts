import type { SharedState } from '@backplane/sdk';
import type { Peer } from './peer.ts';
import type { HostMethods } from './worker-contract.ts';

/** Shared state that lies with the host, for several workers without a Redis. */
export function hostState({ remote }: Peer<HostMethods>): SharedState {
  return {
    get: (key) => remote.stateGet(key),
    set: (key, value, { ttlMs }) => remote.stateSet(key, value, ttlMs),
    add: (key, amount, { ttlMs }) => remote.stateAdd(key, amount, ttlMs),
    swap: (key, expected, next, { ttlMs }) => remote.stateSwap(key, expected, next, ttlMs),
  };
}
