import { type Command, Option } from 'commander';
import { hostCommand } from '../../host-options.ts';

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value];
const config = () => new Option('--config <dir>', 'folder with backplane.yaml and plugins.yaml');
const data = () => new Option('--data <dir>', 'the data folder of a host on this machine');
const json = () => new Option('--json', 'print one JSON document');

/** `backplane gateway …`: its files, and what a running one does. */
export function gatewayCommands(gateway: Command): void {
  gateway
    .command('check [paths...]')
    .description('check gateway files or folders, the settings of their policies too; default: config/gateway')
    .addOption(config())
    .addOption(data())
    .addOption(json())
    .action(async (paths, given) => (await import('./check.ts')).checkGateway(paths, given));
  hostCommand(
    gateway
      .command('explain <method> <url>')
      .description('what would become of a request, and why; of a running host, else of the files'),
  )
    .addOption(config())
    .option('-H, --header <name:value>', 'a header of the request', collect)
    .action(async (method, url, given) => (await import('./explain.ts')).explainGateway(method, url, given));
  gateway
    .command('import <files...>')
    .description('what becomes of Ocelot files, part by part, and the gateway file that runs them')
    .addOption(config())
    .addOption(data())
    .option('--environment <name>', 'which ocelot.NAME.json lies over the others; default: Development')
    .option('--out <file>', 'where the gateway file is written')
    .addOption(json())
    .action(async (files, given) => (await import('./import.ts')).importGateway(files, given));
  const live = () => import('./on-host.ts');
  hostCommand(gateway.command('status').description('whether it serves, and how its last reload ended')).action(
    async (given) => (await live()).gatewayStatus(given),
  );
  hostCommand(gateway.command('routes').description('the routes that are served')).action(async (given) =>
    (await live()).gatewayRoutes(given),
  );
  hostCommand(gateway.command('upstreams').description('the upstreams with the health of their targets')).action(
    async (given) => (await live()).gatewayUpstreams(given),
  );
  hostCommand(gateway.command('reload').description('read the files now; exit 1 when they cannot run')).action(
    async (given) => (await live()).reloadGateway(given),
  );
}
