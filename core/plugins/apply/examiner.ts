import { type DesiredOptions, type Found, findDesired } from '../plan/find-desired.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PluginPlan } from '../plan/plugin-plan.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import type { ManagerOptions, WorkflowNeeds } from './manager-options.ts';
import { runningPlugins } from './running-plugins.ts';
import type { SlotTable } from './slot-table.ts';

type Which = Pick<DesiredOptions, 'upgrade' | 'only'>;

interface ExamineOptions extends Which {
  readonly workflows?: WorkflowNeeds;
  /** False: nothing was started yet. */
  readonly live?: boolean;
}

/** What a configuration leads to. */
export interface Examined {
  readonly config: PluginsConfig;
  readonly plan: PluginPlan;
  readonly found: ReadonlyMap<string, Found>;
}

/** Finds out what is wanted, and how that differs from what runs. */
export class Examiner {
  readonly #options: ManagerOptions;
  readonly #slots: SlotTable;
  readonly #stopping: AbortSignal;
  /** Taken last: what runs follows it. */
  config: PluginsConfig;

  constructor(options: ManagerOptions, slots: SlotTable, stopping: AbortSignal) {
    this.#options = options;
    this.#slots = slots;
    this.#stopping = stopping;
    this.config = options.config;
  }

  /** Says what everything that is wanted leads to; nothing runs yet. Without `workflows` the plan does not name any. */
  async examine(config: PluginsConfig, { workflows, live = false, ...which }: ExamineOptions = {}): Promise<Examined> {
    const wishes = this.wishes(config, which);
    const { lock } = wishes;
    const [found, users] = await Promise.all([findDesired(wishes), workflows?.using()]);
    const desired = found.flatMap(({ wish }) => wish ?? []);
    const settings = new Map(found.map(({ candidate }) => [candidate.id, candidate]));
    const plan = makePlan({
      desired,
      lock,
      live,
      running: runningPlugins(this.#slots.all(), { before: this.config, now: config, candidates: settings }),
      workflowsUsing: (contributions) => [
        ...new Set(contributions.flatMap((name) => users?.get(name.slice(name.indexOf(':') + 1)) ?? [])),
      ],
    });
    return { config, plan, found: new Map(found.map((one) => [one.candidate.id, one])) };
  }

  /** The same for the configuration as it is now, beside what runs. */
  examineNow(which: Which = {}): Promise<Examined> {
    const { readConfig, workflows } = this.#options;
    return this.examine(readConfig(), { ...which, live: true, ...(workflows && { workflows }) });
  }

  /** What decides what is wanted. */
  wishes(config: PluginsConfig, which: Which = {}): DesiredOptions {
    const { builtinDirs, hostVersion, lock, sources, tiers } = this.#options;
    return {
      builtinDirs,
      config,
      hostVersion,
      lock: lock.read(),
      sources,
      available: new Set(tiers.keys()),
      signal: this.#stopping,
      ...which,
    };
  }
}
