import { remoteAdministration } from '../../host/remote-administration.ts';
import { runningHost } from '../../host/running-host.ts';
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

/** `backplane plugin list`: every plugin with its state, and what keeps a newer one from serving. */
export async function listPlugins(options: PluginOptions): Promise<void> {
  const records = await recordsOf(options);
  if (options.json) return printJson(records);
  const width = Math.max(...records.map((record) => record.id.length));
  for (const { id, state, version, pending, error } of records) {
    const why = pending?.error ?? error;
    const waits = pending === undefined ? '' : [pending.kind, pending.version].filter(Boolean).join(' ');
    const note = [waits, why === undefined ? '' : `${why.code}: ${why.message}`]
      .filter((part) => part !== '')
      .join(', ');
    const line = `${id.padEnd(width)}  ${state.padEnd(9)}  ${version}${note === '' ? '' : `  (${note})`}`;
    process.stdout.write(`${harmless(line)}\n`);
  }
}

/** `backplane plugin explain ID`: why it stands where it stands, and who vouches for it. */
export async function explainPlugin(id: string, options: PluginOptions): Promise<void> {
  const explanation = explain(id, await recordsOf(options));
  if (explanation.record === undefined) process.exitCode = EXIT.usage;
  if (options.json) printJson(explanation);
  else (explanation.record === undefined ? process.stderr : process.stdout).write(`${explanation.text}\n`);
}

/** Of the running host; without one, as a host would find them that starts now. */
async function recordsOf({ config, data }: PluginOptions): Promise<readonly PluginRecord[]> {
  // Another configuration is that of another host, unless its data folder is named, too.
  const running = config !== undefined && data === undefined ? undefined : await runningHost(data);
  if (running !== undefined) return remoteAdministration(running).records();
  await using bench = await openBench({ config, data, loadAll: true });
  return bench.plugins.records();
}
