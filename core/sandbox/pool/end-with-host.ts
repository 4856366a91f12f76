import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads `+ pid` and `- pid`, and once its host has closed the pipe, however that ended, ends every process that is left. Whoever is told to
 * stop together with the host, as by Ctrl-C, must not be this one. Builtins of any POSIX shell, so that it takes a megabyte and no time.
 */
const REAPER = `trap '' HUP INT TERM
left=' '
while read -r sign pid; do
  case $sign in
    +) left="$left$pid " ;;
    -) before=$left left=' '; for one in $before; do [ "$one" = "$pid" ] || left="$left$one "; done ;;
  esac
done
for one in $left; do kill -9 "$one"; done`;

const alive = new Set<ChildProcess>();
let reaper: ChildProcess | undefined;
/** There is no shell here: nobody tries again. */
let isMissing = false;

process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/**
 * Ends the process when the host ends, even if the host has no time to do it (`kill -9`) and the process is in a loop that notices nothing.
 * To be called in the turn in which it was started, before it is given any work. On Windows, Node sees to that itself.
 */
export function endWithHost(child: ChildProcess): void {
  if (child.pid === undefined) return;
  alive.add(child);
  child.once('exit', () => {
    alive.delete(child);
    tell('-', child);
  });
  if (reaper === undefined) startReaper();
  else tell('+', child);
}

function tell(sign: '+' | '-', { pid }: ChildProcess): void {
  reaper?.stdin?.write(`${sign} ${pid}\n`);
}

function startReaper(): void {
  if (isMissing || process.platform === 'win32') return;
  const started = spawn('/bin/sh', ['-c', REAPER], {
    // In a session of its own: a signal to the host's group does not reach it.
    detached: true,
    env: {},
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper = started;
  started.unref();
  const pipe = started.stdin as Socket;
  pipe.unref();
  pipe.on('error', () => {}); // it is gone; its end says so
  const ended = (wasKilled: boolean) => {
    reaper = undefined;
    isMissing = !wasKilled;
    if (alive.size > 0) startReaper();
  };
  started.once('error', () => ended(false));
  started.once('exit', (_, signal) => ended(signal !== null));
  for (const child of alive) tell('+', child);
}
