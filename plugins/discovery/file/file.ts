import { watch } from 'node:fs/promises';
import { resolve as absolute, basename, dirname } from 'node:path';
import { defineServiceDiscovery } from '@backplane/sdk';
import { instancesIn, readServices } from './read-services.ts';
import { settings } from './settings.ts';

export const file = defineServiceDiscovery({
  name: 'file',
  title: 'File',
  summary: 'Addresses from a YAML or JSON file, told as soon as it changes.',
  config: settings,
  open({ config, log }) {
    const path = absolute(config.path);
    return {
      resolve: async (query) => instancesIn(await readServices(path), query),
      async *watch(query, signal) {
        // The folder is watched: editors and mounted volumes put another file in the place of the old one.
        const changes = watch(dirname(path), { signal, persistent: false })[Symbol.asyncIterator]();
        // Asked for before the file is read, so that no change falls between.
        let next = changes.next();
        next.catch(() => undefined);
        yield instancesIn(await readServices(path), query);
        try {
          for (let event = await next; !event.done; event = await next) {
            next = changes.next();
            next.catch(() => undefined);
            const { filename } = event.value;
            // A mounted volume changes a link beside the file.
            if (filename !== null && filename !== basename(path) && !filename.startsWith('..')) continue;
            try {
              yield instancesIn(await readServices(path), query);
            } catch (problem) {
              // Half written, or wrong: what was good before holds.
              log.warn('the file of services cannot be used', { path, problem: String(problem) });
            }
          }
        } catch (problem) {
          if (!signal.aborted) throw problem;
        }
      },
      check: async () => void (await readServices(path)),
    };
  },
});
