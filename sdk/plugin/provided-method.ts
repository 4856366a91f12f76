import type { Log } from '../log.ts';
import type { AnySchema, InputOf, OutputOf } from '../schema.ts';

export interface MethodCall<I extends AnySchema> {
  readonly input: OutputOf<I>;
  /** Id of the plugin that calls. */
  readonly caller: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Something that other plugins may call. What crosses is JSON, checked on both ways: the two may run in different processes. */
export interface MethodSpec<I extends AnySchema, O extends AnySchema> {
  readonly summary: string;
  readonly input: I;
  readonly output: O;
  run(call: MethodCall<I>): Promise<InputOf<O>> | InputOf<O>;
}

export type Provided = Readonly<Record<string, MethodSpec<any, any>>>;

/** Types one method of `provides`. */
export function defineMethod<I extends AnySchema, O extends AnySchema>(spec: MethodSpec<I, O>): MethodSpec<I, O> {
  return spec;
}

/** What a plugin that provides `P` looks like to others. */
export type ClientOf<P extends Provided> = {
  readonly [K in keyof P]: P[K] extends MethodSpec<infer I, infer O>
    ? (input: InputOf<I>, options?: { readonly signal?: AbortSignal }) => Promise<OutputOf<O>>
    : never;
};
