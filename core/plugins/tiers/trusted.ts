import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/**
 * The tier of plugins that run in the host process with all its rights: nothing stands between such a plugin and the host but its
 * author. Endless synchronous loops and `process.exit` in it cannot be stopped.
 */
export const trusted = {
  /** Imports an entry that may await. */
  async load(file: string): Promise<unknown> {
    return defaultExport(await import(pathToFileURL(file).href));
  },
  /** Loads an entry at once, for plugins known not to await at top level. */
  loadNow(file: string): unknown {
    return defaultExport(require(file));
  },
};

function defaultExport(namespace: { readonly default?: unknown }): unknown {
  return namespace.default;
}
