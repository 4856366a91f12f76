import { defineErrors, defineTrigger } from '@backplane/sdk';
import * as z from 'zod';
import { entry, sample } from './entry.ts';

const raise = defineErrors({
  ACME_FEEDS_UNREADABLE: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: ({ status }: { status: number }) => `The feed answered ${status}.`,
    remedy: 'Open the address of the feed in a browser.',
  },
});

const feed = z.object({ items: z.array(entry) });

/** Reads a JSON Feed (jsonfeed.org), newest first. */
export const newEntry = defineTrigger({
  mode: 'poll',
  name: 'tools.acme_feeds.new_entry',
  title: 'New entry of a feed',
  summary: 'Runs for each entry of a JSON feed that was not there before.',
  input: z.strictObject({ url: z.url() }),
  event: entry,
  sample,
  uses: ['http'],
  everyMs: 60_000,
  dedupeKey: ({ id }) => id,
  async poll({ input, state, http, signal }) {
    const reply = await http.send({ url: input.url, signal });
    if (reply.status !== 200) throw raise.ACME_FEEDS_UNREADABLE({ status: reply.status });
    const { items } = feed.parse(JSON.parse(new TextDecoder().decode(reply.body)));
    const known = new Set((state as readonly string[] | undefined) ?? []);
    const events = state === undefined ? [] : items.filter(({ id }) => !known.has(id)).reverse();
    return { events, state: items.map(({ id }) => id) };
  },
});
