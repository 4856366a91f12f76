import type { Readiness } from '../http/api-services.ts';
import type { PluginHost } from '../plugins/plugin-host.ts';
import type { Database } from '../storage/database.ts';

const LONGEST_PING_MS = 2_000;

/** Ready while the database answers; failed plugins only degrade. */
export async function readiness(database: Database, plugins: PluginHost): Promise<Readiness> {
  const degraded = plugins
    .records()
    .filter((plugin) => plugin.state === 'failed')
    .map((plugin) => `plugin ${plugin.id}: ${plugin.error?.code ?? 'failed'}`);
  const ready = await answersInTime(database);
  return { ready, degraded: ready ? degraded : ['database: does not answer', ...degraded] };
}

async function answersInTime(database: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), LONGEST_PING_MS);
  });
  const answered = database.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
