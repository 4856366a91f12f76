import { journalContract } from './journal.contract.ts';
import { createMemoryJournal } from './memory-journal.ts';

const journal = createMemoryJournal();
journalContract(() => journal);
