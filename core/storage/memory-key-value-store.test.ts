import { keyValueContract } from './key-value.contract.ts';
import { createMemoryKeyValueStore } from './memory-key-value-store.ts';

const store = createMemoryKeyValueStore();
keyValueContract(() => store);
