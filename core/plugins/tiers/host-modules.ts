import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Packages that plugins in folders share with the host, so that a folder needs no `node_modules` of its own. */
const SHARED = /^(?:@backplane\/sdk|zod)(?:\/|$)/;

/**
 * Lets modules below `folders` (real paths) import `@backplane/sdk` and `zod` from the host. The SDK is always the host's; a `zod`
 * that the plugin brings itself comes first. Disposing undoes it.
 */
export function shareHostModules(folders: readonly string[]): Disposable {
  const prefixes = folders.map((folder) => `${pathToFileURL(folder).href}/`);
  const isOurs = (parent: string | undefined) =>
    parent !== undefined && prefixes.some((prefix) => parent.startsWith(prefix));
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!SHARED.test(specifier) || !isOurs(context.parentURL)) return nextResolve(specifier, context);
      const fromHost = () => nextResolve(specifier, { ...context, parentURL: import.meta.url });
      if (specifier.startsWith('@backplane/')) return fromHost();
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
        return fromHost();
      }
    },
  });
  return { [Symbol.dispose]: () => hooks.deregister() };
}
