import { readFileSync } from 'node:fs';

/** Files of `../interpreter`, in the order in which they need each other; they share one namespace. */
const FILES = [
  'isolation',
  'preload',
  'console',
  'patience',
  'result',
  'entry',
  'failure',
  'harmless',
  'run',
  'settle',
];

export function interpreterSources(): { readonly name: string; readonly source: string }[] {
  return FILES.map((name) => ({
    name: `sandbox/${name}.py`,
    source: readFileSync(new URL(`../interpreter/${name}.py`, import.meta.url), 'utf8'),
  }));
}
