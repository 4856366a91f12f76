import { writeFileSync } from 'node:fs';
import { openPluginBench } from '../../authoring/bench/open-plugin-bench.ts';
import { pluginPage } from '../../authoring/docs/plugin-page.ts';
import { openPluginProject } from '../../authoring/project/plugin-project.ts';
import { printJson } from '../output.ts';

interface DocsOptions {
  readonly output?: string;
  readonly json?: boolean;
}

/** `backplane plugin docs [DIR]`: the page of a plugin in Markdown; with `--json` the facts that it is made from. */
export async function documentPlugin(dir: string | undefined, options: DocsOptions): Promise<void> {
  const project = await openPluginProject(dir ?? '.');
  await using bench = await openPluginBench({ folder: project.folder });
  const { markdown, examples } = await pluginPage(project, bench);
  if (options.output !== undefined) writeFileSync(options.output, markdown);
  if (options.json) return printJson({ manifest: project.rawManifest, ...bench.facts, checked: examples, markdown });
  if (options.output === undefined) process.stdout.write(markdown);
}
