import { BackplaneError } from '@backplane/sdk';
import type { Problem } from '../language/source/problem.ts';
import type { SecretSource } from '../registry/runnable-action.ts';
import { checkCalls, type KnownWorkflow, knownWorkflow } from './check/calls/check-calls.ts';
import type { WorkflowCall } from './check/calls/workflow-calls.ts';
import { missingNeeds } from './check/needs/missing-needs.ts';
import type { Need } from './check/needs/workflow-needs.ts';
import { byPosition, type CheckedFile } from './check-workflow.ts';
import { secretValue } from './secret-value.ts';

export interface Surroundings {
  /** Id of the workspace whose secrets count. */
  readonly workspace: string;
  readonly secrets: SecretSource;
  /** Names of the variables that there are, in whatever environment. */
  readonly variables?: readonly string[];
  /** The workflow stored under an alias, checked. */
  known(alias: string): Promise<CheckedFile | undefined>;
  /** Of the workflow in question, if it has one by now. */
  readonly alias?: string;
}

/** So many workflows behind those that one calls are looked at: circles are short. */
const MOST_FOLLOWED = 50;

/** The problems of a file, and warnings about what this host lacks for it. A store of secrets that does not answer is no reason to warn. */
export async function surroundingWarnings(
  { problems, needs = [], calls = [] }: CheckedFile,
  { workspace, secrets, variables, known, alias }: Surroundings,
): Promise<readonly Problem[]> {
  const missing = await missingSecrets(needs, secrets, workspace);
  const supplies = {
    hasSecret: (name: string, environment: string | undefined) => !missing.has(keyOf(name, environment)),
    ...(variables !== undefined && { variables }),
  };
  const found = await follow(calls, known);
  return [...problems, ...missingNeeds(needs, supplies), ...checkCalls(calls, found, alias)].toSorted(byPosition);
}

const keyOf = (name: string, environment = '') => `${environment} ${name}`;

async function missingSecrets(
  needs: readonly Need[],
  source: SecretSource,
  workspace: string,
): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const { kind, name: qualified, environment } of needs) {
    if (kind !== 'secret' || environment === undefined) continue;
    const [name = '', key = ''] = qualified.split('.');
    try {
      const value = await secretValue(source, { name, key }, environment, workspace);
      if (value === undefined) missing.add(keyOf(qualified, environment));
    } catch (error) {
      if (!BackplaneError.is(error)) throw error;
    }
  }
  return missing;
}

/** The workflows that are called, and those that they call. Those that do not exist are not in the answer. */
async function follow(
  calls: readonly WorkflowCall[],
  known: Surroundings['known'],
): Promise<ReadonlyMap<string, KnownWorkflow | undefined>> {
  const found = new Map<string, KnownWorkflow | undefined>();
  const direct = new Set(calls.map(({ alias }) => alias));
  const pending = new Set(direct);
  for (const alias of pending) {
    if (found.size >= MOST_FOLLOWED && !direct.has(alias)) break;
    const checked = await known(alias);
    if (checked === undefined) continue;
    found.set(alias, knownWorkflow(checked));
    for (const next of checked.calls ?? []) pending.add(next.alias);
  }
  return found;
}
