import type { OAuthProviderSpec } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { ConnectionOwner, HeldConnection } from './connection-record.ts';
import type { OAuthClient } from './oauth-client.ts';
import { type ProviderAt, providerAt } from './provider-at.ts';

/** Clients that the administrator has registered for every workspace, by provider. */
export type HostClients = Readonly<Record<string, HostClient>>;

export interface HostClient extends OAuthClient {
  readonly settings?: Readonly<Record<string, string>>;
}

/** What a connection stands on: the provider with its addresses, and who Backplane is there. */
export interface Footing {
  readonly at: ProviderAt;
  readonly client: OAuthClient;
  /** What to ask for. */
  readonly scopes: readonly string[];
}

/** The providers that there are at this moment. */
export class ProviderTable {
  readonly #known: () => readonly OAuthProviderSpec[];
  readonly #clients: HostClients;

  constructor(known: () => readonly OAuthProviderSpec[], clients: HostClients) {
    this.#known = known;
    this.#clients = clients;
  }

  all(): readonly OAuthProviderSpec[] {
    return this.#known().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws CONNECTION_PROVIDER_UNKNOWN. */
  get(name: string): OAuthProviderSpec {
    const known = this.#known();
    const found = known.find((spec) => spec.name === name);
    if (found !== undefined) return found;
    const suggestion = nearest(
      name,
      known.map((spec) => spec.name),
    );
    throw raise.CONNECTION_PROVIDER_UNKNOWN({ provider: name, ...(suggestion !== undefined && { suggestion }) });
  }

  hasClient(name: string): boolean {
    return Object.hasOwn(this.#clients, name);
  }

  /** Throws CONNECTION_NOT_CONFIGURED, CONNECTION_GRANT_UNSUPPORTED, CONNECTION_SETTING_INVALID, CONNECTION_ADDRESS_INVALID. */
  footing(connection: HeldConnection): Footing {
    const spec = this.get(connection.provider);
    const grants = connection.owner === 'service' ? ['client_credentials'] : ['authorization_code', 'device_code'];
    if (!spec.grants.some((grant) => grants.includes(grant)))
      throw raise.CONNECTION_GRANT_UNSUPPORTED({ provider: spec.name, grant: grants[0]! });
    const shared = Object.hasOwn(this.#clients, spec.name) ? this.#clients[spec.name] : undefined;
    const client = clientOf(connection) ?? shared;
    if (client === undefined) throw raise.CONNECTION_NOT_CONFIGURED({ provider: spec.name });
    return {
      at: providerAt(spec, { ...shared?.settings, ...connection.settings }),
      client,
      scopes: connection.scopes ?? defaultScopes(spec, connection.owner),
    };
  }
}

function clientOf({ clientId, clientSecret }: HeldConnection): OAuthClient | undefined {
  if (clientId === undefined) return undefined;
  return { id: clientId, ...(clientSecret !== undefined && { secret: clientSecret }) };
}

function defaultScopes({ scopes }: OAuthProviderSpec, owner: ConnectionOwner): readonly string[] {
  return owner === 'service' ? (scopes.service ?? scopes.default) : scopes.default;
}
