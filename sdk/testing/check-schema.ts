import type { AnySchema } from '../schema.ts';

export type Checked = { readonly value: unknown } | { readonly problems: readonly string[] };

/** Runs a schema of any library; problems as `path: message`. */
export async function checkSchema(schema: AnySchema, value: unknown): Promise<Checked> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { value: result.value };
  return {
    problems: result.issues.map(({ path = [], message }) => {
      const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
      return place === '' ? message : `${place}: ${message}`;
    }),
  };
}

/** As it is after it has crossed to the host: JSON, or it cannot cross. */
export function asJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? Number(member) : member));
  return text === undefined ? null : JSON.parse(text);
}
