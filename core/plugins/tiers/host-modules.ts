import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Packages that plugins in folders share with the host, so that a folder needs no `node_modules` of its own. */
const SHARED = /^(@backplane\/sdk|zod)(?:\/|$)/;

/** Where they lie. Each is resolved from inside itself, so that nothing around it need be readable. */
const HOMES: Readonly<Record<string, string>> = {
  '@backplane/sdk': import.meta.resolve('@backplane/sdk'),
  zod: import.meta.resolve('zod'),
};

/**
 * Lets modules below `folders` (real paths) import `@backplane/sdk` and `zod` from the host. The SDK is always the host's; a `zod`
 * that the plugin brings itself comes first. Disposing undoes it.
 */
export function shareHostModules(folders: readonly string[]): Disposable {
  const isOurs = (parent: string | undefined) =>
    parent !== undefined && folders.some((folder) => parent.startsWith(`${pathToFileURL(folder).href}/`));
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      const [, name] = SHARED.exec(specifier) ?? [];
      if (name === undefined || !isOurs(context.parentURL)) return nextResolve(specifier, context);
      const fromHost = () => nextResolve(specifier, { ...context, parentURL: HOMES[name] });
      if (name === '@backplane/sdk') return fromHost();
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        return fromHost();
      }
    },
  });
  return { [Symbol.dispose]: () => hooks.deregister() };
}

/** A process that may not look above the plugin's folder is refused instead of finding nothing. */
const ABSENT = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_ACCESS_DENIED', 'MODULE_NOT_FOUND']);
