import type { DependencyContainer } from 'tsyringe';
import { oauthConnections } from '../plugins/connections/oauth-connections.ts';
import type { SecretLayer } from '../registry/layered-secrets.ts';
import type { Cipher } from '../secrets/cipher.ts';
import { type Connections, createConnections } from '../secrets/oauth/connections.ts';
import { tokensOf } from '../secrets/oauth/tokens-of.ts';
import type { Foundation } from './foundation.ts';
import { TOKENS } from './tokens.ts';

/** OAuth connections, of the providers that plugins bring and the configuration describes. */
export function openConnections(
  host: DependencyContainer,
  { loaded: { config }, log }: Foundation,
  cipher: Cipher,
): Connections {
  const { board } = host.resolve(TOKENS.actions);
  const connections = createConnections({
    source: host.resolve(TOKENS.database).dataSource,
    cipher,
    http: host.resolve(TOKENS.http),
    log,
    // What the configuration describes is meant: it takes the place of a plugin's provider of the same name.
    providers: () => {
      const own = config.oauth.providers;
      const brought = board.of('oauth-provider').map(({ contribution }) => contribution);
      return [...own, ...brought.filter(({ name }) => !own.some((mine) => mine.name === name))];
    },
    clients: config.oauth.clients,
  });
  host.register(TOKENS.connections, { useValue: connections });
  host.register(TOKENS.connectionSource, { useValue: oauthConnections(connections) });
  return connections;
}

const OAUTH_SUFFIX = '_oauth';

/** Tokens of connections as `SECRETS.<provider>_oauth`. */
export function connectionLayer(connections: Connections): SecretLayer {
  return {
    async read(name, { environment, workspace }) {
      if (!name.endsWith(OAUTH_SUFFIX)) return undefined;
      const provider = name.slice(0, -OAUTH_SUFFIX.length);
      const values = await tokensOf(connections, { workspace, environment, provider });
      return values && { values, from: 'connection' };
    },
  };
}
