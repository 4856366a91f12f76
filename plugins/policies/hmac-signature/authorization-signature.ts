import type { PolicyRequest } from '@backplane/sdk';
import { componentValue } from './component-value.ts';
import { isDigestHeader, SignatureRefused, type SignedRequest } from './signed-request.ts';

/** The names that other components have in this scheme. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  '(request-target)': ['@method', '@path', '@query', '@request-target', '(request-target)'],
  host: ['@authority', 'host'],
};

/** `Authorization: Signature keyId="…",headers="(request-target) host date",signature="…"` (draft-cavage-http-signatures-12). */
export function authorizationSignature(request: PolicyRequest, credential: string): SignedRequest {
  const fields = fieldsOf(credential);
  const keyId = fields.get('keyId');
  const signature = fields.get('signature') ?? '';
  if (keyId === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(signature))
    throw new SignatureRefused('The signature cannot be read.');
  const names = (fields.get('headers') ?? 'date').toLowerCase().split(' ');
  if (new Set(names).size < names.length) throw new SignatureRefused('The signature covers a header twice.');
  const [created, expires] = [time(fields.get('created')), time(fields.get('expires'))];
  const lines = names.map((name) => {
    if (name === '(request-target)') return `${name}: ${request.method.toLowerCase()} ${request.url}`;
    if (name === '(created)' || name === '(expires)') {
      const value = fields.get(name.slice(1, -1));
      if (value === undefined) throw new SignatureRefused(`The signature covers "${name}" and does not tell it.`);
      return `${name}: ${value}`;
    }
    return `${name}: ${componentValue(request, name)}`;
  });
  return {
    keyId,
    // `hs2019` leaves it to the key.
    algorithm: fields.get('algorithm') === 'hs2019' ? undefined : fields.get('algorithm'),
    components: names.flatMap((name) => SAME[name] ?? [name]),
    digests: names.filter(isDigestHeader),
    // Times that are not signed say nothing.
    created: names.includes('(created)') ? created : names.includes('date') ? dateOf(request) : undefined,
    expires: names.includes('(expires)') ? expires : undefined,
    signature: Buffer.from(signature, 'base64'),
    base: lines.join('\n'),
  };
}

function fieldsOf(credential: string): Map<string, string> {
  const fields = new Map<string, string>();
  const rest = credential.replaceAll(/\s*(\w+)=(?:"([^"]*)"|(\d+))\s*(?:,|$)/g, (_all, name, quoted, plain) => {
    if (fields.has(name)) throw new SignatureRefused(`The signature tells its ${name} twice.`);
    fields.set(name, quoted ?? plain);
    return '';
  });
  if (rest !== '') throw new SignatureRefused('The signature cannot be read.');
  return fields;
}

function time(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,12}$/.test(text)) throw new SignatureRefused('The times of the signature cannot be read.');
  return Number(text) * 1000;
}

function dateOf({ headers }: PolicyRequest): number {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new SignatureRefused('The header "date" cannot be read.');
  return date;
}
