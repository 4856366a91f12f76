import { isError } from '../../../gateway/operations/compile-problems.ts';
import {
  certificateProblems,
  gatewayFiles,
  gatewayFolder,
  tryGateway,
} from '../../../host/gateway/gateway-workbench.ts';
import { EXIT } from '../../exit-code.ts';
import { openBench } from '../../open-bench.ts';
import { printJson } from '../../output.ts';
import { printGatewayProblems, say } from './problem-lines.ts';

export interface FilesOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** `backplane gateway check [PATH…]`: as the workers would read them, without a host. */
export async function checkGateway(paths: readonly string[], options: FilesOptions): Promise<void> {
  const sources = gatewayFiles(paths, options.config);
  await using bench = await openBench(options);
  const certificates = paths.length === 0 ? await certificateProblems(options.config) : [];
  await tryGateway(sources, bench, ({ problems: found }) => {
    const problems = [...found, ...certificates];
    const errors = problems.filter(isError).length;
    if (options.json) printJson({ ok: errors === 0, problems });
    else {
      printGatewayProblems(problems);
      if (errors === 0) say([resultLine(sources.texts.length + sources.json.length, paths, options)]);
    }
    if (errors > 0) process.exitCode = EXIT.failed;
  });
}

function resultLine(count: number, paths: readonly string[], { config }: FilesOptions): string {
  if (count > 0) return `${count} ${count === 1 ? 'file' : 'files'}, nothing that keeps the gateway from running.`;
  const where = paths.length > 0 ? paths.join(', ') : gatewayFolder(config);
  return `There are no gateway files in ${where}. Name files or folders, or with --config the configuration folder of a host.`;
}
