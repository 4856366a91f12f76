import type { GatewaySources } from './gateway-sources.ts';
import { type ReadGateway, readGateway } from './read-gateway.ts';

/**
 * One model of everything that stands in a folder. Files of Ocelot that no gateway file names run too, as they stand: several of them together, as
 * Ocelot itself merges a folder.
 */
export function readConfiguration(sources: GatewaySources, environment: NodeJS.ProcessEnv): ReadGateway {
  const named = new Set<string>();
  const options = {
    environment,
    ocelotFiles: (paths: readonly string[], from: string) => {
      const files = sources.ocelotFiles(paths, from);
      for (const { name } of files) named.add(name);
      return files;
    },
  };
  const first = readGateway(sources.texts, options);
  const left = sources.json.filter(({ name, text }) => !named.has(name) && isOcelot(name, text));
  const [one] = left;
  if (one === undefined) return first;
  return readGateway([...sources.texts, { name: one.name, text: 'routes: [{ ocelot: . }]' }], {
    ...options,
    ocelotFiles: (paths, from) => (from === one.name ? left : options.ocelotFiles(paths, from)),
  });
}

/** Other JSON may lie beside the files of a gateway. Name and text decide: one with a mistake is to be complained of. */
function isOcelot(name: string, text: string): boolean {
  if (/(?:^|[\\/])ocelot(?:\.[^\\/]+)?\.json$/i.test(name)) return true;
  return /"(?:ReRoutes|Routes|DynamicRoutes|Aggregates|GlobalConfiguration)"\s*:/i.test(text);
}
