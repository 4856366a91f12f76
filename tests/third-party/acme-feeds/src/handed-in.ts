import { defineAction, defineTrigger } from '@backplane/sdk';
import * as z from 'zod';
import { entry, sample } from './entry.ts';

const queue = (box: string, at: number) => `box/${box}/${at}`;
const box = z.string().regex(/^[a-z]+$/);

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A connection that stays open, to a box in the plugin's own store. */
export const handedIn = defineTrigger({
  mode: 'stream',
  name: 'tools.acme_feeds.handed_in',
  title: 'Entry handed in',
  summary: 'Runs for each entry that somebody hands in by hand.',
  input: z.strictObject({ box }),
  event: entry,
  sample,
  uses: ['kv'],
  dedupeKey: ({ id }) => id,
  async open({ input, state, kv, emit, signal }) {
    for (let at = typeof state === 'number' ? state : 0; !signal.aborted; ) {
      const found = await kv.get(queue(input.box, at));
      if (found === undefined) await pause(200, signal);
      else {
        at += 1;
        await emit(entry.parse(found), at);
      }
    }
  },
});

export const handIn = defineAction({
  name: 'tools.acme_feeds.hand_in',
  title: 'Hand in an entry',
  summary: 'Puts an entry into a box.',
  input: z.strictObject({ box, entry }),
  output: z.object({ place: z.int() }),
  uses: ['kv'],
  effect: 'write',
  idempotent: 'never',
  examples: [{ name: 'The first entry', input: { box: 'letters', entry: sample } }],
  async run({ input, kv }) {
    let place = 0;
    while (!(await kv.setIfAbsent(queue(input.box, place), input.entry))) place += 1;
    return { place };
  },
});
