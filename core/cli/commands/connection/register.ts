import type { Command } from 'commander';
import { hostCommand } from '../../host-options.ts';

/** `backplane connection …`: services that a host is connected to. */
export function connectionCommands(connection: Command): void {
  const load = () => import('./connection.ts');
  const connect = () => import('./connect.ts');
  hostCommand(
    connection
      .command('providers [provider]')
      .description('the services that there are; of one, its settings and scopes'),
  ).action(async (provider, given) => (await load()).listProviders(provider, given));
  hostCommand(connection.command('list').description('what is connected, and whether it works')).action(async (given) =>
    (await load()).listConnections(given),
  );
  hostCommand(
    connection.command('show <connection>').description('a connection, by id or as PROVIDER[/ENVIRONMENT]'),
  ).action(async (name, given) => (await load()).showConnection(name, given));
  hostCommand(
    connection
      .command('configure <provider>')
      .description('say as what application the provider knows Backplane; its secret is typed or piped'),
  )
    .option('--client-id <id>', 'the client id; the secret is then asked for')
    .option('--public', 'the application has no secret')
    .option('--set <name=value>', 'a setting, such as a tenant or domain', (value, earlier: string[] = []) => [
      ...earlier,
      value,
    ])
    .option('--scopes <scopes>', 'what to ask for, with spaces or commas; `default`: what the provider suggests')
    .option('--service', 'as the application itself, without a person')
    .option('--environment <name>', 'default: default')
    .action(async (provider, given) => (await connect()).configure(provider, given));
  hostCommand(
    connection.command('connect <provider>').description('connect an account: opens a browser, or gives a link'),
  )
    .option('--device', 'by a code that is typed on any device')
    .option('--no-browser', 'only print the link')
    .option('--service', 'as the application itself, without a person')
    .option('--environment <name>', 'default: default')
    .action(async (provider, given) => (await connect()).connect(provider, given));
  hostCommand(
    connection.command('refresh <connection>').description('get a new token now, to see that it works'),
  ).action(async (name, given) => (await load()).refreshConnection(name, given));
  hostCommand(connection.command('delete <connection>').description('revoke it at the provider and forget it')).action(
    async (name, given) => (await load()).deleteConnection(name, given),
  );
}
