import type { SecretRequirement } from '@backplane/sdk';
import type { SecretSource, SecretValues } from '../runnable-action.ts';
import { secretKeys } from './secret-requirements.ts';

/** Secrets of one call and of everything it calls, fetched in one go. Callees are served from memory. */
export interface HeldSecrets {
  readonly values: SecretValues;
  /** Asks the source behind it only for what was not foreseen. */
  readonly source: SecretSource;
}

export async function holdSecrets(
  source: SecretSource,
  requirements: readonly SecretRequirement[],
  environment: string,
): Promise<HeldSecrets> {
  const values = requirements.length === 0 ? {} : await source.resolve(requirements, environment);
  const asked = new Set(requirements.flatMap(keysOf));
  return {
    values,
    source: {
      async resolve(wanted, wantedEnvironment) {
        const foreseen =
          wantedEnvironment === environment && wanted.every((one) => keysOf(one).every((key) => asked.has(key)));
        if (!foreseen) return source.resolve(wanted, wantedEnvironment);
        const names = new Set(wanted.map((one) => secretKeys(one).name));
        return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
      },
    },
  };
}

function keysOf(requirement: SecretRequirement): string[] {
  const { name, required, optional } = secretKeys(requirement);
  return [...required, ...optional].map((key) => `${name}.${key}`);
}
