/** Numbers that a double cannot hold. */
const LONG_NUMBER = /\d{16}|\d[eE]\+?\d{3}/;

/** JSON whose numbers keep all their digits, as long as it is only moved around. Throws a SyntaxError. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
  });
}

export function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType);
}
