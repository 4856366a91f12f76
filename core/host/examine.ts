import { resolve } from 'node:path';
import type { HostConfig } from '../config/host-config.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { createScriptSandbox } from '../sandbox/create-script-sandbox.ts';
import { checkServer } from '../storage/check-server.ts';
import { postgresBinaries } from '../storage/embedded/postgres-binaries.ts';
import { createLogger } from '../telemetry/logger.ts';
import { examineSecrets } from './examine-secrets.ts';
import { describeHosts, sharingHosts } from './sharing-hosts.ts';
import { openWorkbench } from './workbench.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  readonly detail: string;
  readonly remedy?: string;
}

/** Tries everything that a host needs, without starting one. */
export async function examine(
  config: HostConfig,
  folder: string,
  fatal: (thrown: unknown) => void,
): Promise<readonly Finding[]> {
  return [
    { ok: true, what: 'Node', detail: process.version },
    await finding('database', () => examineDatabase(config.database.url)),
    await finding('keys for secrets', () => examineSecrets(config)),
    await finding('sandbox', examineSandbox),
    await finding('sandbox for Python', examinePython),
    ...(await examinePlugins(folder, fatal)),
  ];
}

async function finding(what: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { ok: true, what, detail: await look() };
  } catch (error) {
    const { code, message, remedy } = toErrorRecord(error);
    return { ok: false, what, detail: `${code}: ${message}`, ...(remedy === undefined ? {} : { remedy }) };
  }
}

async function examineDatabase(url: string | undefined): Promise<string> {
  if (url !== undefined) {
    await checkServer(url);
    return `the server of database.url answers; ${describeHosts(await sharingHosts(url), Date.now())}`;
  }
  await postgresBinaries();
  return 'embedded Postgres is installed';
}

async function examineSandbox(): Promise<string> {
  await using sandbox = createScriptSandbox({ poolSize: 1, log: createLogger('silent') });
  await sandbox.run({ language: 'javascript', source: 'function main() { return 1; }', inputs: {}, tenant: 'doctor' });
  return 'a script ran';
}

async function examinePython(): Promise<string> {
  await using sandbox = createScriptSandbox({ log: createLogger('silent') });
  await sandbox.run({ language: 'python', source: 'def main(): return 1', inputs: {}, tenant: 'doctor' });
  return 'a script ran';
}

async function examinePlugins(folder: string, fatal: (thrown: unknown) => void): Promise<readonly Finding[]> {
  try {
    await using bench = await openWorkbench({ config: resolve(folder), loadAll: true, fatal });
    return bench.plugins.records().map(({ id, state, error }) => ({
      ok: !['failed', 'awaiting-approval', 'degraded', 'quarantined'].includes(state),
      what: `plugin ${id}`,
      detail: error === undefined ? state : `${error.code}: ${error.message}`,
      ...(error?.remedy === undefined ? {} : { remedy: error.remedy }),
    }));
  } catch (error) {
    const { code, message } = toErrorRecord(error);
    return [{ ok: false, what: 'plugins', detail: `${code}: ${message}` }];
  }
}
