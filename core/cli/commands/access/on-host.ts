import { type Command, Option } from 'commander';
import { type ApiAddress, type ApiClient, type ApiMethod, type ApiRequest, createApiClient } from '../../api-client.ts';
import { printJson } from '../../output.ts';
import { harmless } from '../../terminal-look.ts';

/** Options of every command that is about rights. */
export interface OnHost extends ApiAddress {
  readonly workspace?: string;
  readonly json?: boolean;
}

/** Adds them to a command. */
export function onHost(command: Command): Command {
  return command
    .option('--workspace <workspace>', 'the workspace, by name or id; default: your first one')
    .option('--url <url>', 'the host; default: BACKPLANE_URL, or this machine')
    .option('--key <key>', 'its key; default: BACKPLANE_KEY, or the one in the data folder')
    .option('--data <dir>', 'the data folder of a host on this machine')
    .addOption(new Option('--json', 'print one JSON document'));
}

/** Sends to the workspace that the options name. */
export function clientFor(options: OnHost): Pick<ApiClient, 'send' | 'open'> {
  const client = createApiClient(options);
  const headers: Record<string, string> =
    options.workspace === undefined ? {} : { 'x-backplane-workspace': options.workspace };
  return {
    send: (method: ApiMethod, path: string, request: ApiRequest = {}) =>
      client.send(method, path, { ...request, headers }),
    open: (method: ApiMethod, path: string, request: ApiRequest = {}) =>
      client.open(method, path, { ...request, headers }),
  };
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
