import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Context, Isolate, Module, Reference } from 'isolated-vm';
import { codeOf } from '../../host-code/host-code.mjs';

export interface ModuleGraph {
  /** Loads a module with all it imports and runs it. Gives its exports. */
  load(url: string): Promise<Reference<Record<string, unknown>>>;
  /** The same for the text of a module that imports nothing. */
  loadCode(code: string): Promise<Reference<Record<string, unknown>>>;
}

/** What every module in the isolate may import by name. */
const SHARED = /^(?:@backplane\/sdk|zod)(?:\/|$)/;

/** Modules of an isolate: those of the plugin's folder, the SDK and zod, and the host's own that run beside the plugin. */
export function createModuleGraph(isolate: Isolate, context: Context, folder: string): ModuleGraph {
  const compiled = new Map<string, Module>();
  const urls = new Map<Module, string>();

  const compile = (url: string): Module => {
    const known = compiled.get(url);
    if (known !== undefined) return known;
    const module = isolate.compileModuleSync(codeOf(url), { filename: fileURLToPath(url) });
    compiled.set(url, module);
    urls.set(module, url);
    return module;
  };

  const resolve = (specifier: string, parent: string): string => {
    const ofPlugin = fileURLToPath(parent).startsWith(folder + sep);
    if (SHARED.test(specifier)) return import.meta.resolve(specifier);
    if (!/^\.{0,2}\//.test(specifier))
      throw refused(specifier, 'it is neither a file of the plugin, nor @backplane/sdk, nor zod');
    const file = realFile(specifier, new URL(specifier, parent));
    if (ofPlugin && !file.startsWith(folder + sep))
      throw refused(specifier, 'it lies outside the folder of the plugin');
    return pathToFileURL(file).href;
  };

  return {
    async load(url) {
      const module = compile(url);
      module.instantiateSync(context, (specifier, referrer) => compile(resolve(specifier, urls.get(referrer)!)));
      await module.evaluate();
      return module.namespace;
    },
    async loadCode(code) {
      const module = isolate.compileModuleSync(code);
      module.instantiateSync(context, (specifier) => {
        throw refused(specifier, 'it imports nothing');
      });
      await module.evaluate();
      return module.namespace;
    },
  };
}

function realFile(specifier: string, url: URL): string {
  try {
    return realpathSync(url);
  } catch {
    throw refused(specifier, 'there is no such file');
  }
}

/** Text that survives the way out of isolated-vm's callbacks. */
function refused(specifier: string, reason: string): Error {
  return new Error(`IMPORT ${JSON.stringify([specifier, reason])}`);
}
