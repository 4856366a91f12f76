import { engineContract } from './engine.contract.ts';
import { engineControlContract } from './engine-control.contract.ts';
import { engineInteractionContract } from './engine-interaction.contract.ts';
import { engineLimitsContract } from './engine-limits.contract.ts';
import { engineRerunContract } from './engine-rerun.contract.ts';
import { engineStopContract } from './engine-stop.contract.ts';
import { engineSubflowContract } from './engine-subflow.contract.ts';
import { createMemoryJournal } from './journal/memory-journal.ts';

const journal = createMemoryJournal();
engineContract(async () => journal);
engineControlContract(async () => journal);
engineSubflowContract(async () => journal);
engineStopContract(async () => journal);
engineRerunContract(async () => journal);
engineLimitsContract(async () => journal);
engineInteractionContract(async () => journal);
