import { Command, CommanderError, Option } from 'commander';
import { HOST_VERSION } from '../host/version.ts';
import { accessCommands } from './commands/access/register.ts';
import { connectionCommands } from './commands/connection/register.ts';
import { gatewayCommands } from './commands/gateway/register.ts';
import { runsCommands } from './commands/runs/register.ts';
import { secretCommands, variableCommands } from './commands/secrets/register.ts';
import { endWithReader } from './end-with-reader.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { hostCommand, hostOptions } from './host-options.ts';
import { identityCommands } from './identity-commands.ts';
import { pluginAuthorCommands } from './plugin-author-commands.ts';

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];

const options = {
  config: () => new Option('--config <dir>', 'folder with backplane.yaml and plugins.yaml'),
  templates: () =>
    new Option('--templates <dir>', 'a folder with action templates, besides the configured ones').argParser(collect),
  fixture: () => new Option('--http-fixture <@file>', 'answers every outbound HTTP call'),
  secrets: () => new Option('--secrets <@file>', 'secrets: {name: {KEY: value}}'),
  vars: () => new Option('--vars <@file>', 'variables: {name: {key: value}}'),
  data: () => new Option('--data <dir>', 'the data folder of a host on this machine'),
  by: () => new Option('--by <name>', 'whom the record names; default: you'),
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
    .option('--gateway-port <n>', 'port of the gateway, which begins at once then; 0 picks a free one')
    .option('--ready-file <file>', 'written as JSON when the host is ready')
    .action(async (given) => (await import('./commands/start.ts')).start(given));

  root
    .command('run <file>')
    .description('check and run one workflow without a server')
    .option('--with <alias=file>', 'a workflow that it may call by alias', collect)
    .option('--input <json|@file>', 'what triggers it: JSON, or a file of any kind')
    .option(
      '--respond <ref=json|ref=@file>',
      'the answer to a step that asks people; again for each further one',
      collect,
    )
    .addOption(options.secrets())
    .addOption(options.vars())
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.data())
    .addOption(options.json())
    .action(async (file, given) => (await import('./commands/run.ts')).run(file, given));

  root
    .command('eval [template]')
    .description('evaluate a string or object with ${{ }}')
    .option('--context <@file>', 'contexts: {ACTIONS, TRIGGER, inputs, …}')
    .option('--strict', 'a missing path is an error')
    .option('--format', 'print the template with its expressions in canonical spelling, evaluating nothing')
    .option('--batch', 'NDJSON {id, template, context, strict?} in, {id, value|error} out')
    .addOption(options.config())
    .addOption(options.data())
    .action(async (template, given) => (await import('./commands/evaluate.ts')).evaluate(template, given));

  actionCommands(root.command('action').description('see and run single actions'));
  interactionCommands(root.command('interaction').description('see what steps ask people, and answer'));
  checkCommands(root);
  gatewayCommands(root.command('gateway').description('the files of the gateway, and what a running one does'));
  scheduleCommands(root.command('schedule').description('see and steer what starts workflows by the clock'));
  runsCommands(root.command('runs').description('see and steer the runs of a host'));
  sourceCommands(root.command('source').description('see and steer the Git repositories that plugins come from'));
  accessCommands(root);
  identityCommands(root);
  secretCommands(
    root.command('secret').alias('secrets').description('keep secrets, and the key that they are kept with'),
  );
  variableCommands(root.command('variable').alias('variables').description('keep variables'));
  connectionCommands(root.command('connection').alias('connections').description('connect services by OAuth'));
  installationCommands(root);
  return root;
}

function actionCommands(action: Command): void {
  action
    .command('list')
    .description('every action that can be called')
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.data())
    .addOption(options.json())
    .action(async (given) => (await import('./commands/action-catalogue.ts')).listActions(given));
  action
    .command('show <name>')
    .description('arguments, secrets and origin of an action')
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.data())
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
    .addOption(options.data())
    .addOption(options.json())
    .action(async (name, given) => (await import('./commands/action-run.ts')).runAction(name, given));
  action
    .command('run-batch')
    .description('NDJSON {id, name, input, secrets, vars} in, {id, result|error, calls} out')
    .addOption(options.fixture())
    .addOption(options.templates())
    .addOption(options.config())
    .addOption(options.data())
    .action(async (given) => (await import('./commands/action-run.ts')).runBatch(given));
}

