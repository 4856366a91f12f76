import type { SecretRequirement } from '@backplane/sdk';
import type { SecretSource, SecretValues } from './runnable-action.ts';
import { secretKeys } from './template/secret-requirements.ts';

/** Whose secrets are asked for. */
export interface SecretAsker {
  readonly environment: string;
  readonly workspace: string;
}

export interface LayerAnswer {
  readonly values: Readonly<Record<string, string>>;
  /** Where they stand: `workspace`, `organization`, `config`, `store vault`. */
  readonly from: string;
}

/** One place in which secrets are looked for. */
export interface SecretLayer {
  /** Undefined: it has none of this name. What keeps it from knowing is an error, never an empty answer. */
  read(name: string, asker: SecretAsker): Promise<LayerAnswer | undefined>;
}

export interface LayeredSecrets extends SecretSource {
  /** Where a secret is found, with its keys; undefined when nobody has it. */
  locate(name: string, asker: SecretAsker): Promise<LayerAnswer | undefined>;
}

/**
 * Asks one place after the other. The first that has a secret of the name gives all of its keys: keys of two places are never mixed. The
 * tokens of a provider are each looked for by themselves, since the user's and the service's come from different places.
 */
export function layeredSecrets(layers: readonly SecretLayer[], defaultWorkspace: string): LayeredSecrets {
  const locate = async (name: string, asker: SecretAsker, key?: string): Promise<LayerAnswer | undefined> => {
    for (const layer of layers) {
      const answer = await layer.read(name, asker);
      if (answer !== undefined && (key === undefined || Object.hasOwn(answer.values, key))) return answer;
    }
    return undefined;
  };
  return {
    locate: (name, asker) => locate(name, asker),
    async resolve(requirements, environment, workspace = defaultWorkspace) {
      const asker = { environment, workspace };
      const found = new Map<string, Readonly<Record<string, string>>>();
      for (const requirement of requirements) {
        const { name, token } = wanted(requirement);
        if (token === undefined && found.has(name)) continue;
        const answer = await locate(name, asker, token);
        if (answer !== undefined) found.set(name, { ...found.get(name), ...answer.values });
      }
      return Object.fromEntries(found) satisfies SecretValues;
    },
  };
}

function wanted(requirement: SecretRequirement): { readonly name: string; readonly token?: string } {
  const { name, required, optional } = secretKeys(requirement);
  return requirement.type === 'custom' ? { name } : { name, token: [...required, ...optional][0]! };
}

/** The secrets of the configuration, the same in every environment. */
export function configuredLayer(values: SecretValues): SecretLayer {
  return {
    async read(name) {
      return Object.hasOwn(values, name) ? { values: values[name]!, from: 'config' } : undefined;
    },
  };
}
