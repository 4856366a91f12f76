import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import type { OcelotFile } from '../ocelot/reading/merge-files.ts';
import type { GatewayText } from './read-gateway.ts';

/** The files of a gateway as they stand somewhere: on a disk, or in a request. */
export interface GatewaySources {
  /** YAML. */
  readonly texts: readonly GatewayText[];
  /** JSON beside it, which may be Ocelot's. */
  readonly json: readonly OcelotFile[];
  /** What `ocelot: …` in the file `from` names. Throws GATEWAY_OCELOT_UNREADABLE. */
  ocelotFiles(paths: readonly string[], from: string): readonly OcelotFile[];
}

export interface DiskSources extends GatewaySources {
  /** Files that were read because others name them. */
  readonly named: ReadonlySet<string>;
}

const IS_YAML = /\.ya?ml$/i;
const IS_JSON = /\.json$/i;
const IS_OCELOT_NAME = /^ocelot(?:\..+)?\.json$/i;

/** Reads files, and of folders those directly in them. Throws GATEWAY_SOURCE_UNREADABLE. */
export function readGatewaySources(paths: readonly string[]): DiskSources {
  const named = new Set<string>();
  const files = paths.flatMap((path) => filesOf(path));
  const texts = files.filter((file) => IS_YAML.test(file)).map(readText);
  const places = new Map(files.map((file) => [shownName(file), dirname(resolve(file))]));
  return {
    texts,
    json: files.filter((file) => IS_JSON.test(file)).map(readText),
    named,
    ocelotFiles: (given, from) =>
      given.flatMap((path) => {
        const file = resolve(places.get(from) ?? '.', path);
        const all = isFolder(file) ? ocelotFilesIn(file) : [file];
        for (const one of all) named.add(one);
        if (all.length === 0) throw raise.GATEWAY_OCELOT_UNREADABLE({ path, cause: 'the folder has no ocelot*.json' });
        return all.map((one) => readOcelot(one, path));
      }),
  };
}

/** Files that came by name and text. */
export function givenGatewaySources(files: readonly GatewayText[]): GatewaySources {
  const normal = (name: string) => name.replace(/^(?:\.\/)+/, '');
  return {
    texts: files.filter(({ name }) => IS_YAML.test(name)),
    json: files.filter(({ name }) => IS_JSON.test(name)),
    ocelotFiles: (paths) =>
      paths.map((path) => {
        const found = files.find(({ name }) => normal(name) === normal(path));
        if (found === undefined) throw raise.GATEWAY_OCELOT_UNREADABLE({ path, cause: 'it was not sent along' });
        return found;
      }),
  };
}

/** True for a folder with at least one file that a gateway reads. */
export function hasGatewayFiles(folder: string): boolean {
  return isFolder(folder) && inFolder(folder, isGatewayName).length > 0;
}

function filesOf(path: string): readonly string[] {
  if (!existsSync(path)) throw raise.GATEWAY_SOURCE_UNREADABLE({ path, cause: 'there is no such file or folder' });
  return isFolder(path) ? inFolder(path, isGatewayName) : [path];
}

const isGatewayName = (name: string) => !name.startsWith('.') && (IS_YAML.test(name) || IS_JSON.test(name));

function inFolder(folder: string, wanted: (name: string) => boolean): readonly string[] {
  return readdirSync(folder)
    .filter(wanted)
    .sort()
    .map((name) => join(folder, name));
}

/** What Ocelot would merge: `ocelot.json`, `ocelot.orders.json` … */
export const ocelotFilesIn = (folder: string) => inFolder(folder, (name) => IS_OCELOT_NAME.test(name));

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readText(file: string): GatewayText {
  try {
    return { name: shownName(file), text: readFileSync(file, 'utf8') };
  } catch (thrown) {
    throw raise.GATEWAY_SOURCE_UNREADABLE({ path: file, cause: causeOf(thrown) }, { cause: thrown });
  }
}

function readOcelot(file: string, path: string): OcelotFile {
  try {
    return { name: shownName(file), text: readFileSync(file, 'utf8') };
  } catch (thrown) {
    throw raise.GATEWAY_OCELOT_UNREADABLE({ path, cause: causeOf(thrown) }, { cause: thrown });
  }
}

function causeOf(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : (code ?? message);
}

/** As people find it from where they stand. */
function shownName(file: string): string {
  const way = relative(process.cwd(), resolve(file));
  return way.startsWith('..') ? resolve(file) : way;
}
