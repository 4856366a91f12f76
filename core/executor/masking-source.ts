import type { SecretSource } from '../registry/runnable-action.ts';
import type { SecretMask } from './secret-mask.ts';

/** The secrets of a workspace. Remembers every value that anybody is handed, so that results, errors and logs can hide it. */
export function maskingSource(source: SecretSource, workspace: string | undefined, mask: SecretMask): SecretSource {
  return {
    async resolve(requirements, environment) {
      const values = await source.resolve(requirements, environment, workspace);
      for (const keys of Object.values(values)) for (const value of Object.values(keys)) mask.add(value);
      return values;
    },
  };
}
