import { raise } from '../../../errors/catalogue.ts';
import type { ApiClient } from '../../api-client.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const PAGES = 5;
const SHORTEST = 4;

/**
 * The run that an id, its beginning or its end names; ends tell more, as ids begin with the time. Abbreviations are looked up among the
 * newest thousand runs. Throws RUN_NOT_FOUND, or USAGE when they fit several.
 */
export async function fullRunId(api: ApiClient, given: string): Promise<string> {
  const text = given.toLowerCase();
  if (UUID.test(text)) return text;
  if (!/^[0-9a-f-]+$/.test(text) || text.length < SHORTEST) {
    throw raise.USAGE({
      message: `expected the id of a run, or at least ${SHORTEST} characters of it, got \`${given}\`.`,
    });
  }
  const found: string[] = [];
  for (let page = 0, cursor: string | undefined; page < PAGES; page++) {
    const { items, nextCursor } = await api.send('GET', '/runs', { query: { limit: 200, cursor } });
    for (const { runId } of items) if (runId.startsWith(text) || runId.endsWith(text)) found.push(runId);
    cursor = nextCursor;
    if (cursor === undefined) break;
  }
  if (found.length === 0) throw raise.RUN_NOT_FOUND({ runId: given });
  if (found.length > 1) {
    const some = found.slice(0, 3).join(', ');
    throw raise.USAGE({ message: `\`${given}\` fits ${found.length} runs: ${some}${found.length > 3 ? ', …' : ''}.` });
  }
  return found[0]!;
}
