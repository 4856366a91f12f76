import { engineContract } from './engine.contract.ts';
import { engineControlContract } from './engine-control.contract.ts';
import { engineSubflowContract } from './engine-subflow.contract.ts';
import { createMemoryJournal } from './journal/memory-journal.ts';

const journal = createMemoryJournal();
engineContract(async () => journal);
engineControlContract(async () => journal);
engineSubflowContract(async () => journal);
