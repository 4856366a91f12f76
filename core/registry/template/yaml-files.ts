import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';

/**
 * The YAML files that paths stand for: files as they are, folders with everything below them, sorted. Hidden folders and
 * `node_modules` are left out.
 * @throws TEMPLATE_FILE when a path does not exist or cannot be read
 */
export async function yamlFiles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(expand));
  return [...new Set(found.flat())];
}

async function expand(path: string): Promise<string[]> {
  try {
    return (await stat(path)).isDirectory() ? await filesBelow(path) : [path];
  } catch (cause) {
    const problem = `cannot be read (${(cause as NodeJS.ErrnoException).code ?? cause})`;
    throw raise.TEMPLATE_FILE({ file: path, problem }, { cause });
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name.startsWith('.') || entry.name === 'node_modules' ? [] : filesBelow(path);
      // Mounted configuration is often made of links; linked folders are not followed, they may lead in circles.
      return (entry.isFile() || entry.isSymbolicLink()) && /\.ya?ml$/.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
}
