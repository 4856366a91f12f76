import type { SecretRequirement } from '@backplane/sdk';

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Secrets that stand in the configuration or in a file given on the command line: name → key → value, the same in every environment. */
export function configuredSecrets(values: Values): { resolve(requirements: readonly SecretRequirement[]): Promise<Values> } {
  return {
    async resolve(requirements) {
      const found: Record<string, Readonly<Record<string, string>>> = Object.create(null);
      for (const requirement of requirements) {
        const name = requirement.type === 'oauth' ? `${requirement.providerId}_oauth` : requirement.name;
        if (Object.hasOwn(values, name)) found[name] = values[name]!;
      }
      return found;
    },
  };
}
