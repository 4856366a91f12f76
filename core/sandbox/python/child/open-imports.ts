/**
 * The functions outside WebAssembly that Python may still call once the interpreter is sealed: clocks, calendars, randomness, the
 * heap, and reading the standard library's archive, which lies in memory. Everything else that Pyodide brought (all of JavaScript,
 * Node's file system, sockets, processes) is shut: see {@link REFUSED} and `import-gate.ts`.
 */
export const OPEN: ReadonlySet<string> = new Set([
  '_PyEM_TrampolineCall_JS',
  '_Py_CheckEmscriptenSignals_Helper',
  '__syscall_faccessat',
  '__syscall_fstat64',
  '__syscall_getcwd',
  '__syscall_getdents64',
  '__syscall_getuid32_js',
  '__syscall_lstat64',
  '__syscall_newfstatat',
  '__syscall_readlinkat',
  '__syscall_stat64',
  '_gmtime_js',
  '_localtime_js',
  '_mktime_js',
  '_timegm_js',
  '_tzset_js',
  'can_run_sync_js',
  'clock_res_get',
  'clock_time_get',
  'emscripten_date_now',
  'emscripten_get_heap_max',
  'emscripten_get_now',
  'fd_close',
  'fd_fdstat_get',
  'fd_pread',
  'fd_read',
  'fd_seek',
  'fd_sync',
  'random_get',
]);

const EPERM = 63;
const ENOTTY = 59;
const EAI_FAIL = -4;

/**
 * What a shut function answers where C expects an error number: Python turns it into an OSError that a script can read. A shut
 * function that is not listed here ends the interpreter, as nothing but an attack calls it.
 */
export const REFUSED: Readonly<Record<string, number | null>> = {
  ...system(-EPERM, [
    ...['accept4', 'bind', 'connect', 'getpeername', 'getsockname', 'getsockopt', 'listen', 'recvfrom', 'recvmsg'],
    ...['sendmsg', 'sendto', 'socket', 'pipe', 'dup', 'dup3', 'fcntl64', 'umask_js'],
    ...['chdir', 'chmod', 'fchdir', 'fchmod', 'fchmodat2', 'fchown32', 'fchownat', 'fadvise64', 'fallocate'],
    ...['fdatasync', 'ftruncate64', 'truncate64', 'mkdirat', 'mknodat', 'renameat', 'rmdir', 'statfs64', 'fstatfs64'],
    ...['symlinkat', 'unlinkat', 'utimensat'],
  ]),
  __syscall_ioctl: -ENOTTY,
  _emscripten_system: -EPERM,
  getaddrinfo: EAI_FAIL,
  getnameinfo: EAI_FAIL,
  getprotobyname: 0,
  _mmap_js: -EPERM,
  _msync_js: -EPERM,
  _munmap_js: -EPERM,
  _setitimer_js: 0,
  _try_fcntl64: 0,
  _try_shutdown: 0,
  _maybe_connect_async: null,
  _maybe_poll_async: null,
  _maybe_recvfrom_async: null,
  _maybe_sendto_async: null,
  fd_pwrite: EPERM,
};

function system(answer: number, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [`__syscall_${name}`, answer]));
}
