export const WEBHOOK_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type WebhookMethod = (typeof WEBHOOK_METHODS)[number];

/** A key of a workspace secret, written `name.KEY`. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

export const WEBHOOK_PRESETS = ['generic', 'github', 'slack', 'stripe'] as const;
export const SIGNATURE_ALGORITHMS = ['sha256', 'sha384', 'sha512', 'sha1'] as const;
export const SIGNATURE_ENCODINGS = ['hex', 'base64'] as const;

/** Calls carry an HMAC of what they say. The members that end here belong to `preset: generic`. */
export interface HmacAuth {
  readonly type: 'hmac';
  readonly preset: (typeof WEBHOOK_PRESETS)[number];
  /** Any of them signs; empty: the one that the host makes. */
  readonly secrets: readonly SecretKey[];
  /** Lower case. */
  readonly header?: string;
  readonly algorithm?: (typeof SIGNATURE_ALGORITHMS)[number];
  readonly encoding?: (typeof SIGNATURE_ENCODINGS)[number];
  /** Stands before the encoded signature. */
  readonly prefix?: string;
  /** Lower case. With it, `<its value>.` is signed before the body, and calls are taken once and in time. */
  readonly timestampHeader?: string;
  /** How far the time of a call may lie from now; also of `slack` and `stripe`. */
  readonly toleranceSeconds?: number;
}

/** Calls carry the secret itself. */
export interface ApiKeyAuth {
  readonly type: 'api_key';
  /** Lower case. */
  readonly header: string;
  readonly secrets: readonly SecretKey[];
}

/** A custom answer: expressions over the ended run. */
export interface WebhookResponse {
  readonly status?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  /** Absent: the run's result. */
  readonly body?: unknown;
}

export interface RateLimit {
  readonly requests: number;
  readonly perSeconds: number;
}

/** A `triggers` entry of type `webhook`; what the file leaves out is absent here. */
export interface WebhookTrigger {
  readonly type: 'webhook';
  /** What follows `/api/webhooks/`; absent: the host takes the workflow's alias. */
  readonly path?: string;
  /** Never empty; `POST` unless the file says otherwise. */
  readonly methods: readonly WebhookMethod[];
  /** The secret that signs calls when there is no `auth`; absent: the host makes one for this webhook. */
  readonly secret?: SecretKey;
  /** Absent: `hmac` with preset `generic`. */
  readonly auth?: HmacAuth | ApiKeyAuth;
  /** Addresses and CIDR ranges; absent: everybody may call. */
  readonly allowIps?: readonly string[];
  /** `TRIGGER` is the whole request, not its data alone. */
  readonly includeRequest?: boolean;
  /** Absent: the caller chooses with `?wait=`. */
  readonly respond?: 'accepted' | 'result';
  readonly response?: WebhookResponse;
  readonly rateLimit?: RateLimit;
}

/** The secrets that the trigger names, any of which proves a call; empty: the one of the host. */
export function namedSecretKeys({ secret, auth }: WebhookTrigger): readonly SecretKey[] {
  return secret === undefined ? (auth?.secrets ?? []) : [secret];
}
