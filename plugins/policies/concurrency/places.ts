import type { Ready } from '@backplane/sdk';

/** Gives a place back; more than once does nothing. */
export type Leave = () => void;

/** Places for requests that are under way, so many a key. */
export interface Places {
  /** Undefined: there is none, nor will there be one in time. */
  enter(key: string, signal: AbortSignal): Ready<Leave | undefined>;
}
