// Plain JavaScript for the machine's own Node (20 or newer): finds the pinned Node 26 and installs what is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const pinned = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const npm = windows ? 'npm.cmd' : 'npm';

/** Installs what is missing, then runs this file of the checkout with these arguments: here, or under the pinned Node if this one is too old. */
export async function runScript(file, args) {
  endWithNpm();
  ensureInstalled();
  if (Number(process.versions.node.split('.')[0]) < 26) return startAgainUnderPinned();
  // Compiled code is kept beside the dependencies it belongs to; a folder that cannot be written only costs the speed-up.
  // Switched on before the first TypeScript is read, so that a warm start need not even load the compiler.
  nodeModule.enableCompileCache(join(root, 'node_modules', '.cache', 'backplane'));
  const path = join(root, file);
  process.argv.splice(1, process.argv.length, path, ...args);
  await import(pathToFileURL(path).href);
}

/** npm hands SIGTERM to the shell between it and us, which ends without a word: that it is gone is then our signal. */
function endWithNpm() {
  if (!['start', 'npx'].includes(process.env.npm_lifecycle_event)) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  watch.unref();
}

/** True when `node_modules` is missing or older than the lock file, judged by the receipt npm itself leaves there. */
function installIsStale() {
  const receipt = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (!existsSync(receipt) || !existsSync(pinned)) return true;
  return existsSync(lock) && statSync(lock).mtimeMs > statSync(receipt).mtimeMs;
}

/** Installs the locked dependencies when needed. npm's own output goes to stderr, so that `--json` output stays clean. */
function ensureInstalled() {
  if (!installIsStale()) return;
  process.stderr.write('backplane: installing dependencies (npm ci) …\n');
  const result = spawnSync(npm, ['ci', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (result.status !== 0) {
    process.stderr.write('backplane: npm ci failed; see its message above. Nothing was started.\n');
    process.exit(result.status ?? 1);
  }
}

/** The same command under the pinned Node; ends as it ended. Signals reach the child, which shuts down in its own time. */
function startAgainUnderPinned() {
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit', env: process.env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`backplane: cannot run the pinned Node at ${pinned}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal) endBySignal(signal);
    else process.exit(code ?? 1);
  });
}

/** Ends this process the way its child ended, so that shells see the signal. */
function endBySignal(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
