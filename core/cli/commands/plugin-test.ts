import type { CheckResult } from '../../authoring/contract/contract-check.ts';
import { ownTests } from '../../authoring/contract/own-tests.ts';
import { runContract } from '../../authoring/contract/run-contract.ts';
import { openPluginProject } from '../../authoring/project/plugin-project.ts';
import type { TierName } from '../../plugins/tiers/tier.ts';
import { EXIT } from '../exit-code.ts';
import { printJson } from '../output.ts';

interface TestOptions {
  readonly json?: boolean;
  readonly tier?: TierName;
}

/** `backplane plugin test [DIR]`: what every contribution has to hold, then the plugin's own tests. */
export async function testPlugin(dir: string | undefined, options: TestOptions): Promise<void> {
  const project = await openPluginProject(dir ?? '.');
  const contract = await runContract(project, options.tier);
  const tests = await ownTests(project);
  const all = [...contract, ...tests];
  const count = (wanted: CheckResult['state']) => all.filter(({ state }) => state === wanted).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  if (counts.failed > 0) process.exitCode = EXIT.failed;
  if (options.json) return printJson({ ...counts, contract, tests });
  printResults(`Contract, in the tier ${options.tier ?? project.manifest.tier ?? 'process'}`, contract);
  printResults('Its own tests', tests);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
}

const MARK = { passed: '✔', failed: '✖', skipped: '–' } as const;

function printResults(title: string, results: readonly CheckResult[]): void {
  if (results.length === 0) return;
  process.stdout.write(`${title}\n`);
  for (const { contribution, name, state, problem } of results) {
    const owner = contribution === undefined ? '' : `${contribution}: `;
    process.stdout.write(
      `  ${MARK[state]} ${owner}${name}${problem === undefined ? '' : `\n      ${problem.replaceAll('\n', '\n      ')}`}\n`,
    );
  }
}
