import { raise } from '../../errors/catalogue.ts';
import type { SecretSource } from '../../registry/runnable-action.ts';
import { formsOf, withHeader } from './attach-credential.ts';
import type { ConnectionSource, ResolvedConnection } from './connection-source.ts';

/** How the credential of a kind of connection is made of a configured secret. `key` names its member. */
export type CredentialScheme =
  | { readonly type: 'bearer'; readonly key: string }
  | { readonly type: 'basic'; readonly userKey: string; readonly passwordKey: string }
  | { readonly type: 'header'; readonly key: string; readonly name: string }
  | { readonly type: 'query'; readonly key: string; readonly name: string };

export interface SecretConnection {
  /** Name of the configured secret. */
  readonly secret: string;
  readonly scheme: CredentialScheme;
  readonly allowedHosts: readonly string[];
  readonly account?: string;
}

/** Connections whose credentials are configured secrets. */
export function secretConnections(
  connections: Readonly<Record<string, SecretConnection>>,
  secrets: SecretSource,
): ConnectionSource {
  return {
    async resolve(kind, workspace, environment) {
      if (!Object.hasOwn(connections, kind)) return undefined;
      const { secret, scheme, allowedHosts, account = secret } = connections[kind]!;
      const keys = scheme.type === 'basic' ? [scheme.userKey, scheme.passwordKey] : [scheme.key];
      const requirement = {
        type: 'custom',
        name: secret,
        keys,
        optionalKeys: [],
        optional: true,
        secretType: 'custom',
      } as const;
      const values = (await secrets.resolve([requirement], environment, workspace))[secret];
      if (values === undefined) return undefined;
      const missing = keys.find((key) => !values[key]);
      if (missing !== undefined)
        throw raise.PLUGIN_CONNECTION_INVALID({ kind, problem: `its secret \`${secret}\` has no \`${missing}\`` });
      const wrong = keys.find((key) => /[\0\r\n]/.test(values[key]!));
      if (wrong !== undefined)
        throw raise.PLUGIN_CONNECTION_INVALID({ kind, problem: `\`${secret}.${wrong}\` has more than one line` });
      return { account, grantedScopes: [], allowedHosts, ...credential(scheme, values) };
    },
  };
}

function credential(
  scheme: CredentialScheme,
  values: Readonly<Record<string, string>>,
): Pick<ResolvedConnection, 'attach' | 'secretValues'> {
  if (scheme.type === 'basic') {
    const password = values[scheme.passwordKey]!;
    const pair = Buffer.from(`${values[scheme.userKey]}:${password}`).toString('base64');
    return { attach: withHeader('authorization', `Basic ${pair}`), secretValues: [pair, ...formsOf(password)] };
  }
  const value = values[scheme.key]!;
  const secretValues = formsOf(value);
  if (scheme.type === 'bearer') return { attach: withHeader('authorization', `Bearer ${value}`), secretValues };
  if (scheme.type === 'header') return { attach: withHeader(scheme.name.toLowerCase(), value), secretValues };
  return {
    secretValues,
    attach(request) {
      const url = new URL(request.url);
      url.searchParams.set(scheme.name, value);
      return { ...request, url: url.href };
    },
  };
}
