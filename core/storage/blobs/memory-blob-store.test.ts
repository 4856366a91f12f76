import { blobStoreContract } from './blob-store.contract.ts';
import { createMemoryBlobStore } from './memory-blob-store.ts';

const store = createMemoryBlobStore();
blobStoreContract(() => store);
