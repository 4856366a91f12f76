import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isAlive } from '../../storage/embedded/process-identity.ts';

/** Where a host runs, as far as another one can tell. */
export interface HostIdentity {
  /** Name of the machine. */
  readonly machine: string;
  readonly pid: number;
  /** New with each process, as numbers of processes are used again. */
  readonly process: string;
}

const PROCESS = randomUUID();

export function ownIdentity(): HostIdentity {
  return { machine: hostname(), pid: process.pid, process: PROCESS };
}

/**
 * True when the process is known to have ended, which only a host on the same machine can know. A guess where containers share a
 * name: it decides how soon a host without a lock is given up, never whether it may still write.
 */
export function hasEnded(other: HostIdentity, own: HostIdentity): boolean {
  if (other.machine !== own.machine || other.process === own.process) return false;
  return other.pid === own.pid || !isAlive(other.pid);
}
