import type { Command } from 'commander';
import { hostCommand } from './host-options.ts';

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

/** `login`, `logout`, `whoami`, `user …` and `apikey …`. */
export function identityCommands(root: Command): void {
  const signIn = () => import('./commands/sign-in.ts');
  hostCommand(root.command('login').description('sign in at a host, for the commands that follow'))
    .option(
      '--email <email>',
      'with a password, asked for or read from the pipe; default: by a browser, also on another machine',
    )
    .action(async (given) => (await signIn()).login(given));
  hostCommand(root.command('logout').description('end that session')).action(async (given) =>
    (await signIn()).logout(given),
  );
  hostCommand(root.command('whoami').description('who you are to a host')).action(async (given) =>
    (await signIn()).whoami(given),
  );
  userCommands(root.command('user').description('see and change the users of a host'));
  keyCommands(root.command('apikey').description('see and change the keys of machines'));
}

function userCommands(user: Command): void {
  const load = () => import('./commands/user.ts');
  hostCommand(user.command('list').description('every user')).action(async (given) => (await load()).listUsers(given));
  hostCommand(user.command('create <email>').description('make an account, and print a link to set its password'))
    .option('--name <name>', 'how people see them')
    .option('--admin', 'a platform admin')
    .option('--password', 'ask for a password in place of the link, or read it from the pipe')
    .action(async (email, given) => (await load()).createUser(email, given));
  hostCommand(user.command('passwd <user>').description('set a password: asked for, or read from the pipe')).action(
    async (name, given) => (await load()).setPassword(name, given),
  );
  hostCommand(user.command('disable <user>').description('switch an account off and sign it out everywhere')).action(
    async (name, given) => (await load()).setStatus('disabled', name, given),
  );
  hostCommand(user.command('enable <user>').description('switch it on again')).action(async (name, given) =>
    (await load()).setStatus('active', name, given),
  );
  hostCommand(
    user
      .command('delete <user>')
      .description('delete an account with its sessions, keys and roles; what they made stays'),
  ).action(async (name, given) => (await load()).deleteUser(name, given));
  hostCommand(user.command('reset-link <user>').description('print a link with which they set a password')).action(
    async (name, given) => (await load()).resetLink(name, given),
  );
}

function keyCommands(apikey: Command): void {
  const load = () => import('./commands/apikey.ts');
  const ofOwner = (command: Command) =>
    hostCommand(command)
      .option('--user <user>', 'whose; only with the admin key')
      .option('--service <account>', 'of a service account, by name or id');
  ofOwner(
    apikey
      .command('create <name>')
      .description('make a key and print it, this once; with --workspace it works only there'),
  )
    .option('--scope <scope>', 'only this; again for each further one', collect)
    .option('--expires-in-days <n>', 'default: never')
    .action(async (name, given) => (await load()).createKey(name, given));
  ofOwner(apikey.command('list').description('the keys, never what is secret of them')).action(async (given) =>
    (await load()).listKeys(given),
  );
  ofOwner(apikey.command('revoke <id>').description('make a key worthless')).action(async (id, given) =>
    (await load()).revokeKey(id, given),
  );
}
