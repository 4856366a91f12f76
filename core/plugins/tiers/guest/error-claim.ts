import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import { thrownStack, thrownText } from '../../thrown-text.ts';
import type { ErrorClaim } from '../wire.ts';

const MOST_TEXT = 4000;

/** What was thrown, as data. Never throws: getters and proxies of a plugin may. */
export function errorClaim(thrown: unknown): ErrorClaim {
  const record = codedRecord(thrown);
  if (record !== undefined) return { kind: 'coded', record };
  return { kind: 'thrown', problem: shortened(thrownText(thrown)), stack: shortened(thrownStack(thrown)) };
}

function codedRecord(thrown: unknown): ErrorRecord | undefined {
  try {
    if (!BackplaneError.is(thrown)) return undefined;
    const { code, message, facts } = thrown;
    if (typeof code !== 'string' || typeof message !== 'string' || typeof facts.status !== 'number') return undefined;
    const record = { code, message: shortened(message), ...facts };
    return JSON.parse(JSON.stringify(record)) as ErrorRecord;
  } catch {
    return undefined;
  }
}

export function shortened(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
}
