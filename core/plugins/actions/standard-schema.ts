import { z } from 'zod';
import { plainSchemaMessage } from '../../language/source/plain-schema-message.ts';
import type { JsonSchema } from '../../registry/arguments/json-schema.ts';

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** The parts of Standard Schema and Standard JSON Schema that the host uses. */
export interface StandardSchema {
  readonly '~standard': {
    validate(value: unknown): StandardResult | Promise<StandardResult>;
    readonly jsonSchema?: Readonly<
      Record<'input' | 'output', (options: { readonly target: string }) => Record<string, unknown>>
    >;
  };
}

/** One thing a schema found: the path inside the value, and what is wrong. */
export interface SchemaIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type Validated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/** Rejects with whatever the schema's own code throws. */
export async function validate(schema: StandardSchema, value: unknown): Promise<Validated> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { ok: true, value: result.value };
  return {
    ok: false,
    issues: result.issues.map((issue) => ({
      path: (issue.path ?? []).map(segment),
      message: plainSchemaMessage(String(issue.message)),
    })),
  };
}

function segment(step: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof step === 'object' ? step.key : step;
  return typeof key === 'number' ? key : String(key);
}

/** `a.b[2]: message`, or the message alone at the root. */
export function issueLine({ path, message }: SchemaIssue): string {
  const place = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
  return place === '' ? message : `${place}: ${message}`;
}

/** JSON Schema 2020-12, as far as the library can say it; `{}` accepts everything and describes nothing. */
export function jsonSchemaOf(schema: StandardSchema, side: 'input' | 'output'): JsonSchema {
  try {
    if ('_zod' in schema)
      return z.toJSONSchema(schema as unknown as z.ZodType, {
        io: side,
        unrepresentable: 'any',
        // What is converted on the way in may be anything before.
        override: ({ zodSchema, jsonSchema }) => {
          if (side === 'input' && (zodSchema._zod.def as { coerce?: boolean }).coerce === true) delete jsonSchema.type;
        },
      }) as JsonSchema;
    return (schema['~standard'].jsonSchema?.[side]({ target: 'draft-2020-12' }) ?? {}) as JsonSchema;
  } catch {
    // A library that cannot describe a schema throws; the schema itself still validates.
    return {};
  }
}
