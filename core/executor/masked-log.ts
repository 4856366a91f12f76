import type { Log } from '@backplane/sdk';
import type { SecretMask } from './secret-mask.ts';

/** A log that hides secrets and names the run and the step on every line. */
export function maskedLog(log: Log, mask: SecretMask, names: Readonly<Record<string, string>>): Log {
  const line = (level: keyof Log) => (message: string, fields?: object) =>
    log[level](mask.text(String(message)), { ...(mask.loggable(fields ?? {}) as object), ...names });
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
