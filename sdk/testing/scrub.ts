/** A value and the forms it hides in: URL-encoded, as JSON text, base64, hexadecimal. Shorter than four characters it hides anywhere. */
export function secretForms(value: string): string[] {
  if (value.length < 4) return [];
  const bytes = Buffer.from(value);
  const forms = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/** The text with every form of every secret masked. */
export function scrub(text: string, secrets: readonly string[]): string {
  return secrets.flatMap(secretForms).reduce((clean, form) => clean.replaceAll(form, '***'), text);
}

const CREDENTIALS =
  /^(?:authorization|cookie|set-cookie|proxy-authorization|x-api-key|.*(?:token|secret|api-?key).*)$/i;

/** Whether a header holds credentials by its name. */
export function isCredentialHeader(name: string): boolean {
  return CREDENTIALS.test(name);
}
