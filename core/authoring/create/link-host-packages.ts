import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** What a new plugin needs to be tested and type-checked, and the host has. */
const PACKAGES = ['@backplane/sdk', 'zod', 'typescript', '@types/node'];

/**
 * Lets a plugin that was never installed use the host's own packages: one link each in its `node_modules`, which `npm install` replaces.
 * Gives the names of those that the host does not have.
 */
export function linkHostPackages(folder: string): readonly string[] {
  return PACKAGES.filter((name) => {
    const target = locate(name);
    if (target === undefined) return true;
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(target, link, 'junction');
    if (name === 'typescript') linkCompiler(folder);
    return false;
  });
}

/** `npm run check` looks for it in `.bin`. */
function linkCompiler(folder: string): void {
  const bin = join(folder, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(join('..', 'typescript', 'bin', 'tsc'), join(bin, 'tsc'));
}

function locate(name: string): string | undefined {
  for (const base of require.resolve.paths(name) ?? []) {
    try {
      return realpathSync(join(base, name));
    } catch {
      // The next folder up may have it.
    }
  }
  return undefined;
}
