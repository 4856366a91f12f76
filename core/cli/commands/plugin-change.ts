import { userInfo } from 'node:os';
import { basename, resolve } from 'node:path';
import { CHECKOUT } from '../../host/checkout.ts';
import { openAdministration } from '../../host/open-administration.ts';
import { BUILTIN_DIRS } from '../../host/plugin-reach.ts';
import { PluginsFile } from '../../plugins/edit-config.ts';
import { approvalLines, planText } from '../../plugins/plan/plan-text.ts';
import type { AppliedChange } from '../../plugins/plugin-host.ts';
import { readPluginsConfig } from '../../plugins/plugins-config.ts';
import { pluginFolders } from '../../plugins/sources/plugin-folders.ts';
import { EXIT } from '../exit-code.ts';
import { printErrorRecord, printJson } from '../output.ts';
import { idOf, mustBeHere, useOf } from '../plugin-use.ts';
import { coloured, harmless, terminalLook } from '../terminal-look.ts';

export interface ChangeOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
  readonly by?: string;
}

/** `backplane plugin plan`: what would change. */
export async function planPlugins(options: ChangeOptions & { readonly upgrade?: readonly string[] }): Promise<void> {
  const plan = await (await openAdministration(options)).plan({ upgrade: options.upgrade ?? [] });
  if (!options.json) return void process.stdout.write(`${planText(plan, alarm)}\n`);
  printJson({ ...plan, changes: plan.changes.map(({ entry: _, ...change }) => change) });
}

/**
 * `backplane plugin apply`: brings what runs, or will run at the next start, in line with the configuration. `edit` changes that last of
 * all: a host follows the file by itself, and this is to be the one that tells what became of it.
 */
export async function applyPlugins(
  options: ChangeOptions & { readonly only?: readonly string[]; readonly upgrade?: readonly string[] },
  edit: () => void = () => {},
): Promise<void> {
  const { only, upgrade } = options;
  const administration = await openAdministration(options);
  edit();
  const request = { by: nameOf(options), ...(only && { only }), ...(upgrade && { upgrade }) };
  report(await administration.apply(request), options, administration.live);
}

/** `backplane plugin add USE`: names it, then applies that. */
export async function addPlugin(
  given: string,
  options: ChangeOptions & { readonly id?: string; readonly trust?: boolean; readonly offline?: boolean },
): Promise<void> {
  const base = resolve(configFolder(options), '..');
  const use = useOf(given, base);
  if (options.offline === true) mustBeHere(use);
  const id = options.id ?? (await idOf(use, base));
  const edit = () => configFile(options).add(id, { use }, { trust: options.trust === true });
  await applyPlugins({ ...options, only: [id] }, edit);
}

/** `backplane plugin remove ID`. */
export async function removePlugin(id: string, options: ChangeOptions): Promise<void> {
  await applyPlugins({ ...options, only: [id] }, () => configFile(options).remove(id));
}

/** `backplane plugin enable ID`: also starts one anew that is in quarantine or failed. */
export async function enablePlugin(id: string, options: ChangeOptions): Promise<void> {
  const edit = () => configFile(options).setEnabled(id, true, { builtin: isBuiltin(id) });
  await applyPlugins({ ...options, only: [id] }, edit);
}

/** `backplane plugin disable ID`. */
export async function disablePlugin(id: string, options: ChangeOptions): Promise<void> {
  const edit = () => configFile(options).setEnabled(id, false, { builtin: isBuiltin(id) });
  await applyPlugins({ ...options, only: [id] }, edit);
}

/** `backplane plugin approve ID`. */
export async function approvePlugin(id: string, options: ChangeOptions & { readonly digest?: string }): Promise<void> {
  const administration = await openAdministration(options);
  const digest = options.digest === undefined ? {} : { digest: options.digest };
  report([await administration.approve(id, { by: nameOf(options), ...digest })], options, administration.live);
}

/** `backplane plugin rollback ID`. */
export async function rollbackPlugin(id: string, options: ChangeOptions): Promise<void> {
  const administration = await openAdministration(options);
  report([await administration.rollback(id, { by: nameOf(options) })], options, administration.live);
}

/** `backplane plugin prune`. */
export async function prunePlugins(options: ChangeOptions): Promise<void> {
  const result = await (await openAdministration(options)).prune({ by: nameOf(options) });
  if (options.json) return printJson(result);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const key of result.removed) say(`dropped ${key}`);
  for (const { id, version, why } of result.kept) say(`kept ${id}@${version}: ${why}`);
  if (result.removed.length + result.kept.length === 0) say('Nothing to drop.');
}

const alarm = (text: string) => coloured(terminalLook(process.stdout), 'red', harmless(text));

function report(changes: readonly AppliedChange[], { json }: ChangeOptions, live: boolean): void {
  if (changes.some(({ outcome }) => outcome === 'failed' || outcome === 'kept')) process.exitCode = EXIT.failed;
  if (json) {
    printJson({ live, changes });
    return;
  }
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const { id, kind, outcome, from, to, capabilities, error } of changes) {
    say(
      `${id}: ${kind}${to === undefined ? '' : ` ${[from, to].filter((one) => one !== undefined).join(' → ')}`}: ${outcome}`,
    );
    if (capabilities !== undefined && (outcome === 'waiting' || capabilities.change !== 'same'))
      for (const line of approvalLines(capabilities, alarm)) say(line);
    if (error !== undefined) printErrorRecord(error);
  }
  if (changes.length === 0) say('Nothing to do.');
  else if (!live) say('No host runs here: this takes effect when it starts.');
}

function configFolder({ config }: ChangeOptions): string {
  return resolve(config ?? resolve(CHECKOUT, 'config'));
}

function configFile(options: ChangeOptions): PluginsFile {
  const folder = configFolder(options);
  const base = resolve(folder, '..');
  return new PluginsFile(resolve(folder, 'plugins.yaml'), (file) => readPluginsConfig(file, base, process.env));
}

function isBuiltin(id: string): boolean {
  return BUILTIN_DIRS.flatMap(pluginFolders).some((path) => basename(path) === id);
}

function nameOf({ by }: ChangeOptions): string {
  return by ?? userInfo().username;
}
