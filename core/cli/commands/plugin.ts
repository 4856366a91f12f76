import { resolve } from 'node:path';
import { CHECKOUT } from '../../host/checkout.ts';
import { runningHost } from '../../host/open-administration.ts';
import { explainPlugin as explain } from '../../plugins/explain-plugin.ts';
import type { PluginRecord } from '../../plugins/lifecycle/plugin-record.ts';
import { EXIT } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printJson } from '../output.ts';
import { harmless } from '../terminal-look.ts';

interface PluginOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** `backplane plugin list`: every plugin with its state, and what is wanted of it that cannot be. */
export async function listPlugins(options: PluginOptions): Promise<void> {
  const records = await recordsOf(options);
  if (options.json) return printJson(records);
  const width = Math.max(...records.map((record) => record.id.length));
  for (const { id, state, version, pending } of records) {
    const { kind, version: wanted = '', error } = pending ?? {};
    const note = pending === undefined ? '' : `  (${[kind, wanted, error?.code].filter(Boolean).join(' ')})`;
    process.stdout.write(harmless(`${id.padEnd(width)}  ${state.padEnd(9)}  ${version}${note}`).concat('\n'));
  }
}

/** `backplane plugin explain ID`: why it stands where it stands, and who vouches for it. */
export async function explainPlugin(id: string, options: PluginOptions): Promise<void> {
  const explanation = explain(id, await recordsOf(options));
  if (explanation.record === undefined) process.exitCode = EXIT.usage;
  if (options.json) printJson(explanation);
  else (explanation.record === undefined ? process.stderr : process.stdout).write(`${explanation.text}\n`);
}

/** What the running host says; without one, what the files lead to. */
async function recordsOf({ config, data }: PluginOptions): Promise<readonly PluginRecord[]> {
  // Another configuration is that of another host, unless its data folder is named, too.
  const running =
    config === undefined || data !== undefined
      ? await runningHost(resolve(data ?? resolve(CHECKOUT, '.backplane')))
      : undefined;
  if (running !== undefined) return running.records();
  await using bench = await openBench({ config });
  return bench.plugins.records();
}
