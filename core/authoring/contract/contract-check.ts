import type { PluginBench } from '../bench/open-plugin-bench.ts';
import type { PluginProject } from '../project/plugin-project.ts';

/** One thing that a contribution has to hold, as a sentence, and what became of it. */
export interface CheckResult {
  /** Kind and name of the contribution; absent: the plugin as a whole. */
  readonly contribution?: string;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly problem?: string;
}

export interface ContractTarget {
  readonly project: PluginProject;
  /** In the tier that was asked for. */
  readonly bench: PluginBench;
  /** Without walls around it: what a wall would end by itself shows here. */
  readonly bare: PluginBench;
}
