export const WEBHOOK_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type WebhookMethod = (typeof WEBHOOK_METHODS)[number];

/** A `triggers` entry of type `webhook`, defaults filled in. */
export interface WebhookTrigger {
  readonly type: 'webhook';
  /** What follows `/api/webhooks/`; absent: the host takes the workflow's alias. */
  readonly path?: string;
  /** Never empty; `POST` unless the file says otherwise. */
  readonly methods: readonly WebhookMethod[];
  /** The workspace secret that signs calls, written `name.KEY`; absent: the host makes one for this webhook. */
  readonly secret?: { readonly name: string; readonly key: string };
}
