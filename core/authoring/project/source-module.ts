import { stripTypeScriptTypes } from 'node:module';
import type { Position } from '@backplane/sdk';
import { type Node, type Program, parse } from 'acorn';
import { positionOfOffset } from './position-of-offset.ts';

/** One source file of a plugin. */
export interface SourceModule {
  /** Relative to the plugin's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** True for tests, which may do what the plugin itself may not. */
  readonly isTest: boolean;
  /** Absent: it cannot be parsed; loading says why. Offsets are those of `text`. */
  readonly program?: Program;
  positionOf(node: Pick<Node, 'start'>): Position;
}

/** Reads JavaScript or TypeScript. Types are blanked out before parsing, so every position stays what it is. */
export function readSourceModule(path: string, file: string, text: string): SourceModule {
  const program = programOf(path, text);
  return {
    path,
    text,
    isTest: /\.test\.[cm]?[jt]s$|(^|\/)tests?\//.test(path),
    ...(program === undefined ? {} : { program }),
    positionOf: ({ start }) => ({ file, ...positionOfOffset(text, start) }),
  };
}

function programOf(path: string, text: string): Program | undefined {
  try {
    const code = /\.[cm]?ts$/.test(path) ? withoutTypes(text) : text;
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  } catch {
    return undefined;
  }
}

/** Node calls this experimental with a line on stderr; authors need not read it. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } finally {
    process.emitWarning = emitWarning;
  }
}
