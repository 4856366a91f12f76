import { BackplaneError, type ErrorRecord } from '@backplane/sdk';

/** The JSON form of anything that was thrown. What is not ours becomes `INTERNAL`, its text kept but never its stack. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (BackplaneError.is(thrown)) return { code: thrown.code, message: thrown.message, ...thrown.facts };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'INTERNAL', message, status: 500, blame: 'host', retry: 'later', remedy: 'Report this with the correlation id of the log line.' };
}
