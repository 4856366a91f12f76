import { isDeepStrictEqual } from 'node:util';
import type { TierName } from '../../plugins/tiers/tier.ts';
import { openPluginBench } from '../bench/open-plugin-bench.ts';
import type { PluginFacts } from '../bench/plugin-facts.ts';
import type { PluginProject } from '../project/plugin-project.ts';
import { actionContract } from './action-contract.ts';
import type { CheckResult } from './contract-check.ts';
import { sdkSuites } from './sdk-suites.ts';

/**
 * Runs the contract of every contribution that the plugin has, its actions where a host runs them. Never throws for what the plugin does.
 */
export async function runContract(project: PluginProject, tier?: TierName): Promise<CheckResult[]> {
  const { loadError, facts, folder } = project;
  const name = 'a host loads it and takes what it contributes';
  if (facts === undefined || loadError !== undefined)
    return [{ name, state: 'failed', problem: `${loadError!.code}: ${loadError!.message}` }];
  const results: CheckResult[] = [{ name, state: 'passed' }];
  let again: PluginFacts | undefined;
  for (const action of facts.actions) {
    // A process each: what one action leaves behind is nothing to the next.
    await using bare = await openPluginBench({ folder });
    again ??= bare.facts;
    await using bench = await openPluginBench({ folder, tier: tier ?? 'manifest' });
    try {
      if (bench.facts.error !== undefined) {
        const { code, message } = bench.facts.error;
        return [{ name, state: 'failed', problem: `${code}: ${message}` }];
      }
      results.push(...(await actionContract({ project, bench, bare }, action)));
    } catch (thrown) {
      const problem = thrown instanceof Error ? thrown.message : String(thrown);
      results.push({ contribution: `action ${action.name}`, name: 'its process survives', state: 'failed', problem });
    }
  }
  const suites = await sdkSuites(folder);
  results.push(...suites);
  for (const { kind, name: other } of facts.others) {
    if (suites.some((result) => result.name.startsWith(`${other}:`))) continue;
    const problem =
      'its kind has no suite, or one that needs a configuration: see `describePlugin` of @backplane/sdk/testing';
    results.push({ contribution: `${kind} ${other}`, name: 'its contract', state: 'skipped', problem });
  }
  return [...results, sameAgain(facts, again ?? (await readAgain(folder)))];
}

async function readAgain(folder: string): Promise<PluginFacts> {
  await using bench = await openPluginBench({ folder });
  return bench.facts;
}

/** A reload must give what the first load gave: what a plugin contributes may not hang on time or chance. */
function sameAgain(facts: PluginFacts, again: PluginFacts): CheckResult {
  const name = 'loaded again it contributes the same';
  return isDeepStrictEqual(again.index, facts.index)
    ? { name, state: 'passed' }
    : { name, state: 'failed', problem: 'the names differ' };
}
