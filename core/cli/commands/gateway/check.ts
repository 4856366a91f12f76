import { isError } from '../../../gateway/operations/compile-problems.ts';
import { certificateProblems, gatewayFiles, tryGateway } from '../../../host/gateway/gateway-workbench.ts';
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
      const count = sources.texts.length + sources.json.length;
      if (errors === 0)
        say([`${count} ${count === 1 ? 'file' : 'files'}, nothing that keeps the gateway from running.`]);
    }
    if (errors > 0) process.exitCode = EXIT.failed;
  });
}
