import type { Log } from '@backplane/sdk';

/** A log whose every line carries more fields. */
export function withField(log: Log, extra: object): Log {
  return {
    debug: (message, fields) => log.debug(message, { ...fields, ...extra }),
    info: (message, fields) => log.info(message, { ...fields, ...extra }),
    warn: (message, fields) => log.warn(message, { ...fields, ...extra }),
    error: (message, fields) => log.error(message, { ...fields, ...extra }),
  };
}
