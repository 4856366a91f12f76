/** One host that a plugin talks to. */
export interface NetworkRule {
  /** `api.acme.com`, `*.acme.com`, or `*` for any; lower case. With a port only when it is not that of https. */
  readonly host: string;
  /** Upper case, sorted; absent: any. */
  readonly methods?: readonly string[];
  /** For the person who decides; not part of what is compared. */
  readonly why: string;
}

/**
 * What a plugin asks for and the host grants, in canonical form: sorted, lower-cased, defaults filled in. What is absent is denied, and
 * then the member of the plugin's context is absent, too.
 */
export interface Capabilities {
  readonly network?: readonly NetworkRule[];
  /** Kinds of connections: the host attaches the credential, the plugin never sees it. */
  readonly connections?: readonly { readonly kind: string; readonly why: string }[];
  /** Raw secret values: shown in red. */
  readonly secrets?: { readonly why: string };
  readonly kv?: { readonly quotaBytes: number; readonly why: string };
  /** Below the folder that the host gives the plugin, or an absolute path that the administrator must grant by name. */
  readonly files?: readonly { readonly path: string; readonly access: 'read' | 'write'; readonly why: string }[];
  readonly events?: readonly {
    readonly topic: string;
    readonly access: 'publish' | 'subscribe';
    readonly why: string;
  }[];
  /** `public`: some of its routes answer without a key. */
  readonly routes?: { readonly why: string; readonly public?: { readonly why: string } };
  readonly database?: { readonly why: string };
  readonly scripts?: { readonly why: string };
  readonly workflows?: { readonly why: string };
  /** Services behind the gateway, past the policies of its routes. */
  readonly gateway?: { readonly why: string };
}

/** `wider` alone needs a person. */
export type CapabilityChange = 'same' | 'narrower' | 'reasons' | 'wider';
