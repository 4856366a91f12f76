import type { ContextPort } from '../ports/ports.ts';
import type { AnySchema } from '../schema.ts';
import { type Tagged, tag } from '../tag.ts';
import type { Opened, Opens } from './context.ts';

export interface ModelFacts {
  readonly id: string;
  readonly title: string;
  /** Tokens. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly can: readonly ('chat' | 'tools' | 'images' | 'json' | 'reasoning' | 'embed')[];
  /** US dollars a million tokens. */
  readonly price?: { readonly input: number; readonly output: number; readonly cachedInput?: number };
}

export type LlmPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaType: string; readonly data: Uint8Array }
  | { readonly type: 'tool-call'; readonly id: string; readonly tool: string; readonly input: unknown }
  | { readonly type: 'tool-result'; readonly id: string; readonly output: unknown; readonly isError?: boolean };

export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: readonly LlmPart[];
}

export interface LlmRequest {
  readonly model: string;
  readonly messages: readonly LlmMessage[];
  readonly tools?: readonly { readonly name: string; readonly description: string; readonly input: object }[];
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly tool: string };
  /** JSON Schema that the answer must fit. */
  readonly output?: object;
  readonly maxTokens?: number;
  /** 0 to 2. */
  readonly temperature?: number;
  readonly stop?: readonly string[];
  /** What this provider alone understands. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

export interface LlmUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number;
}

/** What comes back, piece by piece; `end` is the last and always comes unless the call rejects. */
export type LlmEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'tool-call'; readonly id: string; readonly tool: string; readonly input: unknown }
  | {
      readonly type: 'end';
      readonly reason: 'stop' | 'length' | 'tool-calls' | 'refused';
      readonly usage: LlmUsage;
      /** The model that really answered. */
      readonly model: string;
    };

export interface Llm extends Opened {
  models(signal: AbortSignal): Promise<readonly ModelFacts[]>;
  /** Rate limits reject with `retry: 'later'` and `retryAfterMs`. */
  generate(request: LlmRequest): AsyncIterable<LlmEvent>;
  /** One vector a text, in their order. */
  embed?(request: {
    readonly model: string;
    readonly texts: readonly string[];
    readonly signal: AbortSignal;
  }): Promise<{ readonly vectors: readonly (readonly number[])[]; readonly usage: LlmUsage }>;
}

export interface LlmProviderSpec<C extends AnySchema, U extends ContextPort> extends Opens<C, U, Llm> {}

export type LlmProvider = LlmProviderSpec<any, any> & Tagged<'llm-provider'>;

/** Declares a source of language models. */
export function defineLlmProvider<C extends AnySchema, const U extends ContextPort = never>(
  spec: LlmProviderSpec<C, U>,
): LlmProviderSpec<C, U> & Tagged<'llm-provider'> {
  return tag('llm-provider', spec);
}
