import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import { DEFAULT_WORKSPACE } from '../access/place.ts';
import { configuredSecrets } from '../config/configured-secrets.ts';
import { isLoopbackAddress, isLoopbackName } from '../identity/loopback.ts';
import { SecretStoreDesk } from '../plugins/secret-stores/secret-store-desk.ts';
import { configuredLayer, layeredSecrets, type SecretLayer } from '../registry/layered-secrets.ts';
import { createEnvironmentStore } from '../secrets/environments/environment-store.ts';
import { createHostSecrets } from '../secrets/host-secrets.ts';
import { KeyClaims } from '../secrets/key/key-claims.ts';
import { openKeyRing } from '../secrets/key/key-ring.ts';
import { reencrypt } from '../secrets/key/reencrypt.ts';
import { ringCipher } from '../secrets/key/ring-cipher.ts';
import type { SecretServices } from '../secrets/secret-services.ts';
import { SecretUses } from '../secrets/secret-uses.ts';
import { createSecretStore } from '../secrets/store/postgres-secret-store.ts';
import { createStoredSecrets } from '../secrets/store/stored-secrets.ts';
import { createStoredVariables } from '../secrets/variables/stored-variables.ts';
import { createVariableStore } from '../secrets/variables/variable-store.ts';
import type { Foundation } from './foundation.ts';
import { isProduction } from './is-production.ts';
import { connectionLayer, openConnections } from './open-connections.ts';
import { TOKENS } from './tokens.ts';

/** One call of a rotation answers after so long at the latest; the next goes on where it stopped. */
const ROTATION_MS = 10_000;

/**
 * Secrets and variables: stored ones, then those of the configuration, then secret stores of plugins. Throws SECRETS_KEY_INVALID,
 * SECRETS_KEY_REQUIRED, SECRETS_KEY_MISMATCH, SECRETS_KEY_NOT_EVERYWHERE. `undo` closes all of it.
 */
export async function openSecrets(
  host: DependencyContainer,
  foundation: Foundation,
  undo: AsyncDisposableStack,
): Promise<void> {
  const {
    dataDir,
    log,
    loaded: { config },
  } = foundation;
  const { dataSource } = host.resolve(TOKENS.database);
  const production = isProduction(config.server);
  const ring = openKeyRing({ configured: config.secrets.keys, file: join(dataDir, 'secrets.key'), production, log });
  const claims = undo.use(new KeyClaims(dataSource, ring, log));
  await claims.open();
  host.register(TOKENS.hostSecrets, {
    useValue: createHostSecrets({
      source: dataSource,
      claims,
      alone: config.database.url === undefined,
      exposed: !isLoopbackName(config.server.host) && !isLoopbackAddress(config.server.host),
      log,
    }),
  });
  const uses = undo.use(new SecretUses(dataSource, log));
  const changed = () => {
    services.forget();
    host.resolve(TOKENS.workflows).forget();
    if (host.isRegistered(TOKENS.gateway)) host.resolve(TOKENS.gateway).live.secretsChanged();
  };
  const environments = createEnvironmentStore(dataSource, changed);
  const stored = createStoredSecrets(dataSource, { ring, rules: environments, uses });
  const runVariables = createStoredVariables(dataSource, { rules: environments, configured: config.variables });
  const stores = undo.use(new SecretStoreDesk(host.resolve(TOKENS.actions).board, config.secrets.stores));
  const storedLayer: SecretLayer = {
    async read(name, { environment, workspace }) {
      const found = await stored.read(name, environment, workspace);
      return found && { values: found.values, from: `${found.level} (${found.environment})` };
    },
  };
  const storesLayer: SecretLayer = {
    async read(name, asker) {
      const found = await stores.read({ name, ...asker });
      return found && { values: found.values, from: `store ${found.store}` };
    },
  };
  const connections = openConnections(host, foundation, ringCipher(claims));
  const layers = [connectionLayer(connections), storedLayer, configuredLayer(configuredSecrets(config)), storesLayer];
  const source = layeredSecrets(layers, DEFAULT_WORKSPACE);
  const services: SecretServices = {
    store: createSecretStore(dataSource, claims, changed),
    variables: createVariableStore(dataSource, changed),
    environments,
    runVariables,
    locate: (name, environment, workspace) => source.locate(name, { environment, workspace }),
    async keyState() {
      return { origin: ring.origin, held: ring.keys.map(({ id }) => id), known: await claims.known() };
    },
    rotateKey: (signal) => reencrypt(dataSource, claims, { withinMs: ROTATION_MS, signal }),
    forget() {
      stored.forget();
      runVariables.forget();
      environments.forget();
    },
  };
  host.register(TOKENS.secrets, { useValue: source });
  host.register(TOKENS.secretServices, { useValue: services });
}
