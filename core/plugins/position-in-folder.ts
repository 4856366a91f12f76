import { pathToFileURL } from 'node:url';
import type { Position } from '@backplane/sdk';
import { thrownStack } from './thrown-text.ts';

/** The first place inside `folder` (a real path) that the stack of an error names. Errors of syntax name it in their first line. */
export function positionInFolder(folder: string, thrown: unknown): Position | undefined {
  const stack = thrownStack(thrown);
  for (const prefix of [`${pathToFileURL(folder).href}/`, `${folder}/`]) {
    const at = stack.indexOf(prefix);
    if (at === -1) continue;
    const rest = stack.slice(at + prefix.length);
    const [, name, line, column] = /^([^\n:?]+)(?:\?[^\n:]*)?:(\d+)(?::(\d+))?/.exec(rest) ?? [];
    if (name === undefined) continue;
    return { file: `${folder}/${decodeSafely(name)}`, line: Number(line), column: Number(column ?? 1) };
  }
  return undefined;
}

function decodeSafely(name: string): string {
  return /%[0-9a-f]{2}/i.test(name) ? decodeURIComponent(name) : name;
}
