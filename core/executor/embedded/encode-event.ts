import { parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { RunEvent } from '../scheduler/event.ts';

/** Exact JSON of an event, made once: this text is what is stored. Throws RUN_NOT_JSON or RUN_PAYLOAD_TOO_LARGE. */
export function encodeEvent(event: RunEvent, what: string, limit: number): string {
  let text: string;
  try {
    text = stringifyJson(event);
  } catch (cause) {
    throw raise.RUN_NOT_JSON({ what, cause: (cause as Error).message }, { cause });
  }
  if (text.length > limit) throw raise.RUN_PAYLOAD_TOO_LARGE({ what, size: text.length, limit });
  return text;
}

/** Throws RUN_JOURNAL_CORRUPT. */
export function decodeEvent(body: string, seq: number): RunEvent {
  try {
    const event = parseJson(body) as RunEvent;
    if (typeof event?.type === 'string' && typeof event.at === 'number') return event;
  } catch (cause) {
    throw raise.RUN_JOURNAL_CORRUPT({ cause: `record ${seq} is not JSON` }, { cause });
  }
  throw raise.RUN_JOURNAL_CORRUPT({ cause: `record ${seq} is not an event` });
}
