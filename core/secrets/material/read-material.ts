import { authorityFacts, clientCertificateFacts } from './certificate.ts';
import type { KeyValues, SecretFacts, SecretType } from './secret-facts.ts';
import { openedSshKeyFacts } from './ssh-key.ts';

const MOST_KEYS = 50;
const MAX_BYTES = 65_536;
const KEY = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

type Facts = Omit<SecretFacts, 'keys'> | string;

interface TypeRules {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  facts(values: KeyValues): Facts | Promise<Facts>;
}

/** Types whose keys actions and templates know by name. */
const RULES: Partial<Record<SecretType, TypeRules>> = {
  ssh_key: { required: ['PRIVATE_KEY'], optional: ['PASSPHRASE'], facts: openedSshKeyFacts },
  mtls: { required: ['TLS_CERTIFICATE', 'TLS_PRIVATE_KEY'], optional: [], facts: clientCertificateFacts },
  ca_cert: { required: ['CA_CERTIFICATE'], optional: [], facts: authorityFacts },
};

/** Values that may be stored, with what may be told of them; or all that is wrong, in words that hold no value. */
export type Material =
  | { readonly values: KeyValues; readonly facts: SecretFacts }
  | { readonly problems: readonly string[] };

/** Checks what is to be stored as a secret of a type. */
export async function readMaterial(type: SecretType, given: KeyValues): Promise<Material> {
  const problems = [...shapeProblems(given), ...keyProblems(type, given)];
  if (problems.length > 0) return { problems };
  const values = type === 'ssh_key' ? withLineEnd(given) : given;
  const told = (await RULES[type]?.facts(values)) ?? {};
  if (typeof told === 'string') return { problems: [told] };
  return { values, facts: { keys: Object.keys(values).sort(), ...told } };
}

function shapeProblems(given: KeyValues): string[] {
  const entries = Object.entries(given);
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...(entries.length === 0 ? ['it has no key'] : []),
    ...(entries.length > MOST_KEYS ? [`it has more than ${MOST_KEYS} keys`] : []),
    ...(bytes > MAX_BYTES ? [`it is larger than ${MAX_BYTES} bytes`] : []),
    ...entries
      .filter(([key]) => !KEY.test(key))
      .map(([key]) => `${JSON.stringify(key.slice(0, 100))} is no name of a key: letters, digits and _`),
    ...entries.filter(([, value]) => value === '').map(([key]) => `\`${key}\` is empty`),
    ...entries.filter(([, value]) => value.includes('\0')).map(([key]) => `\`${key}\` holds a NUL`),
  ];
}

function keyProblems(type: SecretType, given: KeyValues): string[] {
  const rules = RULES[type];
  if (rules === undefined) return [];
  const { required, optional } = rules;
  return [
    ...required.filter((key) => !Object.hasOwn(given, key)).map((key) => `a secret of type ${type} needs \`${key}\``),
    ...Object.keys(given)
      .filter((key) => ![...required, ...optional].includes(key))
      .map((key) => `a secret of type ${type} has no \`${key}\``),
  ];
}

/** OpenSSH refuses a key whose last line does not end. */
function withLineEnd(values: KeyValues): KeyValues {
  return { ...values, PRIVATE_KEY: `${values['PRIVATE_KEY']!.trimEnd()}\n` };
}
