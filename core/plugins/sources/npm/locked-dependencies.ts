import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import { isPackageName } from './npm-wish.ts';
import { sha512Of } from './packument.ts';

const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()).optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

const lockedSchema = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
  peer: z.boolean().optional(),
  optional: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  link: z.boolean().optional(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
});
const shrinkwrapSchema = z.object({ packages: z.record(z.string(), lockedSchema) });

export interface LockedDependency {
  /** `node_modules/a/node_modules/b`, where it goes. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly resolved?: string;
  /** `sha512-…`. */
  readonly integrity: string;
}

/** What the host lends to every plugin. */
const SHARED = new Set(['@backplane/sdk', 'zod']);
const MOST = 500;

/**
 * What an unpacked package still needs: nothing when it brings all its dependencies, else exactly what its npm-shrinkwrap.json fixes.
 * Throws PLUGIN_DEPENDENCIES_UNLOCKED, PLUGIN_TOO_LARGE.
 */
export function lockedDependencies(folder: string, name: string): LockedDependency[] {
  const refuse = (problem: string) => raise.PLUGIN_DEPENDENCIES_UNLOCKED({ name, problem });
  const missing = missingDependencies(folder);
  if (missing.length === 0) return [];
  const file = join(folder, 'npm-shrinkwrap.json');
  if (!existsSync(file)) throw refuse(`${missing.join(', ')} would be resolved anew on every machine`);
  const { data } = shrinkwrapSchema.safeParse(readJson(file));
  if (data === undefined) throw refuse('npm-shrinkwrap.json is not one of npm 7 or later');
  const wanted = Object.entries(data.packages).filter(
    ([path, row]) => path !== '' && !row.dev && !row.peer && !row.inBundle && fitsMachine(row.os, row.cpu),
  );
  if (wanted.length > MOST) throw raise.PLUGIN_TOO_LARGE({ what: `\`${name}\``, limit: `${MOST} dependencies` });
  const found = wanted.map(([path, row]) => {
    const names = path
      .split('node_modules/')
      .slice(1)
      .map((part) => part.replace(/\/$/, ''));
    if (!path.startsWith('node_modules/') || row.link || !names.every(isPackageName))
      throw refuse(`${path} is not a package of a registry`);
    const integrity = sha512Of(row.integrity);
    if (row.version === undefined || integrity === undefined)
      throw refuse(`${path} has no version or no sha512 digest`);
    const { resolved } = row;
    return {
      path,
      name: row.name ?? names.at(-1)!,
      version: row.version,
      integrity,
      ...(resolved === undefined ? {} : { resolved }),
    };
  });
  const left = missing.filter((dependency) => !found.some(({ path }) => path === `node_modules/${dependency}`));
  if (left.length > 0) throw refuse(`npm-shrinkwrap.json does not mention ${left.join(', ')}`);
  return found.filter(({ path }) => !existsSync(join(folder, path, 'package.json')));
}

function missingDependencies(folder: string): string[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  const pack = packageSchema.safeParse(readJson(file)).data ?? {};
  return Object.keys(pack.dependencies ?? {})
    .filter((name) => !Object.hasOwn(pack.optionalDependencies ?? {}, name))
    .filter((name) => !SHARED.has(name) && !existsSync(join(folder, 'node_modules', name, 'package.json')))
    .sort();
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function fitsMachine(os: readonly string[] | undefined, cpu: readonly string[] | undefined): boolean {
  const fits = (rules: readonly string[] | undefined, value: string) =>
    rules === undefined ||
    (!rules.includes(`!${value}`) && (rules.includes(value) || rules.every((rule) => rule.startsWith('!'))));
  return fits(os, process.platform) && fits(cpu, process.arch);
}
