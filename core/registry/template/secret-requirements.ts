import type { SecretRequirement } from '@backplane/sdk';
import type { Reference } from '../../language/template/template.ts';
import type { SecretValues } from '../runnable-action.ts';

/** Under which name and keys a secret appears in `SECRETS`. */
export function secretKeys(requirement: SecretRequirement): { name: string; required: string[]; optional: string[] } {
  if (requirement.type === 'custom') {
    const { name, keys, optionalKeys, optional } = requirement;
    return optional
      ? { name, required: [], optional: [...keys, ...optionalKeys] }
      : { name, required: [...keys], optional: [...optionalKeys] };
  }
  const { providerId, grantType, optional } = requirement;
  const owner = grantType === 'authorization_code' ? 'USER' : 'SERVICE';
  const key = `${providerId.toUpperCase()}_${owner}_TOKEN`;
  return { name: `${providerId}_oauth`, required: optional ? [] : [key], optional: optional ? [key] : [] };
}

/** Secrets that expressions read although no `secrets` entry names them. Keys are required all the same; tokens are often one of two. */
export function impliedSecrets(
  declared: readonly SecretRequirement[],
  references: readonly Reference[],
): SecretRequirement[] {
  const known = new Set(declared.flatMap((requirement) => qualifiedKeys(requirement)));
  const implied = new Map<string, SecretRequirement>();
  for (const { context, segments } of references) {
    const [name, key] = segments;
    if (context !== 'SECRETS' || name === undefined || key === undefined) continue;
    const qualified = `${name}.${key}`;
    if (!known.has(qualified) && !implied.has(qualified)) implied.set(qualified, requirementFor(name, key));
  }
  return [...implied.values()];
}

function qualifiedKeys(requirement: SecretRequirement): string[] {
  const { name, required, optional } = secretKeys(requirement);
  return [...required, ...optional].map((key) => `${name}.${key}`);
}

function requirementFor(name: string, key: string): SecretRequirement {
  const providerId = name.replace(/_oauth$/, '');
  const owner = /_(USER|SERVICE)_TOKEN$/.exec(key)?.[1];
  if (providerId !== name && owner !== undefined) {
    const grantType = owner === 'USER' ? 'authorization_code' : 'client_credentials';
    return { type: 'oauth', providerId, grantType, optional: true };
  }
  return { type: 'custom', name, keys: [key], optionalKeys: [], optional: false, secretType: 'custom' };
}

/** `name.KEY` of everything required that has no value. */
export function missingSecrets(requirements: readonly SecretRequirement[], values: SecretValues): string[] {
  const missing = requirements.flatMap((requirement) => {
    const { name, required } = secretKeys(requirement);
    return required.filter((key) => keyValue(values, name, key) === undefined).map((key) => `${name}.${key}`);
  });
  return [...new Set(missing)];
}

/** The `SECRETS` context: every declared key is there, null where an optional one has no value. */
export function secretsContext(requirements: readonly SecretRequirement[], values: SecretValues): unknown {
  const context: Record<string, Record<string, string | null>> = Object.create(null);
  for (const requirement of requirements) {
    const { name, required, optional } = secretKeys(requirement);
    context[name] ??= Object.create(null) as Record<string, string | null>;
    for (const key of [...required, ...optional]) context[name][key] = keyValue(values, name, key) ?? null;
  }
  return context;
}

function keyValue(values: SecretValues, name: string, key: string): string | undefined {
  const secret = Object.hasOwn(values, name) ? values[name]! : undefined;
  return secret != null && Object.hasOwn(secret, key) ? secret[key] : undefined;
}
