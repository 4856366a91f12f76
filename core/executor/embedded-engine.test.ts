import { engineContract } from './engine.contract.ts';
import { createMemoryJournal } from './journal/memory-journal.ts';

const journal = createMemoryJournal();
engineContract(async () => journal);
