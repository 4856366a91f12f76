import type { ApiAddress } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { harmless } from '../../terminal-look.ts';

/** Options of every command that is about rights. */
export interface OnHost extends ApiAddress {
  readonly json?: boolean;
}

export const say = (line: string) => process.stdout.write(`${harmless(line)}\n`);

/** The answer as JSON, or lines for people. */
export function print(options: OnHost, answer: unknown, lines: () => readonly string[]): void {
  if (options.json) printJson(answer ?? {});
  else for (const line of lines()) say(line);
}

/** Columns of the same width, the last one as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** A path below `/api`, its parts encoded. */
export const path = (...parts: readonly string[]) => `/${parts.map(encodeURIComponent).join('/')}`;
