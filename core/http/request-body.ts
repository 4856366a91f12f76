import type { Request } from 'express';
import { raise } from '../errors/catalogue.ts';
import { readJson } from '../language/source/read-json.ts';

/** The media type without parameters, lower case; empty when none was sent. */
export function mediaType(request: Request): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

export const isJson = (type: string) => type === '' || type === 'application/json' || type.endsWith('+json');

/** The raw bytes that the body parser kept; empty when there was no body. */
export function rawBody(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** A JSON body with exact numbers; undefined when empty. Throws HTTP_BODY_SYNTAX, HTTP_MEDIA_TYPE or INPUT_TOO_DEEP. */
export function jsonBody(request: Request): unknown {
  const bytes = rawBody(request);
  if (bytes.length === 0) return undefined;
  const type = mediaType(request);
  if (!isJson(type)) throw raise.HTTP_MEDIA_TYPE({ type });
  return parseJsonBytes(bytes);
}

/** A body as workflow input: JSON as data, forms as a map, any other text as a string; null when empty. Throws HTTP_BODY_SYNTAX or INPUT_TOO_DEEP. */
export function inputBody(request: Request): unknown {
  const bytes = rawBody(request);
  if (bytes.length === 0) return null;
  const type = mediaType(request);
  if (isJson(type)) return parseJsonBytes(bytes);
  if (type === 'application/x-www-form-urlencoded') return formFields(bytes.toString('utf8'));
  return bytes.toString('utf8');
}

/** Exact numbers. Throws HTTP_BODY_SYNTAX or INPUT_TOO_DEEP. */
export function parseJsonBytes(bytes: Buffer): unknown {
  return readJson(bytes.toString('utf8'), (cause) => raise.HTTP_BODY_SYNTAX({ cause }));
}

/** The fields of a form or query in text. Repeated ones become lists. */
export function formFields(text: string): Record<string, unknown> {
  return fieldsOf(new URLSearchParams(text));
}

export function fieldsOf(pairs: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of pairs) {
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
  }
  return fields;
}
