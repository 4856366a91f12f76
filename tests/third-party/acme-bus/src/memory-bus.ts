import { type DeliveredMessage, defineEventBus } from '@backplane/sdk';
import * as z from 'zod';

/** Groups share one log in this process; what nobody has handled stays. */
export const memoryBus = defineEventBus({
  name: 'acme-memory-bus',
  title: 'Memory bus',
  summary: 'Carries events inside one process, for trying out.',
  config: z.strictObject({}),
  open() {
    const log: DeliveredMessage[] = [];
    const cursors = new Map<string, number>();
    let more = Promise.withResolvers<void>();
    return {
      async publish(messages) {
        for (const message of messages) log.push({ ...message, position: String(log.length), at: Date.now() });
        more.resolve();
        more = Promise.withResolvers();
      },
      async consume({ topics, group, from }, handle, signal) {
        if (!cursors.has(group)) cursors.set(group, from === 'earliest' ? 0 : log.length);
        const stopped = new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        while (!signal.aborted) {
          const at = cursors.get(group) ?? 0;
          const message = log[at];
          if (message === undefined) {
            await Promise.race([more.promise, stopped]);
            continue;
          }
          const taken =
            !topics.includes(message.topic) ||
            (await handle(message).then(
              () => true,
              () => false,
            ));
          if (taken) cursors.set(group, at + 1);
        }
      },
    };
  },
});
