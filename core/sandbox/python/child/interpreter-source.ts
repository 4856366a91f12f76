import { readFileSync } from 'node:fs';

/** Files of `../interpreter`, in the order in which they need each other; they share one namespace. */
const FILES = ['preload', 'console', 'patience', 'isolation', 'result', 'entry', 'failure', 'harmless', 'run'];

export function interpreterSources(): { readonly name: string; readonly source: string }[] {
  return FILES.map((name) => ({
    name: `sandbox/${name}.py`,
    source: readFileSync(new URL(`../interpreter/${name}.py`, import.meta.url), 'utf8'),
  }));
}
