import { setTimeout } from 'node:timers/promises';
import { describe } from 'vitest';
import { MemoryState } from './memory-state.ts';
import { sharedStateContract } from './shared-state.contract.ts';

describe('state in memory', () => {
  let now = 0;
  sharedStateContract(
    async () => new MemoryState(() => now),
    async (ms) => {
      now += ms;
      await setTimeout(0);
    },
  );
});
