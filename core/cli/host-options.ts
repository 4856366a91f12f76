import type { Command } from 'commander';

/** The options of every command that talks to a running host, as `ApiAddress` has them. */
export function hostOptions(command: Command): Command {
  return command
    .option('--url <url>', 'address of the host; default: BACKPLANE_URL, else this machine, port 8080')
    .option(
      '--key <key>',
      'API key; default: BACKPLANE_KEY, the session of `login`, else the key of a host on this machine',
    )
    .option('--data <dir>', 'data folder of a host on this machine')
    .option('--workspace <name>', 'name or id of the workspace; default: BACKPLANE_WORKSPACE, else your first one');
}

/** The same, with `--json`. */
export function hostCommand(command: Command): Command {
  return hostOptions(command).option('--json', 'print one JSON document');
}
