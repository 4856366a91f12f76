import type { SecretRequirement } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { newRecord } from '../../language/values/is-record.ts';
import type { Invocation, SecretValues } from '../../registry/runnable-action.ts';
import { secretKeys } from '../../registry/template/secret-requirements.ts';

/**
 * The secrets that an action declares, only the keys it names. An optional secret that is not set is absent; one that is set must be
 * complete. Throws ACTION_SECRET_MISSING naming every missing `secret.KEY`.
 */
export async function resolveSecrets(
  action: string,
  requirements: readonly SecretRequirement[],
  { secrets, environment, onSecret }: Pick<Invocation, 'secrets' | 'environment' | 'onSecret'>,
): Promise<SecretValues> {
  const resolved = newRecord<Readonly<Record<string, string>>>();
  if (requirements.length === 0) return resolved;
  const values = await secrets.resolve(requirements, environment);
  const missing: string[] = [];
  for (const requirement of requirements) {
    // Whether it may be absent is asked below; what is there at all must be complete.
    const { name, required, optional } = secretKeys({ ...requirement, optional: false });
    const found = Object.hasOwn(values, name) ? values[name]! : {};
    const has = (key: string) => Object.hasOwn(found, key);
    const given = [...required, ...optional].filter(has);
    if (given.length === 0 && requirement.optional) continue;
    missing.push(...required.filter((key) => !has(key)).map((key) => `${name}.${key}`));
    const own = { ...resolved[name], ...Object.fromEntries(given.map((key) => [key, found[key]!])) };
    resolved[name] = own;
    for (const value of Object.values(own)) onSecret?.(value);
  }
  if (missing.length > 0) throw missingSecrets(action, missing, environment);
  return resolved;
}

function missingSecrets(action: string, missing: readonly string[], environment: string) {
  const [name, key] = missing[0]!.split('.');
  return raise.ACTION_SECRET_MISSING(
    { secret: missing.join('`, `'), environment },
    {
      remedy: `${action} needs it. Put it under \`secrets\` in config/backplane.yaml (\`${name}: { ${key}: "\${env:NAME}" }\`), or pass it with --secrets.`,
      details: { action, missing },
    },
  );
}
