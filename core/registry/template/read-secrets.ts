import type { CustomSecret, OAuthSecret, SecretRequirement } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { type FieldRules, type Fields, isMapping, readFields } from './read-fields.ts';

const SECRET_TYPES = ['custom', 'ssh_key', 'mtls', 'ca_cert'] as const;

/** Secrets of these kinds always have the same keys. */
const FIXED_KEYS: Readonly<Record<string, readonly string[]>> = {
  ssh_key: ['PRIVATE_KEY'],
  mtls: ['TLS_CERTIFICATE', 'TLS_PRIVATE_KEY'],
  ca_cert: ['CA_CERTIFICATE'],
};

const CUSTOM: FieldRules = {
  type: { kind: 'text', oneOf: ['custom'] },
  name: { kind: 'text', required: true, pattern: /^[a-z0-9_]+$/, patternSays: 'lower-case letters, digits and _' },
  keys: { kind: 'list', least: 1 },
  optional_keys: { kind: 'list', least: 1 },
  optional: { kind: 'boolean' },
  secret_type: { kind: 'text', oneOf: SECRET_TYPES },
};

const OAUTH: FieldRules = {
  type: { kind: 'text', oneOf: ['oauth'] },
  provider_id: {
    kind: 'text',
    required: true,
    pattern: /^[a-z0-9_]+$/,
    patternSays: 'lower-case letters, digits and _',
  },
  grant_type: { kind: 'text', required: true, oneOf: ['authorization_code', 'client_credentials'] },
  optional: { kind: 'boolean' },
};

/** A name alone, ending in `_oauth`: how OAuth secrets were written before they had a type. */
const LEGACY_OAUTH: FieldRules = {
  name: {
    kind: 'text',
    required: true,
    pattern: /^[a-z0-9_]+_oauth$/,
    patternSays: 'the name of an OAuth provider with _oauth',
  },
  optional: { kind: 'boolean' },
};

export function readSecrets(findings: Findings, value: unknown, path: DataPath): SecretRequirement[] {
  const entries = Array.isArray(value) ? value : [];
  return entries.flatMap((entry, index) => readSecret(findings, entry, [...path, index]) ?? []);
}

function readSecret(findings: Findings, entry: unknown, path: DataPath): SecretRequirement | undefined {
  const raw = isMapping(entry) ? entry : {};
  if (raw['type'] === 'oauth' || 'provider_id' in raw)
    return oauth(readFields(findings, entry, path, 'an OAuth secret', OAUTH));
  const name = typeof raw['name'] === 'string' ? raw['name'] : '';
  const hasKeys = 'keys' in raw || 'optional_keys' in raw;
  if (name.endsWith('_oauth') && !hasKeys) {
    const fields = readFields(findings, entry, path, 'an OAuth secret', LEGACY_OAUTH);
    return oauth({ ...fields, provider_id: name.slice(0, -'_oauth'.length), grant_type: 'authorization_code' });
  }
  return readCustom(findings, entry, path);
}

function oauth(fields: Fields): OAuthSecret | undefined {
  const { provider_id: providerId, grant_type: grantType } = fields;
  if (typeof providerId !== 'string' || typeof grantType !== 'string') return undefined;
  return {
    type: 'oauth',
    providerId,
    grantType: grantType as OAuthSecret['grantType'],
    optional: fields['optional'] === true,
  };
}

function readCustom(findings: Findings, entry: unknown, path: DataPath): CustomSecret | undefined {
  const before = findings.problems.length;
  const fields = readFields(findings, entry, path, 'a secret', CUSTOM);
  const secretType = (fields['secret_type'] ?? 'custom') as CustomSecret['secretType'];
  const keys = readKeys(findings, fields['keys'], [...path, 'keys']);
  const optionalKeys = readKeys(findings, fields['optional_keys'], [...path, 'optional_keys']);
  const fixed = FIXED_KEYS[secretType] ?? [];
  const strange = [...keys, ...optionalKeys].find((key) => fixed.length > 0 && !fixed.includes(key));
  const what = 'A secret';
  if (strange !== undefined) {
    const problem = `of type ${secretType} has the keys ${fixed.join(', ')}, not ${strange}`;
    findings.atValue(path, raise.TEMPLATE_VALUE({ what, problem }));
  }
  if (typeof fields['name'] === 'string' && fields['name'].endsWith('_oauth')) {
    const problem =
      'with keys may not have a name that ends in _oauth; write type: oauth with provider_id and grant_type';
    findings.atValue([...path, 'name'], raise.TEMPLATE_VALUE({ what, problem }));
  }
  if (keys.length + optionalKeys.length + fixed.length === 0 && findings.problems.length === before) {
    findings.atKey(path, raise.TEMPLATE_KEY_MISSING({ key: 'keys', where: 'a secret' }));
  }
  if (findings.problems.length > before) return undefined;
  const required = keys.length + optionalKeys.length === 0 ? fixed : keys;
  const name = fields['name'] as string;
  return { type: 'custom', name, keys: required, optionalKeys, optional: fields['optional'] === true, secretType };
}

function readKeys(findings: Findings, value: unknown, path: DataPath): string[] {
  const keys = Array.isArray(value) ? value : [];
  keys.forEach((key, index) => {
    if (typeof key === 'string' && /^[a-zA-Z0-9_]+$/.test(key)) return;
    const problem = 'must be letters, digits and _';
    findings.atValue([...path, index], raise.TEMPLATE_VALUE({ what: 'The key of a secret', problem }));
  });
  return keys.filter((key): key is string => typeof key === 'string');
}
