import { setTimeout as pause } from 'node:timers/promises';
import { BackplaneError, parseJson } from '@backplane/sdk';
import type { ApiClient } from './api-client.ts';
import { lines } from './lines.ts';

export interface ServerEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: any;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A host that has been away for so long is not only starting again. */
const PATIENCE_MS = 60_000;

/**
 * Server-sent events of a host up to `end`. A connection that breaks is opened again where it was; the first one, and a host that
 * stays away for a minute, are errors.
 */
export async function* serverEvents(
  api: ApiClient,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  let last: string | undefined;
  let wait = FIRST_PAUSE_MS;
  let awaySince: number | undefined;
  let connected = false;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = last === undefined ? {} : { 'last-event-id': last };
      const response = await api.open('GET', path, { query, headers, signal });
      connected = true;
      for await (const event of eventsOf(response)) {
        wait = FIRST_PAUSE_MS;
        awaySince = undefined;
        if (event.event === 'end') return;
        last = event.id ?? last;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      awaySince ??= Date.now();
      if (!connected || isFinal(error) || Date.now() - awaySince > PATIENCE_MS) throw error;
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
  }
}

/** The host has answered, and will not answer differently. */
function isFinal(error: unknown): boolean {
  return BackplaneError.is(error) && error.code !== 'API_UNREACHABLE' && (error.facts.status ?? 500) < 500;
}

async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let event: { id?: string; event?: string; data?: string } = {};
  for await (const raw of lines(response.body as unknown as AsyncIterable<Uint8Array>)) {
    const line = raw.replace(/\r$/, '');
    if (line === '') {
      const { id, event: name = 'message', data } = event;
      event = {};
      if (data !== undefined) yield { ...(id !== undefined && { id }), event: name, data: parseJson(data) };
      continue;
    }
    const [, field, value = ''] = /^(id|event|data): ?(.*)$/s.exec(line) ?? [];
    if (field === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    else if (field !== undefined) event[field as 'id' | 'event'] = value;
  }
}
