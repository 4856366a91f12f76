import { raise } from '../../../errors/catalogue.ts';
import type { OcelotFindings } from '../findings.ts';
import type { ListNode, MapEntry, MapNode } from './ocelot-node.ts';
import { emptyMap } from './ocelot-node.ts';
import { environmentLayer, overlayMap } from './overlay.ts';
import { readOcelotJson } from './read-ocelot-json.ts';

/** One file as it was found; its name decides what part it has. */
export interface OcelotFile {
  readonly name: string;
  readonly text: string;
}

export interface ReadingOptions {
  /** Ocelot's ASPNETCORE_ENVIRONMENT; default `Development`. */
  readonly environment?: string;
  /** Variables that lie over the files, as .NET reads them. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

const LISTS = ['routes', 'reroutes', 'dynamicroutes', 'aggregates'];
const GLOBAL = 'globalconfiguration';
/** Arrays are put together under the names of today. */
const NAME_OF_TODAY: Readonly<Record<string, string>> = { reroutes: 'routes' };

/**
 * One configuration from all files. Several `ocelot.*.json` come together as Ocelot merges a folder: lists one after the other, the global
 * part from `ocelot.global.json` alone, `ocelot.<environment>.json` left out. Over `ocelot.json` by itself that one lies as a layer. The
 * variables lie over all of it.
 */
export function readOcelotFiles(
  files: readonly OcelotFile[],
  { environment = 'Development', variables = {} }: ReadingOptions,
  findings: OcelotFindings,
): MapNode {
  const [first] = files;
  if (first === undefined) return emptyMap('ocelot.json');
  const overlayName = `ocelot.${environment}.json`.toLowerCase();
  const base = (name: string) => name.split(/[\\/]/).at(-1)!.toLowerCase();
  const layer = files.length > 1 ? files.find(({ name }) => base(name) === overlayName) : undefined;
  const parts = files.filter((file) => file !== layer && (files.length === 1 || base(file.name) !== 'ocelot.json'));
  // Only the primary file and its overlay: layers, not parts.
  const merged = parts.length === 0 ? files.filter((file) => file !== layer) : parts;
  const roots = merged.map(({ name, text }) => ({ name: base(name), root: readOcelotJson(text, name, findings) }));
  let whole = roots.length === 1 ? roots[0]!.root : concatenated(roots, findings);
  if (layer !== undefined && parts.length === 0)
    whole = overlayMap(whole, readOcelotJson(layer.text, layer.name, findings));
  else if (layer !== undefined) {
    const why = 'Ocelot leaves the file of the environment out where it merges others';
    const spot = { place: { file: layer.name, line: 1, column: 1 }, pointer: '' };
    findings.warn(spot, raise.OCELOT_PROPERTY_UNUSED({ name: base(layer.name), why }));
  }
  const above = environmentLayer(variables);
  return above === undefined ? whole : overlayMap(whole, above);
}

function concatenated(
  parts: readonly { readonly name: string; readonly root: MapNode }[],
  findings: OcelotFindings,
): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const { name, root } of parts) {
    for (const [written, entry] of root.entries) {
      if (written === GLOBAL && name !== 'ocelot.global.json') {
        const why = 'of several files only that of ocelot.global.json counts';
        const spot = { place: entry.place, pointer: entry.node.pointer };
        findings.warn(spot, raise.OCELOT_PROPERTY_UNUSED({ name: entry.name, why }));
        continue;
      }
      const key = NAME_OF_TODAY[written] ?? written;
      const known = entries.get(key)?.node;
      if (known?.kind === 'list' && entry.node.kind === 'list' && LISTS.includes(written)) {
        const joined: ListNode = { ...known, items: [...known.items, ...entry.node.items] };
        entries.set(key, { ...entries.get(key)!, node: joined });
      } else entries.set(key, key === written ? entry : { ...entry, name: 'Routes' });
    }
  }
  return { ...parts[0]!.root, entries };
}
