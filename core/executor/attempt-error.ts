import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { cleanResult } from './clean-result.ts';
import type { SecretMask } from './secret-mask.ts';

/** The record of whatever an action threw, secrets hidden. What is no coded error is the action's fault, not the host's. */
export function attemptError(action: string, thrown: unknown, mask: SecretMask): ErrorRecord {
  try {
    if (BackplaneError.is(thrown)) return maskRecord(action, toErrorRecord(thrown), mask);
    return maskRecord(action, raise.ACTION_FAILED({ action, problem: messageOf(thrown) }).toJSON(), mask);
  } catch {
    // Objects whose very properties throw when looked at.
    return raise.ACTION_FAILED({ action, problem: 'it threw something that cannot be shown' }).toJSON();
  }
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message;
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  return thrown === undefined ? 'it threw nothing' : String(thrown);
}

function maskRecord(action: string, { details, ...record }: ErrorRecord, mask: SecretMask): ErrorRecord {
  return {
    ...record,
    message: mask.text(String(record.message)),
    ...(record.remedy !== undefined && { remedy: mask.text(String(record.remedy)) }),
    ...(details !== undefined && { details: cleanDetails(action, details, mask) }),
  };
}

function cleanDetails(action: string, details: unknown, mask: SecretMask): Readonly<Record<string, unknown>> {
  try {
    return cleanResult(action, details, mask) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    return { omitted: toErrorRecord(cause).message };
  }
}
