import { GLOBAL_NAMES } from '../isolate/install-globals.ts';

const ALL = Object.values(GLOBAL_NAMES).flat();

/** Words by which code can come to global names that its text does not spell out. */
const INDIRECT = /\b(?:globalThis|eval|Function|constructor|this|Reflect)\b|\\u/;

/**
 * The globals that a script can use, separated by spaces: most use none or `console`, and each costs every run a little. A script
 * that puts words together (`x['con' + 'structor']`) to get at the rest does not find them.
 */
export function namedGlobals(text: string): string {
  return (INDIRECT.test(text) ? ALL : ALL.filter((name) => text.includes(name))).join(' ');
}
