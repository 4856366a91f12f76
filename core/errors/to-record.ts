import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import { raise } from './catalogue.ts';

/** The JSON form of anything that was thrown. What is not ours becomes `INTERNAL`, its text kept but never its stack. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (BackplaneError.is(thrown)) return { code: thrown.code, message: thrown.message, ...thrown.facts };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return raise.INTERNAL({ message }).toJSON();
}
