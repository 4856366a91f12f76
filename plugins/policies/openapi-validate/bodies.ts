import type { Check, OpenDocument, Part } from './open-document.ts';

export interface Wrong {
  readonly kind: 'type' | 'value';
  readonly place: string;
  readonly problem: string;
}

/** What is wrong with a body of that content type. */
export type BodyCheck = (contentType: string | undefined, body: Uint8Array) => Wrong | undefined;

/** For `content` of a body: by exact type first, then `application/*`, then anything. */
export function openBodies(document: OpenDocument, of: Part, side: 'request' | 'response'): BodyCheck {
  const content = document.part(of, 'content');
  const checks = new Map<string, Check | undefined>();
  for (const type of Object.keys(content?.value ?? {})) {
    const schema = document.part(content!, type, 'schema');
    const name = mediaType(type);
    const texts = name === FORM ? 'texts' : undefined;
    checks.set(name, schema && (isJson(name) || name === FORM) ? document.check(schema, side, texts) : undefined);
  }
  return (contentType, body) => {
    if (checks.size === 0) return undefined;
    const type = mediaType(contentType ?? '');
    const key = [type, `${type.split('/')[0]}/*`, '*/*'].find((candidate) => checks.has(candidate));
    if (key === undefined)
      return { kind: 'type', place: '', problem: `must be one of ${[...checks.keys()].join(', ')}` };
    const check = checks.get(key);
    if (check === undefined) return undefined;
    let value: unknown;
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
      value = type === FORM ? formOf(text) : JSON.parse(text);
    } catch {
      return { kind: 'value', place: '', problem: 'must be JSON' };
    }
    const wrong = check(value);
    return wrong && { kind: 'value', ...wrong };
  };
}

const FORM = 'application/x-www-form-urlencoded';

function formOf(text: string): object {
  const form = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

function mediaType(text: string): string {
  return text.split(';', 1)[0]!.trim().toLowerCase();
}

function isJson(type: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json$/.test(type);
}
