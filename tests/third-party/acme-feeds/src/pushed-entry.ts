import { defineTrigger } from '@backplane/sdk';
import * as z from 'zod';
import { entry, sample } from './entry.ts';

/** WebSub: the hub is told the address and a secret, and signs what it sends. */
export const pushedEntry = defineTrigger({
  mode: 'webhook',
  name: 'tools.acme_feeds.pushed_entry',
  title: 'Entry pushed by a hub',
  summary: 'Runs for each entry that a WebSub hub sends.',
  input: z.strictObject({ hub: z.url(), topic: z.url() }),
  event: entry,
  sample,
  uses: ['http'],
  dedupeKey: ({ id }) => id,
  async subscribe({ url, input, http, signal }) {
    const secret = crypto.randomUUID();
    await http.send({
      url: input.hub,
      method: 'POST',
      body: new URLSearchParams({
        'hub.mode': 'subscribe',
        'hub.topic': input.topic,
        'hub.callback': url,
        'hub.secret': secret,
      }),
      signal,
    });
    return { secret };
  },
  async unsubscribe({ url, input, http, signal }) {
    const body = new URLSearchParams({ 'hub.mode': 'unsubscribe', 'hub.topic': input.topic, 'hub.callback': url });
    await http.send({ url: input.hub, method: 'POST', body, signal });
  },
  async verify({ method, headers, body }, { state }) {
    if (method === 'GET') return true;
    const { secret } = state as { secret: string };
    const [algorithm, given = ''] = (headers['x-hub-signature'] ?? '').split('=');
    if (algorithm !== 'sha256') return false;
    const key = await crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    return crypto.subtle.verify('HMAC', key, Uint8Array.fromHex(given), new Uint8Array(body));
  },
  async receive({ method, query, body }) {
    if (method === 'GET') return { events: [], reply: { status: 200, body: String(query['hub.challenge']) } };
    return { events: z.object({ items: z.array(entry) }).parse(JSON.parse(new TextDecoder().decode(body))).items };
  },
});