function scheduleCommands(schedule: Command): void {
  const onHost = (command: Command) => hostOptions(command).addOption(options.json());
  const load = () => import('./commands/schedule.ts');
  const ofOne = (name: string) => schedule.command(`${name} <schedule>`);
  onHost(schedule.command('list').description('every schedule with its next run'))
    .option('--workflow <workflow>', 'only those of a workflow, by id or alias')
    .action(async (given) => (await load()).listSchedules(given));
  onHost(ofOne('show').description('a schedule, by id or as WORKFLOW/REF')).action(async (id, given) =>
    (await load()).showSchedule(id, given),
  );
  onHost(ofOne('next').description('when it comes next'))
    .option('--count <n>', 'how many')
    .action(async (id, given) => (await load()).nextOfSchedule(id, given));
  onHost(ofOne('pause').description('let nothing start any more'))
    .option('--note <text>', 'why')
    .action(async (id, given) => (await load()).pauseSchedule(id, given));
  onHost(ofOne('resume').description('let it go on with its next occurrence'))
    .option('--note <text>', 'why')
    .action(async (id, given) => (await load()).resumeSchedule(id, given));
  onHost(ofOne('trigger').description('start a run now')).action(async (id, given) =>
    (await load()).triggerSchedule(id, given),
  );
  schedule
    .command('preview [cron]')
    .description('see when an expression fires; needs no host')
    .option('--every <span>', 'instead of cron: 15m, PT1H, …')
    .option('--offset <span>', 'moves `--every`')
    .option('--timezone <zone>', 'IANA name; default: UTC')
    .option('--from <date>', 'count from there; default: now')
    .option('--count <n>', 'how many')
    .addOption(options.json())
    .action(async (cron, given) => (await import('./commands/schedule-preview.ts')).previewSchedule(cron, given));
}

function interactionCommands(interaction: Command): void {
  const onHost = (command: Command) => hostOptions(command).addOption(options.json());
  const load = () => import('./commands/interaction.ts');
  onHost(interaction.command('list').description('what waits for people'))
    .addOption(new Option('--status <status>', 'which').choices(['open', 'closed', 'all']).default('open'))
    .option('--workflow <workflow>', 'only those of a workflow, by id or alias')
    .option('--group <group>', 'only what people of this group may decide')
    .action(async (given) => (await load()).listInteractions(given));
  onHost(interaction.command('show <id>').description('what is asked, and the decisions so far')).action(
    async (id, given) => (await load()).showInteraction(id, given),
  );
  for (const decision of ['approve', 'reject'] as const) {
    onHost(interaction.command(`${decision} <id>`).description(`${decision} what a step asks for`))
      .option('--as <approver>', 'who decides; default: admin')
      .option('--group <group>', 'a group of the approver', collect)
      .option('--comment <text>', 'why')
      .option('--payload <json|@file>', 'what `approve_if` sees as `interaction.data`')
      .action(async (id, given) => (await load()).decide(decision, id, given));
  }
  onHost(interaction.command('respond <id> <json|@file>').description('answer a step that asks for a response'))
    .option('--as <person>', 'who answers; default: admin')
    .action(async (id, answer, given) => (await load()).respond(id, answer, given));
}

function checkCommands(root: Command): void {
  const checkOf = (parent: Command) =>
    parent
      .command('check <path...>')
      .description('report every problem with its position')
      .addOption(options.templates())
      .addOption(options.config())
      .addOption(options.data())
      .addOption(options.json());
  checkOf(root.command('template').description('work with action templates')).action(async (paths, given) =>
    (await import('./commands/check.ts')).checkTemplates(paths, given),
  );
  const workflow = root.command('workflow').description('work with workflows');
  hostCommand(
    workflow.command('adopt <workflow>').description('answer for what a workflow does from now on; by id or alias'),
  ).action(async (name, given) => (await import('./commands/workflow-adopt.ts')).adoptWorkflow(name, given));
  const ofWorkflows = checkOf(workflow)
    .option('--with <alias=file>', 'a workflow that they may call by alias', collect)
    .addOption(options.secrets())
    .addOption(options.vars())
    .option('--strict-warnings', 'fail on warnings as on errors')
    .option('--warnings-as-errors', 'the same');
  ofWorkflows.action(async (paths, given) => (await import('./commands/check.ts')).checkWorkflows(paths, given));
}

