import { isDeepStrictEqual } from 'node:util';
import type { TierName } from '../../plugins/tiers/tier.ts';
import { openPluginBench } from '../bench/open-plugin-bench.ts';
import type { PluginFacts } from '../bench/plugin-facts.ts';
import type { PluginProject } from '../project/plugin-project.ts';
import { actionContract } from './action-contract.ts';
import type { CheckResult } from './contract-check.ts';
import { sdkSuites } from './sdk-suites.ts';

/** Kinds whose suite runs by itself; and those that have one for a configuration of the author's. */
const WITH_SUITE = [
  'trigger',
  'template',
  'oauth-provider',
  'expression-function',
  'entity',
  'migration',
  'console-page',
];
const WITH_CONFIG = ['gateway-policy', 'service-discovery', 'secret-store', 'blob-store', 'event-bus'];

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
  const canStart = facts.lacks?.code !== 'PLUGIN_PORT_UNAVAILABLE';
  if (!canStart) {
    const problem = `only a host can start it: ${facts.lacks!.message}`;
    results.push({ name: 'its actions hold their contract', state: 'skipped', problem });
  }
  for (const action of canStart ? facts.actions : []) {
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
    if (WITH_SUITE.includes(kind)) continue;
    const problem = WITH_CONFIG.includes(kind)
      ? 'it has to be opened with a configuration: give one in a test, to `describePlugin` of @backplane/sdk/testing'
      : 'its kind has no suite: test what it gives yourself';
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
