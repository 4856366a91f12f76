import { Command, CommanderError } from 'commander';
import { EXIT, exitCodeOf } from './exit-code.ts';

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

/** Runs the command line to its end and sets the exit code: 0 done, 1 the work failed, 2 wrong usage or invalid input. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const { printError } = await import('./output.ts');
    printError(error);
    process.exitCode = exitCodeOf(error);
  }
}

/** The commands. Each loads its own code only when it runs, so that none pays for another. */
function program(): Command {
  const root = new Command('backplane').description('A plugin-based automation host.').exitOverride();

  root
    .command('start')
    .description('start the host')
    .option('--config <dir>', 'folder with backplane.yaml and plugins.yaml')
    .option('--data <dir>', 'folder for the embedded Postgres, keys and state')
    .option('--port <n>', 'port of the API and webhooks; 0 picks a free one')
    .option('--gateway-port <n>', 'port of the API gateway, once there is one; nothing listens on it yet')
    .option('--ready-file <file>', 'written as JSON when the host is ready')
    .action(async (options) => (await import('./commands/start.ts')).start(options));

  root
    .command('run <file>')
    .description('check and run one workflow without a server')
    .option('--with <alias=file>', 'a workflow that it may call by alias', collect)
    .option('--input <json|@file>', 'what triggers it')
    .option('--secrets <@file>', 'secrets: {name: {KEY: value}}')
    .option('--vars <@file>', 'variables: {name: {key: value}}')
    .option('--json', 'print one JSON document')
    .action(async (file, options) => (await import('./commands/run.ts')).run(file, options));

  root
    .command('eval [template]')
    .description('evaluate a string or object with ${{ }}')
    .option('--context <@file>', 'contexts: {ACTIONS, TRIGGER, inputs, …}')
    .option('--strict', 'a missing path is an error')
    .option('--batch', 'NDJSON {id, template, context, strict?} in, {id, value|error} out')
    .action(async (template, options) => (await import('./commands/evaluate.ts')).evaluate(template, options));

  actionCommands(root.command('action').description('see and run single actions'));
  checkCommands(root);

  root
    .command('doctor')
    .description('check the installation and print where each setting came from')
    .option('--config <dir>', 'folder with backplane.yaml and plugins.yaml')
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/doctor.ts')).doctor(options));

  const plugin = root.command('plugin').description('see the plugins of this host');
  plugin
    .command('list')
    .option('--config <dir>', 'folder with plugins.yaml')
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/plugin.ts')).listPlugins(options));
  plugin
    .command('explain <id>')
    .description('say why a plugin is on, off or failed')
    .option('--config <dir>', 'folder with plugins.yaml')
    .option('--json', 'print one JSON document')
    .action(async (id, options) => (await import('./commands/plugin.ts')).explainPlugin(id, options));
  return root;
}

function actionCommands(action: Command): void {
  const templates = ['--templates <dir>', 'a folder with action templates, besides the configured ones'] as const;
  const fixture = ['--http-fixture <@file>', 'answers every outbound HTTP call'] as const;
  action
    .command('list')
    .option(...templates, collect)
    .option('--json', 'print one JSON document')
    .action(async (options) => (await import('./commands/action-catalogue.ts')).listActions(options));
  action
    .command('show <name>')
    .option(...templates, collect)
    .option('--json', 'print one JSON document')
    .action(async (name, options) => (await import('./commands/action-catalogue.ts')).showAction(name, options));
  action
    .command('run <name>')
    .option('--input <json|@file>', 'the arguments')
    .option('--secrets <@file>', 'secrets: {name: {KEY: value}}')
    .option('--vars <@file>', 'variables: {name: {key: value}}')
    .option(...fixture)
    .option(...templates, collect)
    .option('--json', 'print one JSON document')
    .action(async (name, options) => (await import('./commands/action-run.ts')).runAction(name, options));
  action
    .command('run-batch')
    .description('NDJSON {id, name, input, secrets, vars} in, {id, result|error, calls} out')
    .option(...fixture)
    .option(...templates, collect)
    .action(async (options) => (await import('./commands/action-run.ts')).runBatch(options));
}

function checkCommands(root: Command): void {
  const description = 'report every problem with its position';
  root
    .command('template')
    .description('work with action templates')
    .command('check <path...>')
    .description(description)
    .option('--templates <dir>', 'a folder with templates that these may call', collect)
    .option('--json', 'print one JSON document')
    .action(async (paths, options) => (await import('./commands/check.ts')).checkTemplates(paths, options));
  root
    .command('workflow')
    .description('work with workflows')
    .command('check <path...>')
    .description(description)
    .option('--templates <dir>', 'a folder with templates that these may call', collect)
    .option('--json', 'print one JSON document')
    .action(async (paths, options) => (await import('./commands/check.ts')).checkWorkflows(paths, options));
}
