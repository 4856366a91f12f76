import { connectedToken } from '../../secrets/oauth/connected-token.ts';
import type { ConnectionOwner } from '../../secrets/oauth/connection-record.ts';
import type { Connections } from '../../secrets/oauth/connections.ts';
import type { FreshToken } from '../../secrets/oauth/token-keeper.ts';
import { formsOf, withHeader } from './attach-credential.ts';
import type { ConnectionSource, ResolvedConnection } from './connection-source.ts';

/** Connections made by OAuth: a person's before the application's own. */
export function oauthConnections(connections: Connections): ConnectionSource {
  return {
    async resolve(kind, workspace, environment) {
      for (const owner of ['user', 'service'] satisfies ConnectionOwner[]) {
        const token = await connectedToken(connections, { workspace, environment, provider: kind, owner });
        if (token !== undefined) return resolved(connections, token);
      }
      return undefined;
    },
  };
}

/** Asks one source after the other. */
export function firstOf(sources: readonly ConnectionSource[]): ConnectionSource {
  return {
    async resolve(...asked) {
      for (const source of sources) {
        const found = await source.resolve(...asked);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function resolved(connections: Connections, token: FreshToken): ResolvedConnection {
  const { connection, footing, value } = token;
  const { header, prefix } = footing.at.spec.sendTokenAs ?? { header: 'authorization', prefix: 'Bearer ' };
  return {
    account: connection.account?.label ?? connection.provider,
    grantedScopes: connection.grantedScopes,
    allowedHosts: footing.at.sendTokenTo,
    attach: withHeader(header.toLowerCase(), `${prefix}${value}`),
    secretValues: formsOf(value),
    async renew() {
      const next = await connections.replace(token);
      return next && resolved(connections, next);
    },
  };
}
