// From where it stands: all of TypeORM would be half as much again to load, at each start.
import { DataSource } from 'typeorm/data-source/DataSource.js';
import { keyValueEntity } from './entities/key-value-entity.ts';
import { scheduleEntity } from './entities/schedule-entity.ts';
import { workflowEntity } from './entities/workflow-entity.ts';
import { workflowVersionEntity } from './entities/workflow-version-entity.ts';
import { migrationsTable } from './migrate.ts';
import { allMigrations } from './migrations/all-migrations.ts';

/** TypeORM over a small pool. The address goes to `pg` as it stands, so that sockets and TLS settings in it work. */
export function createDataSource(url: string, onLost: (error: Error) => void): DataSource {
  return new DataSource({
    type: 'postgres',
    extra: { connectionString: url, max: 8, connectionTimeoutMillis: 10_000, application_name: 'backplane' },
    poolErrorHandler: onLost,
    entities: [workflowEntity, workflowVersionEntity, keyValueEntity, scheduleEntity],
    migrations: [...allMigrations],
    migrationsTableName: migrationsTable,
    installExtensions: false,
    synchronize: false,
    logging: false,
  });
}
