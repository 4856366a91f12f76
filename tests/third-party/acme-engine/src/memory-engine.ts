import { defineEngine, type EngineEvent } from '@backplane/sdk';
import * as z from 'zod';

export const memoryEngine = defineEngine({
  name: 'acme-memory-engine',
  title: 'Memory engine',
  summary: 'Keeps runs in memory: they end with the host.',
  config: z.strictObject({}),
  async open({ host, signal, log }) {
    const { compile, newState, reduce } = host.scheduler;
    const runs = new Map<string, (event: EngineEvent) => Promise<void>>();
    return {
      async start({ runId, definition, started }) {
        if (runs.has(runId)) return;
        const graph = compile(definition);
        const state = newState();
        let sequence = 0;
        const take = async (event: EngineEvent): Promise<void> => {
          await host.record(runId, ++sequence, event);
          for (const command of reduce(graph, state, event)) {
            host.perform(runId, command, signal).then(
              async (events) => {
                for (const next of events) await take(next);
              },
              (error: unknown) => log.error('A command failed', { runId, type: command.type, error: String(error) }),
            );
          }
        };
        runs.set(runId, take);
        await take(started);
      },
      async signal(runId, event) {
        const take = runs.get(runId);
        if (take === undefined) throw new Error(`There is no run ${runId}`);
        await take(event);
      },
      status: async (runId) => (runs.has(runId) ? { state: 'running' } : undefined),
    };
  },
});
