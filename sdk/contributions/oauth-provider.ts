import { type Tagged, tag } from '../tag.ts';
import type { Described } from './context.ts';

export type OAuthGrant = 'authorization_code' | 'client_credentials' | 'device_code';

/** A part of the provider's addresses that differs from customer to customer, such as a tenant or an own domain. */
export interface OAuthSetting {
  readonly title: string;
  /** A whole-string regular expression: what is put into an address must not be able to change its host by surprise. */
  readonly pattern: string;
  readonly default?: string;
}

/**
 * A provider of OAuth 2.0, as data. The flow itself (state, PKCE, storage, refresh, revocation, redaction) is the host's. `{name}` in an
 * address or host stands for a setting. No function anywhere: it is checked and shown without running anything.
 */
export interface OAuthProviderSpec extends Described {
  /** What requirements call `providerId`, and connections their kind: `google`, `microsoft_graph`. */
  readonly name: string;
  readonly grants: readonly OAuthGrant[];
  readonly settings?: Readonly<Record<string, OAuthSetting>>;
  readonly endpoints: {
    /** Needed for `authorization_code`. https only, as all of them. */
    readonly authorize?: string;
    readonly token: string;
    readonly revoke?: string;
    /** RFC 7662. */
    readonly introspect?: string;
    /** RFC 8628; needed for `device_code`. */
    readonly device?: string;
  };
  /** Default S256; `none` only for providers that refuse it. */
  readonly pkce?: 'S256' | 'none';
  /** How `client_credentials` asks where it is not by the standard grant: Google's service accounts sign an assertion. */
  readonly serviceGrant?: 'client_credentials' | 'jwt_bearer' | 'account_credentials';
  /** What the token endpoint reads; default `form`. */
  readonly tokenBody?: 'form' | 'json';
  /** How the client proves itself at the token endpoint; default `basic`. A secret that is a private key (PEM) always signs an assertion. */
  readonly clientAuth?: 'basic' | 'post' | 'private_key_jwt' | 'none';
  readonly scopes: {
    /** Scope → what it lets Backplane do, in plain words. */
    readonly known: Readonly<Record<string, string>>;
    readonly default: readonly string[];
    /** Asked for by `client_credentials`; default: as `default`. */
    readonly service?: readonly string[];
    /** Default a space. */
    readonly separator?: ' ' | ',';
  };
  /** The only hosts that a token may ever be sent to: `api.acme.com`, `*.acme.com`. */
  readonly sendTokenTo: readonly string[];
  /** How the token goes along; default `Authorization: Bearer <token>`. */
  readonly sendTokenAs?: { readonly header: string; readonly prefix: string };
  /** Fixed parameters, for providers that want more than the standard: `{ access_type: 'offline' }`. */
  readonly parameters?: {
    readonly authorize?: Readonly<Record<string, string>>;
    /** Under which name the scopes stand there; default `scope`. */
    readonly scope?: string;
    readonly token?: Readonly<Record<string, string>>;
    /** Of `client_credentials` alone; `{name}` stands for a setting. */
    readonly service?: Readonly<Record<string, string>>;
  };
  readonly tokens?: {
    /** Where the token's members stand in the answer when not at its top: `authed_user`. Dots lead inwards. */
    readonly at?: string;
    /** Milliseconds a token is good for when the answer does not say. */
    readonly lifetimeMs?: number;
    /** True: each refresh gives a new refresh token and ends the old one. */
    readonly rotates?: boolean;
  };
  /** Who the token belongs to, asked once after connecting. `id` and `label` are JSONPaths into the answer. */
  readonly account?: { readonly url: string; readonly id: string; readonly label: string };
}

export type OAuthProvider = OAuthProviderSpec & Tagged<'oauth-provider'>;

export function defineOAuthProvider(spec: OAuthProviderSpec): OAuthProvider {
  return tag('oauth-provider', spec);
}
