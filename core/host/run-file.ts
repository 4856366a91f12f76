import { readFileSync } from 'node:fs';
import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { createActionRunner } from '../executor/create-action-runner.ts';
import { createEmbeddedEngine } from '../executor/embedded-engine.ts';
import type { PinnedDefinition } from '../executor/engine.ts';
import { createMemoryJournal } from '../executor/journal/memory-journal.ts';
import { type RunReport, runReport } from '../executor/run-report.ts';
import { parseYaml } from '../language/source/parse-yaml.ts';
import type { Problem } from '../language/source/problem.ts';
import { fixedSecrets } from '../registry/run-action.ts';
import type { SecretValues } from '../registry/runnable-action.ts';
import { checkWorkflow } from '../workflow/check-workflow.ts';
import { prepareTrigger } from '../workflow/prepare-trigger.ts';
import type { WorkflowDefinition } from '../workflow/workflow-definition.ts';
import type { Workbench } from './workbench.ts';

export interface FileRun {
  readonly file: string;
  readonly input: unknown;
  readonly secrets?: SecretValues;
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Alias → file, for the workflows that it calls. */
  readonly companions: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
}

/** Nothing ran: the file or its input has a mistake. */
export interface RefusedRun {
  readonly status: 'refused';
  readonly result: null;
  readonly error: ErrorRecord;
  readonly steps: Readonly<Record<string, never>>;
  readonly problems: readonly Problem[];
}

/** Checks a workflow file and runs it in this process. A mistake in it is an answer, not an exception. */
export async function runFile(bench: Workbench, run: FileRun): Promise<RunReport | RefusedRun> {
  const problems: Problem[] = [];
  const read = (file: string) => readWorkflow(bench, file, problems);
  const definition = read(run.file);
  const companions = new Map([...run.companions].map(([alias, file]) => [alias, read(file)]));
  if (definition === undefined || problems.some(({ severity }) => severity === 'error')) {
    const { code, message } = problems.find(({ severity }) => severity === 'error')!;
    return refused({ code, message }, problems);
  }
  try {
    return await runDefinition(bench, run, definition, companions);
  } catch (error) {
    if (BackplaneError.is(error) && error.facts.blame === 'input') return refused(toErrorRecord(error), problems);
    throw error;
  }
}

async function runDefinition(
  bench: Workbench,
  run: FileRun,
  definition: WorkflowDefinition,
  companions: ReadonlyMap<string, WorkflowDefinition | undefined>,
): Promise<RunReport> {
  const pinned = (workflow: string, found: WorkflowDefinition): PinnedDefinition => ({
    workflow,
    version: 1,
    definition: found,
  });
  await using engine = await createEmbeddedEngine({
    journal: createMemoryJournal(),
    runner: createActionRunner({
      registry: bench.registry,
      secrets: fixedSecrets({ ...bench.secrets, ...run.secrets }),
      variables: { resolve: () => ({ ...bench.variables, ...run.vars }) },
      log: bench.log,
      strict: bench.strict,
    }),
    workflows: {
      async resolve(alias) {
        const found = companions.get(alias);
        return found === undefined ? undefined : pinned(alias, found);
      },
    },
    log: bench.log,
  });
  const trigger = prepareTrigger(definition, run.input);
  const { runId } = await engine.start({ ...pinned(run.file, definition), trigger, triggerType: 'manual' });
  run.signal?.addEventListener('abort', () => void engine.cancel(runId, 'interrupted'));
  return runReport(await engine.result(runId));
}

function readWorkflow(bench: Workbench, file: string, problems: Problem[]): WorkflowDefinition | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw raise.USAGE({ message: `Cannot read ${file} (${(cause as NodeJS.ErrnoException).code}).` }, { cause });
  }
  const checked = checkWorkflow(parseYaml(text, file), bench.registry);
  problems.push(...checked.problems);
  return checked.definition;
}

function refused(error: ErrorRecord, problems: readonly Problem[]): RefusedRun {
  return { status: 'refused', result: null, error, steps: {}, problems };
}
