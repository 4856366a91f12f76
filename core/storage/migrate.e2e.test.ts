import { expect, test } from 'vitest';
import { createDataSource } from './create-data-source.ts';
import { migrate } from './migrate.ts';
import { runParents } from './migrations/0004-run-parents.ts';
import { databases } from './test-database.fixture.ts';

test.each(databases)('%s: a step that joins the list before others is still taken', async (_, open) => {
  await using database = await open();
  const names = async () => {
    const rows: { name: string }[] = await database.dataSource.query('SELECT name FROM schema_migration');
    return rows.map(({ name }) => name).sort();
  };
  const all = await names();
  // As if another branch had brought the newer steps before this one was merged.
  await database.dataSource.query('DELETE FROM schema_migration WHERE name = $1', [new runParents().name]);
  await database.dataSource.query('ALTER TABLE run DROP COLUMN parent, DROP COLUMN parent_seq');
  const again = createDataSource(database.url, () => undefined);
  await again.initialize();
  await migrate(again);
  await again.destroy();
  expect(await names()).toEqual(all);
});