function sourceCommands(source: Command): void {
  const onHost = (command: Command) => hostOptions(command).addOption(options.json());
  const load = () => import('./commands/source/source.ts');
  onHost(source.command('list').description('every source: what is in use, what waits')).action(async (given) =>
    (await load()).listSources(given),
  );
  onHost(source.command('show <source>').description('commits, signers, plugins and who moved it')).action(
    async (id, given) => (await load()).showSource(id, given),
  );
  onHost(source.command('sync <source>').description('ask the Git server now')).action(async (id, given) =>
    (await load()).syncSource(id, given),
  );
  onHost(
    source.command('diff <source> [commit]').description('what a commit would change; default: the one that waits'),
  )
    .option('--from <commit>', 'compare with this one; default: the one in use')
    .action(async (id, commit, given) => (await load()).diffSource(id, commit, given));
  onHost(source.command('promote <source> [commit]').description('put a commit in use; default: the one that waits'))
    .addOption(options.by())
    .action(async (id, commit, given) => (await load()).promoteSource(id, commit, given));
  onHost(source.command('rollback <source>').description('go back to the commit before'))
    .addOption(options.by())
    .action(async (id, given) => (await load()).rollbackSource(id, given));
}

function installationCommands(root: Command): void {
  root
    .command('doctor')
    .description('check the installation and print where each setting came from')
    .addOption(options.config())
    .addOption(options.json())
    .action(async (given) => (await import('./commands/doctor.ts')).doctor(given));
  const plugin = root.command('plugin').description('see and change the plugins of this host, write your own');
  pluginAuthorCommands(plugin);
  pluginCommands(plugin);
}

function pluginCommands(plugin: Command): void {
  const shown = (command: Command) => command.addOption(options.config()).addOption(options.json());
  const looking = (command: Command) => shown(command).addOption(options.data());
  const changing = (command: Command) => looking(command).addOption(options.by());
  const see = async () => import('./commands/plugin.ts');
  const change = async () => import('./commands/plugin-change.ts');
  looking(plugin.command('list').description('every plugin with its state')).action(async (given) =>
    (await see()).listPlugins(given),
  );
  looking(
    plugin
      .command('explain <id>')
      .alias('show')
      .description('say why a plugin is on, off or failed, and who vouches for it'),
  ).action(async (id, given) => (await see()).explainPlugin(id, given));
  changing(plugin.command('plan').description('what would change; nothing is changed'))
    .option('--upgrade <id>', 'look for a newer version of this plugin', collect)
    .action(async (given) => (await change()).planPlugins(given));
  changing(plugin.command('apply').description('bring what runs in line with config/plugins.yaml'))
    .option('--only <id>', 'only this plugin', collect)
    .option('--upgrade <id>', 'take a newer version of this plugin', collect)
    .action(async (given) => (await change()).applyPlugins(given));
  changing(
    plugin
      .command('add <use>')
      .description('name a plugin in config/plugins.yaml: npm:…, git:…, or the path of an archive or a folder'),
  )
    .option('--id <id>', 'its id; archives and folders tell it themselves')
    .option('--offline', 'refuse what needs a network')
    .option('--trust', 'let it run in the host process, if its manifest asks to')
    .action(async (use, given) => (await change()).addPlugin(use, given));
  changing(plugin.command('remove <id>').description('take a plugin out of config/plugins.yaml')).action(
    async (id, given) => (await change()).removePlugin(id, given),
  );
  changing(plugin.command('enable <id>').description('switch a plugin on')).action(async (id, given) =>
    (await change()).enablePlugin(id, given),
  );
  changing(plugin.command('disable <id>').description('switch a plugin off and keep its entry')).action(
    async (id, given) => (await change()).disablePlugin(id, given),
  );
  changing(plugin.command('approve <id>').description('approve what a plugin may do'))
    .option('--digest <digest>', 'only if it asks for exactly this')
    .action(async (id, given) => (await change()).approvePlugin(id, given));
  changing(plugin.command('rollback <id>').description('go back to the version before')).action(async (id, given) =>
    (await change()).rollbackPlugin(id, given),
  );
  changing(plugin.command('prune').description('drop versions that nothing needs; asks the running host')).action(
    async (given) => (await change()).prunePlugins(given),
  );
}
