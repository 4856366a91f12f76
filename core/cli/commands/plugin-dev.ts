import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { startDevServer } from '../../authoring/dev/dev-server.ts';
import { type DevEvent, type DevSession, openDevSession } from '../../authoring/dev/dev-session.ts';
import { raise } from '../../errors/catalogue.ts';
import { readManifest } from '../../plugins/manifest/read-manifest.ts';
import type { TierName } from '../../plugins/tiers/tier.ts';
import type { SecretValues } from '../../registry/runnable-action.ts';
import { objectArgument } from '../argument.ts';
import { printErrorRecord } from '../output.ts';

interface DevCommand {
  readonly port?: string;
  readonly secrets?: string;
  readonly pluginConfig?: string;
  readonly tier?: TierName;
}

/** Where secrets for trying things are looked for; `plugin create` keeps it out of version control. */
const SECRETS = 'secrets.local.json';

/** `backplane plugin dev [DIR]`: loads the plugin again at every change, with a page to try it, until it is interrupted. */
export async function developPlugin(dir: string | undefined, options: DevCommand): Promise<void> {
  const folder = resolve(dir ?? '.');
  const port = Number(options.port ?? 4400);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw raise.USAGE({ message: `--port: expected a number from 0 to 65535, not ${options.port}.` });
  // A manifest that cannot be read is the one thing that ends the command at once.
  readManifest(folder);
  const config = options.pluginConfig === undefined ? undefined : objectArgument(options.pluginConfig, 'plugin-config');
  let session: DevSession | undefined;
  let changed = () => {};
  await using opened = await openDevSession({
    folder,
    config,
    tier: options.tier,
    onEvent: (event) => {
      say(event, folder);
      changed();
    },
  });
  session = opened;
  await using server = await startDevServer({
    session: () => session,
    secrets: () => secretsOf(folder, options),
    port,
  });
  changed = () => server.changed();
  process.stdout.write(`try it at ${server.url}\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

function secretsOf(folder: string, { secrets }: DevCommand): SecretValues {
  const file = join(folder, SECRETS);
  const given = secrets ?? (existsSync(file) ? `@${file}` : undefined);
  return objectArgument(given, 'secrets') as SecretValues;
}

function say(event: DevEvent, folder: string): void {
  switch (event.type) {
    case 'loaded': {
      const { generation, facts, ms } = event;
      const names = facts.actions.map(({ name }) => name).join(', ');
      const where = `${Math.round(ms)} ms, tier ${facts.tier}`;
      process.stdout.write(`loaded ${facts.id} ${facts.version} (${generation}) in ${where}: ${names}\n`);
      break;
    }
    case 'failed': {
      const { position } = event.error;
      const file = position?.file;
      const near = file?.startsWith(folder) ? { ...position!, file: relative(process.cwd(), file) || file } : position;
      printErrorRecord({ ...event.error, ...(near === undefined ? {} : { position: near }) });
      if (event.keeps !== undefined) process.stderr.write(`  load ${event.keeps} goes on serving\n`);
      break;
    }
    case 'refused':
      process.stderr.write(`  refused: ${event.line}\n`);
      break;
    case 'output':
      process.stdout.write(event.text);
      break;
    case 'lost':
      process.stderr.write(`the plugin ended its process (${event.problem}); it is loaded again\n`);
  }
}
