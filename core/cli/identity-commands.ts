import { type Command, Option } from 'commander';

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

function onHost(command: Command): Command {
  return command
    .option('--url <url>', 'the host; default: BACKPLANE_URL, or this machine')
    .option('--key <key>', 'its key; default: BACKPLANE_KEY, the session of `login`, or the one in the data folder')
    .option('--data <dir>', 'the data folder of a host on this machine')
    .addOption(new Option('--json', 'print one JSON document'));
}

/** `login`, `logout`, `whoami`, `user …` and `apikey …`. */
export function identityCommands(root: Command): void {
  const signIn = () => import('./commands/sign-in.ts');
  onHost(root.command('login').description('sign in at a host, for the commands that follow'))
    .option('--email <email>', 'default: ask; the password is asked for, or read from the pipe')
    .action(async (given) => (await signIn()).login(given));
  onHost(root.command('logout').description('end that session')).action(async (given) =>
    (await signIn()).logout(given),
  );
  onHost(root.command('whoami').description('who you are to a host')).action(async (given) =>
    (await signIn()).whoami(given),
  );
  userCommands(root.command('user').description('see and change the users of a host'));
  keyCommands(root.command('apikey').description('see and change the keys of machines'));
}

function userCommands(user: Command): void {
  const load = () => import('./commands/user.ts');
  onHost(user.command('list').description('every user')).action(async (given) => (await load()).listUsers(given));
  onHost(user.command('create <email>').description('make an account, and print a link to set its password'))
    .option('--name <name>', 'how people see them')
    .option('--admin', 'a platform admin')
    .option('--password', 'ask for a password in place of the link, or read it from the pipe')
    .action(async (email, given) => (await load()).createUser(email, given));
  onHost(user.command('passwd <user>').description('set a password: asked for, or read from the pipe')).action(
    async (name, given) => (await load()).setPassword(name, given),
  );
  onHost(user.command('disable <user>').description('switch an account off and sign it out everywhere')).action(
    async (name, given) => (await load()).setStatus('disabled', name, given),
  );
  onHost(user.command('enable <user>').description('switch it on again')).action(async (name, given) =>
    (await load()).setStatus('active', name, given),
  );
  onHost(user.command('reset-link <user>').description('print a link with which they set a password')).action(
    async (name, given) => (await load()).resetLink(name, given),
  );
}

function keyCommands(apikey: Command): void {
  const load = () => import('./commands/apikey.ts');
  const ofOwner = (command: Command) =>
    onHost(command)
      .option('--user <user>', 'whose; only with the admin key')
      .option('--service <id>', 'of a service account');
  ofOwner(apikey.command('create <name>').description('make a key and print it, this once'))
    .option('--scope <scope>', 'only this; again for each further one', collect)
    .option('--workspace <workspace>', 'only in this workspace')
    .option('--expires-in-days <n>', 'default: never')
    .action(async (name, given) => (await load()).createKey(name, given));
  ofOwner(apikey.command('list').description('the keys, never what is secret of them')).action(async (given) =>
    (await load()).listKeys(given),
  );
  ofOwner(apikey.command('revoke <id>').description('make a key worthless')).action(async (id, given) =>
    (await load()).revokeKey(id, given),
  );
}
