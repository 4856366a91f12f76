import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { endWithHost } from '../../sandbox/pool/end-with-host.ts';
import type { LogLevel } from '../../telemetry/logger.ts';
import { openPeer, type Peer } from './peer.ts';
import type { HostMethods, WorkerMethods } from './worker-contract.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** A process with a worker of the gateway in it. */
export interface WorkerProcess {
  readonly pid: number;
  readonly remote: Peer<WorkerMethods>['remote'];
  /** Settles when it has ended, with how. */
  readonly ended: Promise<string>;
  readonly hasEnded: boolean;
  kill(): void;
}

type HostSide = Parameters<typeof openPeer<HostMethods, WorkerMethods>>[1];

/**
 * Starts a process. Node's cluster lends all of them the same listening socket, so that each takes connections by itself and none is
 * lost when one of them ends.
 */
export function startWorkerProcess(host: HostSide, logLevel: LogLevel): WorkerProcess {
  // Workers take connections from the socket themselves; round robin would send each one through this process.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ exec: MAIN, args: [logLevel], serialization: 'advanced', silent: false });
  const worker: Worker = cluster.fork();
  const child = worker.process;
  endWithHost(child);
  const ended = Promise.withResolvers<string>();
  const peer = openPeer<HostMethods, WorkerMethods>(
    {
      // One that is gone is noticed by its end.
      send: (message) => void (child.connected && child.send(message as object, () => undefined)),
      onMessage: (listener) => void child.on('message', listener),
    },
    host,
  );
  let hasEnded = false;
  const end = (how: string) => {
    hasEnded = true;
    peer.close(new Error(`the worker of the gateway ended ${how}`));
    ended.resolve(how);
  };
  child.once('exit', (code, signal) => end(signal === null ? `with code ${code}` : `by ${signal}`));
  child.once('error', ({ message }) => end(`since ${message}`));
  return {
    pid: child.pid ?? 0,
    remote: peer.remote,
    ended: ended.promise,
    get hasEnded() {
      return hasEnded;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
