import { Command, CommanderError, Option } from 'commander';
import { HOST_VERSION } from '../host/version.ts';
import { endWithReader } from './end-with-reader.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

const options = {
  config: () => new Option('--config <dir>', 'folder with backplane.yaml and plugins.yaml'),
  templates: () =>
    new Option('--templates <dir>', 'a folder with action templates, besides the configured ones').argParser(collect),
  fixture: () => new Option('--http-fixture <@file>', 'answers every outbound HTTP call'),
  secrets: () => new Option('--secrets <@file>', 'secrets: {name: {KEY: value}}'),
  vars: () => new Option('--vars <@file>', 'variables: {name: {key: value}}'),
  json: () => new Option('--json', 'print one JSON document'),
};

/** Runs the command line to its end and sets the exit code: 0 done, 1 the work failed, 2 wrong usage or invalid input. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const { printError, printJson, shortError } = await import('./output.ts');
    printError(error);
    if (args.includes('--json')) printJson({ error: shortError(error) });
    process.exitCode = exitCodeOf(error);
  }
}

/** The commands. Each loads its own code only when it runs, so that none pays for another. */
function program(): Command {
  const root = new Command('backplane')
    .description('A plugin-based automation host.')
    .version(HOST_VERSION)
    .exitOverride()
    // The host outlives whoever reads what it says; the other commands end with their reader.
    .hook('preAction', (_root, command) => (command.name() === 'start' ? undefined : endWithReader()));

  root
    .command('start')
    .description('start the host')
    .addOption(options.config())
    .option('--data <dir>', 'folder for the embedded Postgres, keys and state')
    .option('--port <n>', 'port of the API and webhooks; 0 picks a free one')
    .option('--gateway-port <n>', 'port of the API gateway, once there is one; nothing listens on it yet')
    .option('--ready-file <file>', 'written as JSON when the host is ready')
    .action(async (given) => (await import('./commands/start.ts')).start(given));

  root
    .command('run <file>')
    .description('check and run one workflow without a server')
    .option('--with <alias=file>', 'a workflow that it may call by alias', collect)
    .option('--input <json|@file>', 'what triggers it: JSON, or a file of any kind')
    .addOption(options.secrets())
    .addOption(options.vars())
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.json())
    .action(async (file, given) => (await import('./commands/run.ts')).run(file, given));

  root
    .command('eval [template]')
    .description('evaluate a string or object with ${{ }}')
    .option('--context <@file>', 'contexts: {ACTIONS, TRIGGER, inputs, …}')
    .option('--strict', 'a missing path is an error')
    .option('--format', 'print the template with its expressions in canonical spelling, evaluating nothing')
    .option('--batch', 'NDJSON {id, template, context, strict?} in, {id, value|error} out')
    .action(async (template, given) => (await import('./commands/evaluate.ts')).evaluate(template, given));

  actionCommands(root.command('action').description('see and run single actions'));
  checkCommands(root);
  installationCommands(root);
  return root;
}

function actionCommands(action: Command): void {
  action
    .command('list')
    .description('every action that can be called')
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.json())
    .action(async (given) => (await import('./commands/action-catalogue.ts')).listActions(given));
  action
    .command('show <name>')
    .description('arguments, secrets and origin of an action')
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.json())
    .action(async (name, given) => (await import('./commands/action-catalogue.ts')).showAction(name, given));
  action
    .command('run <name>')
    .description('run one action')
    .option('--input <json|@file>', 'the arguments')
    .addOption(options.secrets())
    .addOption(options.vars())
    .addOption(options.fixture())
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.json())
    .action(async (name, given) => (await import('./commands/action-run.ts')).runAction(name, given));
  action
    .command('run-batch')
    .description('NDJSON {id, name, input, secrets, vars} in, {id, result|error, calls} out')
    .addOption(options.fixture())
    .addOption(options.templates())
    .addOption(options.config())
    .action(async (given) => (await import('./commands/action-run.ts')).runBatch(given));
}

function checkCommands(root: Command): void {
  const checkOf = (parent: Command) =>
    parent
      .command('check <path...>')
      .description('report every problem with its position')
      .addOption(options.templates())
      .addOption(options.config())
      .addOption(options.json());
  checkOf(root.command('template').description('work with action templates')).action(async (paths, given) =>
    (await import('./commands/check.ts')).checkTemplates(paths, given),
  );
  checkOf(root.command('workflow').description('work with workflows')).action(async (paths, given) =>
    (await import('./commands/check.ts')).checkWorkflows(paths, given),
  );
}

function installationCommands(root: Command): void {
  root
    .command('doctor')
    .description('check the installation and print where each setting came from')
    .addOption(options.config())
    .addOption(options.json())
    .action(async (given) => (await import('./commands/doctor.ts')).doctor(given));
  const plugin = root.command('plugin').description('see the plugins of this host');
  plugin
    .command('list')
    .description('every plugin with its state')
    .addOption(options.config())
    .addOption(options.json())
    .action(async (given) => (await import('./commands/plugin.ts')).listPlugins(given));
  plugin
    .command('explain <id>')
    .description('say why a plugin is on, off or failed')
    .addOption(options.config())
    .addOption(options.json())
    .action(async (id, given) => (await import('./commands/plugin.ts')).explainPlugin(id, given));
}
