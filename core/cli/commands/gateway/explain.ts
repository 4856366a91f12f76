import { raise } from '../../../errors/catalogue.ts';
import type { ExplainRequest, Explanation } from '../../../gateway/operations/explanation.ts';
import { gatewayFiles, tryGateway } from '../../../host/gateway/gateway-workbench.ts';
import { runningHost } from '../../../host/running-host.ts';
import { type ApiAddress, createApiClient } from '../../api-client.ts';
import { EXIT } from '../../exit-code.ts';
import { openBench } from '../../open-bench.ts';
import { printJson } from '../../output.ts';
import { explanationLines } from './explain-text.ts';
import { printGatewayProblems, say } from './problem-lines.ts';

interface ExplainOptions extends ApiAddress {
  readonly config?: string;
  readonly header?: readonly string[];
  readonly json?: boolean;
}

/** `backplane gateway explain METHOD URL`: asks the running host, which knows the last verdicts; without one, or with `--config`, the files. */
export async function explainGateway(method: string, url: string, options: ExplainOptions): Promise<void> {
  if (!/^(?:https?:\/\/[^/?#]|\/)/i.test(url))
    throw raise.USAGE({ message: `URL: expected a path such as /orders/7, or a whole address, got \`${url}\`.` });
  const request: ExplainRequest = { method, url, headers: (options.header ?? []).map(headerOf) };
  const show = (explanation: Explanation, source: string) => {
    if (options.json) printJson({ source, ...explanation });
    else say([...explanationLines(explanation), '', `(${source})`]);
    if (explanation.route === undefined) process.exitCode = EXIT.failed;
  };
  const address = await hostOf(options);
  if (address !== undefined) {
    const client = createApiClient(address);
    return show(await client.send('POST', '/gateway/explain', { body: request }), `as ${client.url} serves it`);
  }
  await using bench = await openBench(options);
  await tryGateway(gatewayFiles([], options.config), bench, ({ problems, explain }) => {
    if (explain !== undefined) return show(explain(request), 'as the files say; no host was asked');
    if (options.json) printJson({ problems });
    printGatewayProblems(problems);
    process.exitCode = EXIT.failed;
  });
}

async function hostOf(options: ExplainOptions): Promise<ApiAddress | undefined> {
  if (options.config !== undefined) return undefined;
  if (options.url !== undefined || process.env['BACKPLANE_URL']) return options;
  const local = await runningHost(options.data);
  return local && { ...options, ...local };
}

function headerOf(text: string): readonly [string, string] {
  const found = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(text);
  if (found === null) throw raise.USAGE({ message: `-H: expected \`name: value\`, got \`${text}\`.` });
  return [found[1]!, found[2]!];
}
