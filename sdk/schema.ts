import type { StandardSchemaV1 } from '@standard-schema/spec';

/** Any library that speaks Standard Schema (zod, valibot, arktype …). */
export type AnySchema = StandardSchemaV1<any, any>;
export type InputOf<S extends AnySchema> = StandardSchemaV1.InferInput<S>;
export type OutputOf<S extends AnySchema> = StandardSchemaV1.InferOutput<S>;
