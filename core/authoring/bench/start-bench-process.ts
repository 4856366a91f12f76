import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HostCode } from '../../plugins/tiers/remote/remote-plugin.ts';
import { endWithHost } from '../../sandbox/pool/end-with-host.ts';

const CHILD = fileURLToPath(new URL('bench-child.ts', import.meta.url));

/**
 * A process for one bench that has loaded everything but the plugin; whoever starts it early has the plugin the sooner. What it finds out about
 * the host's code goes into `hostCode`, for the next one.
 */
export function startBenchProcess(folder: string, hostCode: HostCode = new Map()): ChildProcess {
  const child = fork(CHILD, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    cwd: realpathSync(folder),
    // A plugin sees nothing of the author's environment, as on a host.
    env: {},
    serialization: 'advanced',
  });
  endWithHost(child);
  child.send(hostCode, () => {}); // that it is gone, its end says
  child.on('message', (message) => {
    if (message instanceof Map) for (const [kind, code] of message as HostCode) hostCode.set(kind, code);
  });
  return child;
}
