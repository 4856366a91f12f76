import type { Command } from 'commander';
import { hostCommand } from '../../host-options.ts';
import { inEnvironment } from './on-host.ts';

/** `backplane secret …`, also `secrets`: what a host keeps, and the key that it is kept with. */
export function secretCommands(secret: Command): void {
  const load = () => import('./secret.ts');
  inEnvironment(secret, 'list', 'names, keys and dates; never values').action(async (given) =>
    (await load()).listSecrets(given),
  );
  inEnvironment(secret, 'show <name>', 'what a secret is; never its values').action(async (name, given) =>
    (await load()).showSecret(name, given),
  );
  inEnvironment(secret, 'set <name> [key]', 'set a key; its value is typed or piped. Without a key: a JSON object')
    .option('--type <type>', 'keys, oauth, ssh_key, mtls or ca_cert; default: keys')
    .option('--description <text>', 'what it is for')
    .action(async (name, key, given) => (await load()).setSecret(name, key, given));
  inEnvironment(secret, 'rotate <name> [key]', 'replace all keys; those before stay as the backup `previous`').action(
    async (name, key, given) => (await load()).rotateSecret(name, key, given),
  );
  inEnvironment(secret, 'versions <name>', 'the versions that are kept').action(async (name, given) =>
    (await load()).listVersions(name, given),
  );
  inEnvironment(secret, 'restore <name> [version]', 'go back to a version; default: the one before').action(
    async (name, version, given) => (await load()).restoreSecret(name, version, given),
  );
  inEnvironment(secret, 'delete <name>', 'delete a secret with all its versions').action(async (name, given) =>
    (await load()).deleteSecret(name, given),
  );
  const keys = () => import('./secret-keys.ts');
  hostCommand(secret.command('check').description('the keys that secrets are encrypted with')).action(async (given) =>
    (await keys()).checkKeys(given),
  );
  hostCommand(
    secret.command('rotate-key').description('encrypt everything with the newest key, while runs go on'),
  ).action(async (given) => (await keys()).rotateKey(given));
}

/** `backplane variable …`. */
export function variableCommands(variable: Command): void {
  const load = () => import('./variable.ts');
  inEnvironment(variable, 'list', 'every variable with its values').action(async (given) =>
    (await load()).listVariables(given),
  );
  inEnvironment(variable, 'get <name> [key]', 'a variable, or one value').action(async (name, key, given) =>
    (await load()).getVariable(name, key, given),
  );
  inEnvironment(variable, 'set <name> <key> <value>', 'set one value: JSON, or else a text').action(
    async (name, key, value, given) => (await load()).setVariable(name, key, value, given),
  );
  inEnvironment(variable, 'delete <name> [key]', 'delete a variable, or one value').action(async (name, key, given) =>
    (await load()).deleteVariable(name, key, given),
  );
}
