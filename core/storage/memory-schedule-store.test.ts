import { randomUUID } from 'node:crypto';
import { createMemoryScheduleStore } from './memory-schedule-store.fixture.ts';
import { scheduleStoreContract } from './schedule-store.contract.ts';

const store = createMemoryScheduleStore();
scheduleStoreContract(
  () => store,
  async () => randomUUID(),
);
