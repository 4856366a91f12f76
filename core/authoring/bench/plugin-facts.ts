import type { ErrorRecord, SecretRequirement } from '@backplane/sdk';
import type { TierName } from '../../plugins/tiers/tier.ts';
import type { JsonSchema } from '../../registry/arguments/json-schema.ts';

/** An example of an action, and what its own schemas say about it; no problems: it fits. */
export interface ExampleFacts {
  readonly name: string;
  readonly input: unknown;
  /** Absent: the example promises no result. */
  readonly output?: unknown;
  readonly inputProblems: readonly string[];
  readonly outputProblems: readonly string[];
}

/** What the code says of one action, as plain data. */
export interface ActionFacts {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly effect: string | undefined;
  readonly idempotent: string | undefined;
  readonly inputSchema: JsonSchema;
  /** Absent: the action has no `output`. */
  readonly outputSchema?: JsonSchema;
  readonly uses: readonly string[];
  readonly secrets: readonly SecretRequirement[];
  readonly aliases: readonly string[];
  readonly examples: readonly ExampleFacts[];
  readonly deprecated?: string;
  readonly docsUrl?: string;
  readonly timeoutMs?: number;
}

/** One row of the plugin's own error catalogue. */
export interface ErrorFactsRow {
  readonly code: string;
  readonly status: number;
  readonly blame: string;
  readonly retry: string;
  readonly remedy: string;
}

/** A plugin whose code has run, as plain data: what the tools for authors work with. */
export interface PluginFacts {
  readonly id: string;
  readonly version: string;
  /** Where its calls run. */
  readonly tier: TierName;
  /** What it may do, a line each, with the reason that its manifest gives. */
  readonly granted: readonly string[];
  readonly actions: readonly ActionFacts[];
  /** Contributions of other kinds; `file` where they name one. */
  readonly others: readonly { readonly kind: string; readonly name: string; readonly file?: string }[];
  /** `contributes` of the manifest, as the code has it. */
  readonly index: Readonly<Record<string, unknown>>;
  readonly errors: readonly ErrorFactsRow[];
  readonly configSchema?: JsonSchema;
  /** Why a host would not take it. Absent: it is active. */
  readonly error?: ErrorRecord;
  /** What a host has and this machine has not, for which its code could not be started here, or not all of it. */
  readonly lacks?: ErrorRecord;
}
