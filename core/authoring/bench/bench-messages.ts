import type { ErrorRecord } from '@backplane/sdk';
import type { TierName } from '../../plugins/tiers/tier.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import type { PluginFacts } from './plugin-facts.ts';

/** What the parent tells the child that tries a plugin. */
export interface BenchOrder {
  readonly folder: string;
  /** What `config/plugins.yaml` would say under `config`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Where the calls run; `manifest`: where the manifest asks to. Absent: in the child itself, for who wants the facts alone. */
  readonly tier?: TierName | 'manifest';
}

export interface BenchCall {
  readonly id: number;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly secrets?: SecretValues;
  /** Answers requests instead of the network. */
  readonly httpFixture?: unknown;
  /** Aborts the call after so many milliseconds; 0: before it begins. */
  readonly abortAfterMs?: number;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: object;
}

/** One request that an action sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  /** Code of the error when no answer came. */
  readonly failed?: string;
  readonly ms: number;
}

export interface BenchOutcome {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: ErrorRecord;
  readonly logs: readonly LogLine[];
  readonly requests: readonly SentRequest[];
  readonly ms: number;
}

export type BenchAnswer =
  | { readonly type: 'ready'; readonly facts: PluginFacts }
  | { readonly type: 'failed'; readonly error: ErrorRecord }
  | { readonly type: 'outcome'; readonly outcome: BenchOutcome };
