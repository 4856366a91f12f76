import { EXIT } from '../exit-code.ts';
import { openBench } from '../open-bench.ts';
import { printJson } from '../output.ts';

interface PluginOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `backplane plugin list`: every plugin with its state. */
export async function listPlugins(options: PluginOptions): Promise<void> {
  await using bench = await openBench({ config: options.config });
  const records = bench.plugins.records();
  if (options.json) return printJson(records);
  const width = Math.max(...records.map((record) => record.id.length));
  for (const record of records)
    process.stdout.write(`${record.id.padEnd(width)}  ${record.state.padEnd(9)}  ${record.version}\n`);
}

/** `backplane plugin explain ID`: why it stands where it stands. */
export async function explainPlugin(id: string, options: PluginOptions): Promise<void> {
  await using bench = await openBench({ config: options.config });
  const explanation = bench.plugins.explain(id);
  if (explanation.record === undefined) process.exitCode = EXIT.usage;
  if (options.json) printJson(explanation);
  else (explanation.record === undefined ? process.stderr : process.stdout).write(`${explanation.text}\n`);
}
