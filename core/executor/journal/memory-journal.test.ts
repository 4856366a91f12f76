import { journalContract } from './journal.contract.ts';
import { journalDepthContract } from './journal-depth.contract.ts';
import { createMemoryJournal } from './memory-journal.ts';

const journal = createMemoryJournal();
journalContract(() => journal);
journalDepthContract(() => journal);
