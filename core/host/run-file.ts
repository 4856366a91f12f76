import { BackplaneError, type ErrorRecord } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { createActionRunner } from '../executor/create-action-runner.ts';
import { createDefinitionCache } from '../executor/embedded/definition-cache.ts';
import { createEmbeddedEngine } from '../executor/embedded-engine.ts';
import type { Engine, PinnedDefinition, RunRecord, RunSummary } from '../executor/engine.ts';
import type { RunDetails } from '../executor/history/run-details.ts';
import { createRunHistory } from '../executor/history/run-history.ts';
import { createMemoryJournal } from '../executor/journal/memory-journal.ts';
import { type RunReport, runReport } from '../executor/run-report.ts';
import { parseYaml } from '../language/source/parse-yaml.ts';
import type { Problem } from '../language/source/problem.ts';
import type { Warning } from '../language/template/scope.ts';
import { onceLoaded } from '../plugins/actions/lazy-action.ts';
import { fixedSecrets } from '../registry/run-action.ts';
import type { SecretValues } from '../registry/runnable-action.ts';
import { checkWorkflow } from '../workflow/check-workflow.ts';
import { prepareTrigger } from '../workflow/prepare-trigger.ts';
import type { WorkflowDefinition } from '../workflow/workflow-definition.ts';
import { FileAnswers, type GivenAnswers } from './file-answers.ts';
import { readTextFile } from './read-text-file.ts';
import type { Workbench } from './workbench.ts';

export interface FileRun {
  readonly file: string;
  readonly input: unknown;
  readonly secrets?: SecretValues;
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Alias → file, for the workflows that it calls. */
  readonly companions: ReadonlyMap<string, string>;
  /** To steps that ask people. */
  readonly answers?: GivenAnswers;
  readonly signal?: AbortSignal;
  /** Told what worked, but probably not as meant; `step` is absent for expressions outside of steps. */
  warn?(warning: Warning & { readonly step?: string }): void;
  /** Told which run it was, once it has ended; `read` gives its details, and those of runs that it started, until this resolves. */
  inspect?(runId: string, read: (runId: string) => Promise<RunDetails | undefined>): Promise<void>;
}

/** Nothing ran: the file or its input has a mistake. */
export interface RefusedRun {
  readonly status: 'refused';
  readonly result: null;
  readonly error: ErrorRecord;
  readonly steps: Readonly<Record<string, never>>;
  readonly problems: readonly Problem[];
}

const SHOWN = { attempts: 20, streams: 100 };
/** How long actions may take to stop when somebody interrupts the command. */
const INTERRUPTED_MS = 2_000;

/** Checks a workflow file and runs it in this process. A mistake in it is an answer, not an exception. */
export async function runFile(bench: Workbench, run: FileRun): Promise<RunReport | RefusedRun> {
  let problems: Problem[] = [];
  const read = (file: string) => readWorkflow(bench, file, problems);
  try {
    const { definition, companions } = await onceLoaded(() => {
      problems = [];
      return {
        definition: read(run.file),
        companions: new Map([...run.companions].map(([alias, file]) => [alias, read(file)])),
      };
    });
    refuseStrayAnswers(run, [definition, ...companions.values()]);
    const mistake = problems.find(({ severity }) => severity === 'error');
    if (definition === undefined || mistake !== undefined) return refusedFile(mistake!, problems);
    return await runDefinition(bench, run, definition, companions);
  } catch (error) {
    if (BackplaneError.is(error) && error.facts.blame === 'input') return refused(toErrorRecord(error), problems);
    throw error;
  }
}

/** An answer to nothing is a slip of the pen. */
function refuseStrayAnswers(
  { answers = new Map() }: FileRun,
  definitions: readonly (WorkflowDefinition | undefined)[],
): void {
  if (definitions.includes(undefined)) return;
  const asking = definitions.flatMap((definition) => definition!.actions.filter(({ interaction }) => interaction));
  for (const ref of answers.keys()) {
    if (!asking.some((action) => action.ref === ref))
      throw raise.USAGE({ message: `--respond: no step \`${ref}\` asks people.` });
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
  const variables = { resolve: () => ({ ...bench.variables, ...run.vars }) };
  const journal = createMemoryJournal();
  const answers = new FileAnswers(run.answers ?? new Map(), () => engine);
  await using engine: Engine = await createEmbeddedEngine({
    journal,
    runner: createActionRunner({
      registry: bench.registry,
      secrets: fixedSecrets({ ...bench.secrets, ...run.secrets }),
      variables,
      log: bench.log,
      strict: bench.strict,
    }),
    variables,
    workflows: {
      async resolve(alias, version = 1) {
        const found = companions.get(alias);
        return found === undefined || version !== 1 ? undefined : pinned(alias, found);
      },
    },
    log: bench.log,
    limits: { cancelGraceMs: INTERRUPTED_MS },
    onAsked: (asked) => void answers.answer(asked),
  });
  const trigger = prepareTrigger(definition, run.input);
  const { runId } = await engine.start({ ...pinned(run.file, definition), trigger, triggerType: 'manual' });
  const record = await resultOf(engine, runId, run);
  await awaitOthers(engine, runId, run);
  const history = createRunHistory({ engine, journal, definitions: createDefinitionCache(), now: Date.now });
  await run.inspect?.(runId, (id) => history.details(id, SHOWN));
  const { error } = answers;
  // Also of a run that nobody waited for: that one alone was stopped.
  return error === undefined ? runReport(record) : { ...runReport(record), status: 'failed', error };
}

async function resultOf(engine: Engine, runId: string, run: FileRun): Promise<RunRecord> {
  const cancel = () => void engine.cancel(runId, 'interrupted');
  run.signal?.addEventListener('abort', cancel);
  if (run.signal?.aborted === true) cancel();
  const record = await engine.result(runId);
  run.signal?.removeEventListener('abort', cancel);
  passWarnings(record, run);
  return record;
}

/** Subflows that nobody waits for, and error handlers, are runs of their own: they end before this process does. */
async function awaitOthers(engine: Engine, first: string, run: FileRun): Promise<void> {
  const known = new Set([first]);
  for (let found = 1; found > 0; ) {
    found = 0;
    for await (const { runId, workflow, triggerType } of runsOf(engine)) {
      if (known.has(runId)) continue;
      known.add(runId);
      found++;
      const { error } = await resultOf(engine, runId, run);
      const step = triggerType === 'error-handler' ? 'the error handler' : `the run of ${workflow}`;
      if (error !== undefined) run.warn?.({ code: error.code, message: error.message, step });
    }
  }
}

async function* runsOf(engine: Engine): AsyncGenerator<RunSummary> {
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const { items, nextCursor } = await engine.list({ limit: 200, ...(cursor !== undefined && { cursor }) });
    yield* items;
    cursor = nextCursor;
  }
}

function passWarnings({ steps, warnings = [] }: RunRecord, { warn }: FileRun): void {
  for (const [step, state] of Object.entries(steps)) for (const one of state.warnings ?? []) warn?.({ ...one, step });
  for (const one of warnings) warn?.(one);
}

function readWorkflow(bench: Workbench, file: string, problems: Problem[]): WorkflowDefinition | undefined {
  const checked = checkWorkflow(parseYaml(readTextFile(file), file), bench.registry);
  problems.push(...checked.problems);
  return checked.definition;
}

function refusedFile({ code, message, position }: Problem, problems: readonly Problem[]): RefusedRun {
  return refused({ code, message, position }, problems);
}

function refused(error: ErrorRecord, problems: readonly Problem[]): RefusedRun {
  return { status: 'refused', result: null, error, steps: {}, problems };
}
