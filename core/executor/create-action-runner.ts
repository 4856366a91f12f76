import type { ErrorRecord } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import type { Warning } from '../language/template/scope.ts';
import type { ActionOutcome, ActionRunner, ActionRunnerOptions, ActionTask } from './action-runner.ts';
import { attemptError } from './attempt-error.ts';
import { AttemptNotes } from './attempt-notes.ts';
import { prepareAttempt } from './prepare-attempt.ts';
import { recallSecrets } from './recalled-secrets.ts';
import type { RunState } from './scheduler/state.ts';
import { recordWarnings } from './scheduler/step-warnings.ts';
import { SecretMask } from './secret-mask.ts';
import { withinLimits } from './within-limits.ts';

/** The runner of a host: any action of the registry, one attempt at a time, whatever it does. */
export function createActionRunner(options: ActionRunnerOptions): ActionRunner {
  // One step may be given back what another one was handed: whatever a run was handed is hidden in all of it from then on.
  const masks = new WeakMap<RunState, RunMask>();
  const maskOf = (task: ActionTask): RunMask => {
    const known = masks.get(task.state);
    if (known !== undefined) return known;
    const mask = new SecretMask();
    const recall = recallSecrets(options, task, mask);
    const made = { mask, ...(recall !== undefined && { recall }) };
    masks.set(task.state, made);
    return made;
  };
  return {
    run(task) {
      const { mask, recall } = maskOf(task);
      return run(options, task, new SecretMask(mask), recall);
    },
    nameOf: (action) => options.registry.get(action)?.info.name ?? action,
    isPure: (action) => options.registry.get(action)?.info.effect === 'pure',
  };
}

interface RunMask {
  readonly mask: SecretMask;
  /** Of a run that was in memory before. */
  readonly recall?: () => Promise<void>;
}

async function run(
  options: ActionRunnerOptions,
  task: ActionTask,
  mask: SecretMask,
  recall: RunMask['recall'],
): Promise<ActionOutcome> {
  const { action: name } = task.graph.actions[task.command.action]!;
  const { timeoutMs } = task.command;
  const found: { warnings?: Warning[] } = {};
  const notes = new AttemptNotes(options.registry, task.graph.actions[task.command.action]!);
  const failed = (status: 'failed' | 'timed-out', error: ErrorRecord): ActionOutcome => {
    return { status, error, warnings: maskAll(found.warnings, mask), facts: notes.facts(mask) };
  };
  try {
    const attempt = prepareAttempt(options, task, mask, notes, (warning) => recordWarnings(found, [warning]));
    const whole = async (signal: AbortSignal) => {
      await recall?.();
      return attempt(signal);
    };
    const limited = await withinLimits(recall === undefined ? attempt : whole, {
      timeoutMs,
      abandon: task.signal,
      ...(task.stop !== undefined && { stop: task.stop }),
    });
    if (limited.ended === 'cancelled') return { status: 'cancelled', facts: notes.facts(mask) };
    if (limited.ended === 'timeout')
      return failed('timed-out', raise.ACTION_TIMEOUT({ action: name, limitMs: timeoutMs }).toJSON());
    const warnings = maskAll(found.warnings, mask);
    return { status: 'completed', result: limited.value, warnings, facts: notes.facts(mask) };
  } catch (thrown) {
    return failed('failed', attemptError(name, thrown, mask));
  }
}

function maskAll(warnings: readonly Warning[] = [], mask: SecretMask): Warning[] {
  return warnings.map(({ code, message }) => ({ code, message: mask.text(message) }));
}
