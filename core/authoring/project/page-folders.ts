import { posix } from 'node:path';
import type { PluginFacts } from '../bench/plugin-facts.ts';

/** Folders of console pages, which hosts serve with all that is in them: scripts there are the browser's and not the plugin's. */
export function pageFolders(facts: PluginFacts | undefined): string[] {
  const files = (facts?.others ?? []).flatMap(({ kind, file }) => (kind === 'console-page' && file ? [file] : []));
  return files.map((file) => posix.dirname(posix.normalize(file))).filter((folder) => folder !== '.');
}
