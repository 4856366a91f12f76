import type { SecretRequirement } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import type { Template } from '../language/template/template.ts';
import type { SecretSource, SecretValues } from '../registry/runnable-action.ts';

const needs = new WeakMap<Template, readonly SecretRequirement[]>();

/** What the `SECRETS.name.KEY` of a step's own arguments ask for. Tokens may be absent, as `A || B` chains expect. */
export function secretsNamedBy(template: Template): readonly SecretRequirement[] {
  const known = needs.get(template);
  if (known !== undefined) return known;
  const keys = new Map<string, Set<string>>();
  for (const { context, segments } of template.references) {
    if (context !== 'SECRETS' || segments.length === 0) continue;
    const [name, key] = segments as [string, string | undefined];
    const named = keys.get(name) ?? new Set<string>();
    keys.set(name, key === undefined ? named : named.add(key));
  }
  const requirements = [...keys].flatMap(([name, named]) => requirement(name, [...named]));
  needs.set(template, requirements);
  return requirements;
}

/** Values for the `SECRETS` context. Throws ACTION_SECRET_MISSING for a key that is not set. */
export async function resolveNamedSecrets(
  template: Template,
  source: SecretSource,
  environment: string,
): Promise<SecretValues> {
  const requirements = secretsNamedBy(template);
  if (requirements.length === 0) return {};
  const values = await source.resolve(requirements, environment);
  for (const needed of requirements) {
    if (needed.type !== 'custom') continue;
    for (const key of needed.keys) {
      if (Object.hasOwn(values, needed.name) && Object.hasOwn(values[needed.name]!, key)) continue;
      throw raise.ACTION_SECRET_MISSING({ secret: `${needed.name}.${key}`, environment });
    }
  }
  return values;
}

function requirement(name: string, keys: readonly string[]): SecretRequirement[] {
  if (!name.endsWith('_oauth')) {
    return [{ type: 'custom', name, keys, optionalKeys: [], optional: false, secretType: 'custom' }];
  }
  const providerId = name.slice(0, -'_oauth'.length);
  const service = keys.some((key) => key.endsWith('_SERVICE_TOKEN'));
  const user = keys.some((key) => !key.endsWith('_SERVICE_TOKEN'));
  const token = (grantType: 'authorization_code' | 'client_credentials'): SecretRequirement => {
    return { type: 'oauth', providerId, grantType, optional: true };
  };
  return [...(user ? [token('authorization_code')] : []), ...(service ? [token('client_credentials')] : [])];
}
