import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { SecretKey } from '../webhook-trigger.ts';
import type { MappingReader } from './mapping-reader.ts';

const SECRET = /^([a-z0-9_]+)\.([A-Za-z0-9_]+)$/;
const PROBLEM = 'must name a secret and its key, as in `github.WEBHOOK_SECRET`';

/** The one secret that a key names. */
export function readSecretKey(reader: MappingReader, key: string): SecretKey | undefined {
  const written = reader.text(key);
  if (written === undefined) return undefined;
  return secretKey(written) ?? reader.bad(key, PROBLEM);
}

/** One secret or several, for the time in which one follows the other. */
export function readSecretKeys(findings: Findings, reader: MappingReader, key: string): SecretKey[] {
  if (typeof reader.raw(key) === 'string') return [readSecretKey(reader, key) ?? []].flat();
  const written = reader.texts(key) ?? [];
  if (Array.isArray(reader.raw(key)) && written.length === 0) reader.bad(key, 'must name a secret at least');
  return written.flatMap((text, index) => {
    const secret = secretKey(text);
    if (secret !== undefined) return [secret];
    findings.atValue([...reader.path, key, index], raise.WORKFLOW_VALUE({ key: `${key}[${index}]`, problem: PROBLEM }));
    return [];
  });
}

function secretKey(text: string): SecretKey | undefined {
  const [, name, key] = SECRET.exec(text) ?? [];
  return name === undefined ? undefined : { name, key: key! };
}
