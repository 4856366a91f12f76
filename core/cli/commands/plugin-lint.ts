import { fixPlugin, lintProject } from '../../authoring/lint/lint-plugin.ts';
import { openPluginProject } from '../../authoring/project/plugin-project.ts';
import { EXIT } from '../exit-code.ts';
import { printJson } from '../output.ts';

interface LintOptions {
  readonly fix?: boolean;
  readonly json?: boolean;
}

/** `backplane plugin lint [DIR]`: every broken rule with its place; errors end it with 1. */
export async function lintPlugin(dir: string | undefined, options: LintOptions): Promise<void> {
  const folder = dir ?? '.';
  const report = options.fix ? await fixPlugin(folder) : await lintProject(await openPluginProject(folder));
  if (report.errors > 0) process.exitCode = EXIT.failed;
  if (options.json) return printJson(report);
  for (const file of report.fixed) process.stdout.write(`corrected ${file}\n`);
  for (const { rule, severity, message, position, docs, fixable } of report.findings) {
    const { file, line, column } = position;
    process.stdout.write(
      `${file}:${line}:${column}: ${severity} ${rule}: ${message}${fixable ? ' (--fix)' : ''}\n  ${docs}\n`,
    );
  }
  process.stdout.write(`${report.errors} errors, ${report.warnings} warnings\n`);
}
