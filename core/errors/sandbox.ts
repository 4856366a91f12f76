import type { ErrorCatalogue } from '@backplane/sdk';

export const sandboxErrors = {
  SANDBOX_BUSY: {
    status: 429,
    blame: 'host',
    retry: 'later',
    message: (d: { waiting: number }) =>
      `${d.waiting} scripts are waiting for the sandbox already; this one was not accepted.`,
    remedy: 'Try again shortly; if it stays so, raise the number of sandbox processes or start fewer scripts at once.',
  },
  SANDBOX_CANCELLED: {
    status: 499,
    blame: 'input',
    retry: 'never',
    message: () => 'The script was cancelled by its caller.',
    remedy: 'Nothing to correct: whoever started the script asked for it to stop.',
  },
  SANDBOX_CRASHED: {
    status: 500,
    blame: 'host',
    retry: 'later',
    message: (d: { how: string }) =>
      `The process that ran the script died (${d.how}). The host and other scripts are not affected.`,
    remedy: 'Try again. If the same script does it every time, it most likely asks for far more memory than its limit.',
  },
  SANDBOX_INPUT: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string }) => `The script cannot be given to the sandbox: ${d.what}.`,
    remedy:
      'Pass the script as text and inputs as JSON data: no functions, no cycles, within the sizes of docs/reference/sandbox.md.',
  },
  SANDBOX_LIMIT: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limit: string; value: unknown; least: number; most: number }) =>
      `The limit ${d.limit} is ${String(d.value)}; it must be a number from ${d.least} to ${d.most}.`,
    remedy: 'Correct the limit; docs/reference/sandbox.md lists all of them with their defaults.',
  },
  SANDBOX_MEMORY: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limitMb: number }) => `The script used more memory than its limit of ${d.limitMb} MB.`,
    remedy: 'Hold less data at a time, or raise `limits.memoryMb` for this script.',
  },
  SANDBOX_OUTPUT: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { bytes: number; limitBytes: number }) =>
      `The script's result is ${d.bytes} bytes of JSON; the limit is ${d.limitBytes}.`,
    remedy: 'Return less, or raise `limits.outputBytes` for this script.',
  },
  SANDBOX_PYTHON_MODULE: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { name: string; at: string | undefined }) =>
      `The script${d.at === undefined ? '' : ` (${d.at})`} imports ${d.name}, which the sandbox does not have.`,
    remedy:
      "Use Python's standard library: packages cannot be installed, as the sandbox has no network. docs/reference/sandbox.md lists what is left out.",
  },
  SANDBOX_RESULT: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { what: string }) => `The script's result is not JSON: ${d.what}.`,
    remedy:
      'Return null, booleans, numbers, strings, arrays and plain objects; convert anything else first, for example with String(value).',
  },
  SANDBOX_SCRIPT_ENTRY: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { functions: readonly string[] }) =>
      d.functions.length === 0
        ? 'The script defines no function, so there is nothing to call.'
        : `The script defines several functions (${d.functions.join(', ')}) and none is named main, so it is not clear which to call.`,
    remedy: 'Name the function that should be called `main` (in JavaScript, a default export does as well).',
  },
  SANDBOX_SCRIPT_ERROR: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { message: string; at: string | undefined }) =>
      d.at === undefined ? `The script failed: ${d.message}` : `The script failed at ${d.at}: ${d.message}`,
    remedy: 'Correct the script at the line named, or the inputs that it was given.',
  },
  SANDBOX_SCRIPT_IMPORT: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { at: string | undefined }) =>
      `Scripts cannot load modules${d.at === undefined ? '' : ` (import at ${d.at})`}: the sandbox has no files and no network.`,
    remedy: 'Write what is needed in the script itself; docs/reference/sandbox.md lists what is built in.',
  },
  SANDBOX_SCRIPT_STALLED: {
    status: 422,
    blame: 'input',
    retry: 'after-fix',
    message: () => 'The script waits for a promise that nothing will ever settle.',
    remedy: 'Look for a promise whose resolve is never called: no timer and no other work of the script was left.',
  },
  SANDBOX_SCRIPT_SYNTAX: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { message: string; at: string | undefined }) =>
      d.at === undefined
        ? `The script cannot be parsed: ${d.message}`
        : `The script cannot be parsed at ${d.at}: ${d.message}`,
    remedy:
      'Correct the syntax at the place named. Of TypeScript only what can be erased is accepted: no enums, namespaces or parameter properties.',
  },
  SANDBOX_STOPPED: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: () => 'The sandbox has been stopped, as the host is shutting down.',
    remedy: 'Start the script again when the host is back.',
  },
  SANDBOX_TIMEOUT_CPU: {
    status: 504,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limitMs: number }) => `The script used more than ${d.limitMs} ms of processor time.`,
    remedy: 'Do less per call, or raise `limits.cpuMs` for this script.',
  },
  SANDBOX_TIMEOUT_WALL: {
    status: 504,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { limitMs: number }) => `The script ran longer than ${d.limitMs} ms.`,
    remedy: 'Do less per call, or raise `limits.wallMs` (`timeout_seconds`) for this script.',
  },
  SANDBOX_UNAVAILABLE: {
    status: 503,
    blame: 'host',
    retry: 'after-fix',
    message: (d: { reason: string }) => `Scripts cannot run on this host: ${d.reason}.`,
    remedy: 'Install the dependencies again under the pinned Node (npm ci). Scripts never run without the sandbox.',
  },
} as const satisfies ErrorCatalogue;
