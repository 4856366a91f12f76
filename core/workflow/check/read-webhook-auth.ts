import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import {
  type ApiKeyAuth,
  type HmacAuth,
  SIGNATURE_ALGORITHMS,
  SIGNATURE_ENCODINGS,
  WEBHOOK_PRESETS,
  type WebhookTrigger,
} from '../webhook-trigger.ts';
import { HEADER_NAME } from './header-name.ts';
import type { MappingReader } from './mapping-reader.ts';
import { readSecretKeys } from './read-secret-keys.ts';

const LONGEST_TOLERANCE = 86_400;
/** Their secret is made by the vendor. */
const VENDOR_SECRETS: readonly string[] = ['slack', 'stripe'];
const TIMED: readonly string[] = ['slack', 'stripe'];

/** How callers of a webhook prove themselves. */
export function readWebhookAuth(findings: Findings, trigger: MappingReader): WebhookTrigger['auth'] {
  return trigger.nested('auth', '`auth`', (reader) => {
    reader.require('type');
    const type = reader.choice('type', ['hmac', 'api_key']);
    return type === 'api_key' ? readApiKey(findings, reader) : readHmac(findings, reader);
  });
}

function readApiKey(findings: Findings, reader: MappingReader): ApiKeyAuth {
  const secrets = readSecretKeys(findings, reader, 'secret');
  return { type: 'api_key', header: readHeaderName(reader, 'header') ?? 'x-api-key', secrets };
}

function readHmac(findings: Findings, reader: MappingReader): HmacAuth {
  const preset = reader.choice('preset', WEBHOOK_PRESETS) ?? 'generic';
  const secrets = readSecretKeys(findings, reader, 'secret');
  const header = readHeaderName(reader, 'header');
  const algorithm = reader.choice('algorithm', SIGNATURE_ALGORITHMS);
  const encoding = reader.choice('encoding', SIGNATURE_ENCODINGS);
  const prefix = reader.text('prefix');
  const timestampHeader = readHeaderName(reader, 'timestamp_header');
  const toleranceSeconds = reader.number('tolerance_seconds', { min: 1, max: LONGEST_TOLERANCE, integer: true });
  if (preset === 'generic') {
    if (toleranceSeconds !== undefined && timestampHeader === undefined)
      reader.bad('tolerance_seconds', 'has no effect without `timestamp_header`');
  } else {
    refuseOptions(reader, preset);
    if (VENDOR_SECRETS.includes(preset) && reader.raw('secret') === undefined) {
      const where = `\`auth\` with \`preset: ${preset}\``;
      findings.atValue(reader.path, raise.WORKFLOW_KEY_MISSING({ key: 'secret', where }));
    }
  }
  return {
    type: 'hmac',
    preset,
    secrets,
    ...(header !== undefined && { header }),
    ...(algorithm !== undefined && { algorithm }),
    ...(encoding !== undefined && { encoding }),
    ...(prefix !== undefined && { prefix }),
    ...(timestampHeader !== undefined && { timestampHeader }),
    ...(toleranceSeconds !== undefined && { toleranceSeconds }),
  };
}

/** A preset is what its vendor documents; nothing of it can be changed but how late a call may come. */
function refuseOptions(reader: MappingReader, preset: string): void {
  const fixed = ['header', 'algorithm', 'encoding', 'prefix', 'timestamp_header'];
  if (!TIMED.includes(preset)) fixed.push('tolerance_seconds');
  for (const key of fixed) {
    if (reader.raw(key) !== undefined) reader.bad(key, `has no place beside \`preset: ${preset}\`, which decides it`);
  }
}

function readHeaderName(reader: MappingReader, key: string): string | undefined {
  const name = reader.text(key);
  if (name === undefined || HEADER_NAME.test(name)) return name?.toLowerCase();
  return reader.bad(key, 'must be the name of a header, as in `X-Signature`');
}
