import type { DataSource } from 'typeorm';
import { codedFailure } from '../../storage/coded-failures.ts';
import type { FallbackRules } from '../environments/environment-store.ts';
import { chosen, type Standing } from '../fallback.ts';
import type { KeyRing } from '../key/key-ring.ts';
import type { KeyValues } from '../material/secret-facts.ts';
import { Remembered } from '../remembered.ts';
import { unsealValues } from '../sealed-values.ts';
import type { SecretUses } from '../secret-uses.ts';

const MOST_NAMES = 20_000;

/** What runs of a workspace get of the database. */
export interface StoredSecrets {
  /** All keys of the secret that counts in this environment, see {@link chosen}. Throws SECRETS_TOKEN_INVALID, STORAGE_UNAVAILABLE. */
  read(name: string, environment: string, workspace: string): Promise<FoundSecret | undefined>;
  /** Something has changed: nothing that was remembered counts any more. */
  forget(): void;
}

export interface FoundSecret {
  readonly values: KeyValues;
  readonly level: 'workspace' | 'organization';
  readonly environment: string;
}

interface SealedSecret extends Standing {
  readonly id: string;
  readonly payload: string;
}

/** Remembers encrypted values, never plain ones. */
export function createStoredSecrets(
  source: DataSource,
  { ring, rules, uses }: { readonly ring: KeyRing; readonly rules: FallbackRules; readonly uses: SecretUses },
): StoredSecrets {
  const known = new Remembered<readonly SealedSecret[]>(MOST_NAMES);
  const find = async (name: string, workspace: string): Promise<readonly SealedSecret[]> => {
    try {
      return await source.query(
        `SELECT s.id, s.environment, s.workspace_id IS NOT NULL AS own, v.payload FROM workspace w
          JOIN secret s ON s.workspace_id = w.id OR (s.workspace_id IS NULL AND s.organization_id = w.organization_id)
          JOIN secret_version v ON v.secret_id = s.id AND v.version = s.version
          WHERE w.id = $1 AND s.name = $2`,
        [workspace, name],
      );
    } catch (error) {
      throw codedFailure(error);
    }
  };
  return {
    async read(name, environment, workspace) {
      const [found, fallsBack] = await Promise.all([
        known.get(`${workspace} ${name}`, () => find(name, workspace)),
        rules.fallsBack(environment, workspace),
      ]);
      const secret = chosen(found, environment, fallsBack);
      if (secret === undefined) return undefined;
      uses.note(secret.id);
      return {
        values: unsealValues(ring, secret.id, secret.payload),
        level: secret.own ? 'workspace' : 'organization',
        environment: secret.environment,
      };
    },
    forget: () => known.forget(),
  };
}
