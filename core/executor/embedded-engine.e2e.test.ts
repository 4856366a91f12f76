import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../storage/database.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { databases } from '../storage/test-database.fixture.ts';
import { engineContract } from './engine.contract.ts';
import { engineControlContract } from './engine-control.contract.ts';
import { engineInteractionContract } from './engine-interaction.contract.ts';
import { engineLimitsContract } from './engine-limits.contract.ts';
import { engineRerunContract } from './engine-rerun.contract.ts';
import { engineStopContract } from './engine-stop.contract.ts';
import { engineSubflowContract } from './engine-subflow.contract.ts';
import { openPostgresJournal } from './journal/postgres-journal.ts';

describe.each(databases)('%s', (_, open) => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const openJournal = () => openPostgresJournal({ url: database.url, log: silentLog });
  engineContract(openJournal);
  engineControlContract(openJournal);
  engineSubflowContract(openJournal);
  engineStopContract(openJournal);
  engineRerunContract(openJournal);
  engineLimitsContract(openJournal);
  engineInteractionContract(openJournal);
});
