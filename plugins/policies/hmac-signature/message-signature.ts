import type { PolicyRequest } from '@backplane/sdk';
import { type Item, parseDictionary, serializeInnerList, serializeItem } from 'structured-headers';
import { componentValue } from './component-value.ts';
import { isDigestHeader, SignatureRefused, type SignedRequest } from './signed-request.ts';

/** What other components say as well. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  '@target-uri': ['@scheme', '@authority', '@request-target', '@path', '@query'],
  '@request-target': ['@path', '@query'],
};

/** A signature of HTTP Message Signatures (RFC 9421); undefined when the request has none. The first one of a known key counts. */
export function messageSignature(request: PolicyRequest, knows: (keyId: string) => boolean): SignedRequest | undefined {
  const inputs = request.headers.all('signature-input');
  if (inputs.length === 0) return undefined;
  const [input, signatures] = [dictionary(inputs), dictionary(request.headers.all('signature'))];
  for (const [label, member] of input) {
    const [items, parameters] = member;
    const keyId = parameters.get('keyid');
    const signature = signatures.get(label)?.[0];
    if (!Array.isArray(items) || typeof keyId !== 'string' || !knows(keyId) || !(signature instanceof ArrayBuffer))
      continue;
    const { components, lines } = covered(request, items as Item[]);
    const written = serializeInnerList([items as Item[], parameters]);
    const algorithm = parameters.get('alg');
    return {
      keyId,
      algorithm: typeof algorithm === 'string' ? algorithm : undefined,
      components: components.flatMap((name) => [name, ...(IMPLIED[name] ?? [])]),
      digests: components.filter(isDigestHeader),
      created: seconds(parameters.get('created')),
      expires: seconds(parameters.get('expires')),
      signature: new Uint8Array(signature),
      base: [...lines, `"@signature-params": ${written}`].join('\n'),
    };
  }
  throw new SignatureRefused('There is no signature of a known key.');
}

function dictionary(lines: readonly string[]) {
  try {
    return parseDictionary(lines.join(', '));
  } catch {
    throw new SignatureRefused('The signature cannot be read.');
  }
}

function covered(request: PolicyRequest, items: readonly Item[]) {
  const components: string[] = [];
  const lines: string[] = [];
  for (const item of items) {
    const [name, parameters] = item;
    if (typeof name !== 'string' || parameters.size > 0 || name !== name.toLowerCase())
      throw new SignatureRefused('The signature covers a component in a form that is not supported.');
    if (components.includes(name)) throw new SignatureRefused(`The signature covers "${name}" twice.`);
    components.push(name);
    lines.push(`${serializeItem(item)}: ${componentValue(request, name)}`);
  }
  return { components, lines };
}

function seconds(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new SignatureRefused('The times of the signature cannot be read.');
  return value * 1000;
}
