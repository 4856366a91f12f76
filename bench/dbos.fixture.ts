import { createRequire } from 'node:module';
import pg from 'pg';
import { fibonacci } from './engine.fixture.ts';

/** DBOS, which checkpoints each step with a commit of its own, on the same Postgres. */
export interface DbosPeer extends AsyncDisposable {
  /** Runs one workflow of so many steps to its end. */
  run(steps: number): Promise<void>;
}

export const DBOS_MISSING = 'DBOS: not installed (`npm ci` in bench/)';

/** Undefined when it is not installed. */
export async function openDbos(url: string): Promise<DbosPeer | undefined> {
  let DBOS: any;
  try {
    ({ DBOS } = createRequire(import.meta.url)('@dbos-inc/dbos-sdk'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  const systemDatabaseUrl = await ownDatabase(url);
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl, logLevel: 'error', enableOTLP: false, runAdminServer: false });
  const workflow = DBOS.registerWorkflow(
    async (steps: number) => {
      for (let i = 0; i < steps; i++) await DBOS.runStep(async () => fibonacci(10), { name: `s${i}` });
      return steps;
    },
    { name: 'sequence' },
  );
  await DBOS.launch();
  return {
    run: async (steps) => (await DBOS.startWorkflow(workflow)(steps)).getResult(),
    [Symbol.asyncDispose]: () => DBOS.shutdown(),
  };
}

async function ownDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE DATABASE dbos');
  await client.end();
  return url.replace('/postgres', '/dbos');
}
