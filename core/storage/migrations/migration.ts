import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One step of the schema, forward only: going back means restoring a backup, which a reverse script could only pretend to do.
 * Steps are never changed once released. TypeORM orders them by the 13 digits at the end of their names.
 */
export function defineMigration(
  number: number,
  name: string,
  statements: readonly string[],
): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = `${name}${String(number).padStart(13, '0')}`;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    async down(): Promise<void> {
      throw new Error(`${this.name} cannot be undone; restore a backup.`);
    }
  };
}
