import { BackplaneError, type Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { codedFailure } from '../../storage/coded-failures.ts';
import type { Database } from '../../storage/database.ts';
import { dropPluginSchema, keptPluginSchemas, openPluginSchema } from '../../storage/plugin-schema/plugin-schema.ts';
import { checkEntities } from './check-entities.ts';
import { databasePort } from './database-port.ts';
import { migratePlugin } from './migrate-plugin.ts';
import type { PluginDatabases } from './plugin-databases.ts';
import { PluginPool } from './plugin-pool.ts';
import type { DatabaseLimits } from './plugin-session.ts';

const LIMITS: DatabaseLimits = { wallMs: 30_000, rows: 10_000, bytes: 16 * 1024 * 1024 };

export interface PluginDatabasesOptions {
  /** Opens while plugins load. */
  readonly database: Promise<Database>;
  readonly log: Log;
  readonly limits?: Partial<DatabaseLimits>;
}

/** The schemas of plugins in this host's database; none is opened before a plugin uses it. */
export function createPluginDatabases({
  database,
  log,
  limits: wanted,
}: PluginDatabasesOptions): PluginDatabases & AsyncDisposable {
  const limits = { ...LIMITS, ...wanted };
  const pools = new Map<string, Promise<PluginPool>>();
  const pool = (plugin: string): Promise<PluginPool> => {
    const known = pools.get(plugin);
    if (known !== undefined) return known;
    const made = open(plugin);
    pools.set(plugin, made);
    // What failed is tried again by the next who asks.
    made.catch(() => pools.get(plugin) === made && pools.delete(plugin));
    return made;
  };
  return {
    async prepare({ id, version, log: ownLog }, { entities, migrations }) {
      const lease = await (await pool(id)).lease();
      let broken = true;
      try {
        await migratePlugin(lease.client, { plugin: id, version, migrations, log: ownLog });
        await checkEntities(lease.client, id, entities);
        broken = false;
      } finally {
        lease.release(broken);
      }
    },
    of: (plugin, signal) => databasePort({ plugin, limits, signal, pool: () => pool(plugin) }),
    kept: async () => keptPluginSchemas(await database),
    async drop(plugin) {
      await close(plugin);
      await dropPluginSchema(await database, plugin);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.keys()].map(close));
    },
  };

  async function open(plugin: string): Promise<PluginPool> {
    try {
      const opened = new PluginPool(plugin, await openPluginSchema(await database, plugin), limits.wallMs, log);
      // Whether the role may really log in shows only now.
      (await opened.lease()).release(false);
      return opened;
    } catch (thrown) {
      const coded = codedFailure(thrown);
      if (BackplaneError.is(coded) && coded.code !== 'PLUGIN_DATABASE_FAILED') throw coded;
      throw raise.PLUGIN_DATABASE_ROLE({ plugin, cause: (thrown as Error).message }, { cause: thrown });
    }
  }

  async function close(plugin: string): Promise<void> {
    const opened = pools.get(plugin);
    pools.delete(plugin);
    await opened?.then((held) => held[Symbol.asyncDispose]()).catch(() => {});
  }
}
