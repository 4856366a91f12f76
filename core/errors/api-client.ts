import type { ErrorCatalogue } from '@backplane/sdk';

/** The command line as a client of a running host. */
export const apiClientErrors = {
  API_UNREACHABLE: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: (d: { url: string; cause: string }) => `No host answers at ${d.url}: ${d.cause}.`,
    remedy: 'Start it with `backplane start`, or name another one with --url or BACKPLANE_URL.',
  },
  API_KEY_MISSING: {
    status: 401,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { url: string }) => `There is no key for the host at ${d.url}.`,
    remedy:
      'Pass --key or set BACKPLANE_KEY. For a host on this machine the key is read from `admin.key` in its data folder, which --data names.',
  },
  API_ANSWER_INVALID: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { url: string; problem: string }) => `What answers at ${d.url} is not a Backplane host: ${d.problem}.`,
    remedy: 'Check --url and BACKPLANE_URL, and proxies on the way.',
  },
} as const satisfies ErrorCatalogue;
