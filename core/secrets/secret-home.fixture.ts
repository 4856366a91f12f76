import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from '../storage/database.ts';
import { silentLog } from '../storage/silent-log.fixture.ts';
import { createEnvironmentStore } from './environments/environment-store.ts';
import { KeyClaims } from './key/key-claims.ts';
import { openKeyRing } from './key/key-ring.ts';
import { sealValues } from './sealed-values.ts';
import type { SecretPlace } from './secret-place.ts';
import { SecretUses } from './secret-uses.ts';
import { createSecretStore } from './store/postgres-secret-store.ts';
import { createStoredSecrets } from './store/stored-secrets.ts';
import { createStoredVariables } from './variables/stored-variables.ts';
import { createVariableStore } from './variables/variable-store.ts';

/** What a host with these keys does with the secrets of a database. */
export async function secretHome(
  { dataSource }: Pick<Database, 'dataSource'>,
  { keys = [], folder }: { readonly keys?: readonly string[]; readonly folder: string },
) {
  const ring = openKeyRing({ configured: keys, file: join(folder, 'secrets.key'), production: false, log: silentLog });
  const claims = new KeyClaims(dataSource, ring, silentLog);
  await claims.open();
  const uses = new SecretUses(dataSource, silentLog);
  const forget = () => {
    stored.forget();
    runVariables.forget();
    environments.forget();
  };
  const environments = createEnvironmentStore(dataSource, forget);
  const stored = createStoredSecrets(dataSource, { ring, rules: environments, uses });
  const runVariables = createStoredVariables(dataSource, {
    rules: environments,
    configured: { site: { name: 'configured' }, extra: 1 },
  });
  return {
    claims,
    uses,
    environments,
    stored,
    runVariables,
    forget,
    store: createSecretStore(dataSource, claims, forget),
    variables: createVariableStore(dataSource, forget),
    async [Symbol.asyncDispose]() {
      await uses[Symbol.asyncDispose]();
      await claims[Symbol.asyncDispose]();
    },
  };
}

/** An organisation of its own with one workspace. */
export async function newPlace({ dataSource }: Pick<Database, 'dataSource'>): Promise<Required<SecretPlace>> {
  const [organization, workspace] = [randomUUID(), randomUUID()];
  await dataSource.query('INSERT INTO organization (id, name) VALUES ($1, $2)', [organization, organization]);
  await dataSource.query(`INSERT INTO workspace (id, organization_id, name, title) VALUES ($1, $2, 'w', 'W')`, [
    workspace,
    organization,
  ]);
  return { organization, workspace };
}

/** So many secrets `s0`, `s1` … with one key `A`, whose value is the name; faster than one by one. */
export async function manySecrets(
  { dataSource }: Pick<Database, 'dataSource'>,
  { claims }: Awaited<ReturnType<typeof secretHome>>,
  { organization, workspace }: Required<SecretPlace>,
  count: number,
): Promise<void> {
  await dataSource.transaction(async (tx) => {
    const key = await claims.sealing(tx);
    const names = Array.from({ length: count }, (_, index) => `s${index}`);
    const ids = names.map(() => randomUUID());
    await tx.query(
      `INSERT INTO secret (id, organization_id, workspace_id, environment, name, type, description, version, created_by, updated_by)
        SELECT id, $1, $2, 'default', name, 'keys', '', 1, 'test', 'test' FROM unnest($3::uuid[], $4::text[]) AS n (id, name)`,
      [organization, workspace, ids, names],
    );
    const tokens = names.map((name, index) => sealValues(key, ids[index]!, { A: name }));
    await tx.query(
      `INSERT INTO secret_version (secret_id, version, key_id, payload, facts, created_by)
        SELECT id, 1, $1, token, '{"keys":["A"]}', 'test' FROM unnest($2::uuid[], $3::text[]) AS n (id, token)`,
      [key.id, ids, tokens],
    );
  });
}
