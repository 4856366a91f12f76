/** Where a secret stands: never the secret itself. */
export type SecretReference =
  | { readonly from: 'secret'; readonly name: string; readonly key: string; readonly text: string }
  | { readonly from: 'env'; readonly name: string; readonly text: string }
  /** A file whose whole text is the secret; relative ones start at the folder above `config`. */
  | { readonly from: 'file'; readonly path: string; readonly text: string };

const SECRET = /^secret:([A-Za-z_][A-Za-z0-9_-]*)\.([A-Za-z_][A-Za-z0-9_]*)$/;
const ENV = /^(?:env:([A-Za-z_][A-Za-z0-9_]*)|\$\{env:([A-Za-z_][A-Za-z0-9_]*)\})$/;

/** `secret:<name>.<key>`, `env:<NAME>`, `${env:<NAME>}` or `file:<path>`; undefined for anything else, such as a secret written into the file. */
export function readSecretReference(text: string): SecretReference | undefined {
  const [, name, key] = SECRET.exec(text) ?? [];
  if (name !== undefined && key !== undefined) return { from: 'secret', name, key, text };
  if (/^file:.+/.test(text)) return { from: 'file', path: text.slice('file:'.length), text };
  const [, plain, braced] = ENV.exec(text) ?? [];
  const variable = plain ?? braced;
  return variable === undefined ? undefined : { from: 'env', name: variable, text: `env:${variable}` };
}
