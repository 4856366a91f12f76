import { type Command, Option } from 'commander';

const tier = () =>
  new Option('--tier <tier>', 'run it there; default: as its manifest asks').choices(['trusted', 'process', 'isolate']);
const json = () => new Option('--json', 'print one JSON document');

/** `backplane plugin create|dev|test|lint|docs|pack|publish`: for those who write plugins. */
export function pluginAuthorCommands(plugin: Command): void {
  plugin
    .command('create [dir]')
    .description('make a new plugin that works and is tested, without a network')
    .option('--id <id>', 'lower-case letters, digits and dashes; default: the name of the folder')
    .option(
      '--kind <kind>',
      'what it contributes first: action (the default), trigger, route, template, oauth-provider, gateway-policy, expression-function, notifier',
    )
    .option('--language <ts|js>', 'default: ts')
    .option('--yes', 'ask nothing')
    .addOption(json())
    .action(async (dir, given) => (await import('./commands/plugin-create.ts')).createPlugin(dir, given));
  plugin
    .command('dev [dir]')
    .description('load the plugin at every change, with a page to try it')
    .option('--port <n>', 'default 4400; 0 picks a free one')
    .option('--secrets <@file>', 'secrets: {name: {KEY: value}}; default: secrets.local.json of the plugin')
    .option('--plugin-config <json|@file>', 'what config/plugins.yaml would say under `config`')
    .addOption(tier())
    .action(async (dir, given) => (await import('./commands/plugin-dev.ts')).developPlugin(dir, given));
  plugin
    .command('test [dir]')
    .description('run what every contribution has to hold, and the tests of the plugin itself')
    .addOption(tier())
    .addOption(json())
    .action(async (dir, given) => (await import('./commands/plugin-test.ts')).testPlugin(dir, given));
  plugin
    .command('lint [dir]')
    .description('judge a plugin by the rules')
    .option('--fix', 'correct what can be corrected safely')
    .addOption(json())
    .action(async (dir, given) => (await import('./commands/plugin-lint.ts')).lintPlugin(dir, given));
  plugin
    .command('docs [dir]')
    .description('write the page of a plugin; its examples are run')
    .option('-o, --output <file>', 'default: standard output')
    .addOption(json())
    .action(async (dir, given) => (await import('./commands/plugin-docs.ts')).documentPlugin(dir, given));
  plugin
    .command('pack [dir]')
    .description('make the archive that hosts install')
    .option('-o, --output <file>', 'default: <id>-<version>.tgz')
    .option('--with-dependencies', 'put the installed packages into the archive in place of bundling them')
    .addOption(json())
    .action(async (dir, given) => (await import('./commands/plugin-pack.ts')).pack(dir, given));
  plugin
    .command('publish [dir]')
    .description('pack, and publish to an npm registry')
    .option('--registry <url>', 'default: what npm is set to')
    .option('--tag <tag>', 'default: latest')
    .option('--access <public|restricted>', 'who may see a scoped package')
    .option('--provenance', 'say, signed, from which commit and build it comes')
    .option('--dry-run', 'do everything but publish')
    .addOption(json())
    .action(async (dir, given) => (await import('./commands/plugin-pack.ts')).publish(dir, given));
}
