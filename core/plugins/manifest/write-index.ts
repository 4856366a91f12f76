import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContributionIndex, writtenIndex } from '@backplane/sdk/host';
import { isRecord } from '../../language/values/is-record.ts';
import { readManifest } from './read-manifest.ts';

/**
 * Puts the index into the manifest of the plugin in `folder`, whose other members, indentation and last line break stay as they are.
 * Tells whether anything changed. Throws what {@link readManifest} throws; the file is whole at any moment.
 */
export function writeIndex(folder: string, index: ContributionIndex): boolean {
  readManifest(folder);
  const own = readIfThere(join(folder, 'plugin.json'));
  const file = join(folder, own === undefined ? 'package.json' : 'plugin.json');
  const before = own ?? readFileSync(file, 'utf8');
  const whole = JSON.parse(before) as Record<string, unknown>;
  const manifest = (own === undefined ? whole['backplane'] : whole) as Record<string, unknown>;
  manifest['contributes'] = writtenIndex(index);
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  const after = `${JSON.stringify(whole, null, indent)}${before.endsWith('\n') ? '\n' : ''}`;
  if (isEqualJson(JSON.parse(before), whole)) return false;
  writeFileSync(`${file}.new`, after);
  renameSync(`${file}.new`, file);
  return true;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Equal whatever the order of keys. */
function isEqualJson(left: unknown, right: unknown): boolean {
  const sorted = (_key: string, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
  return JSON.stringify(left, sorted) === JSON.stringify(right, sorted);
}
