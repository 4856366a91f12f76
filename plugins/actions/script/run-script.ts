import { BackplaneError, type Log, type ScriptOutcome, type Scripts } from '@backplane/sdk';
import { limitsOf, type ScriptArguments } from './arguments.ts';

type Lines = ScriptOutcome['console'];

/** What this needs of an action's call. */
export interface ScriptCall {
  readonly input: ScriptArguments;
  readonly scripts: Scripts;
  readonly signal: AbortSignal;
  readonly log: Log;
  progress(note: string): void;
}

/** Runs the script and gives what it returned. What it printed goes to the log, also when it failed. */
export async function runScript(call: ScriptCall, language: 'javascript' | 'typescript'): Promise<unknown> {
  const { input, scripts, signal } = call;
  try {
    const request = { language, source: input.script, inputs: input.inputs ?? {}, limits: limitsOf(input), signal };
    const { result, console } = await scripts.run(request);
    tell(console, call);
    return result;
  } catch (error) {
    tell(printedBefore(error), call);
    throw error;
  }
}

/** Every line at its level; the last one is also the action's progress, which is what people watching a run see. */
function tell(lines: Lines, { log, progress }: ScriptCall): void {
  for (const { level, text } of lines) {
    if (level === 'debug' || level === 'warn' || level === 'error') log[level](text);
    else log.info(text);
  }
  const last = lines.at(-1);
  if (last !== undefined) progress(last.text);
}

/** The sandbox puts what a failed script had printed into `details.console` of its error. */
function printedBefore(error: unknown): Lines {
  const lines = BackplaneError.is(error) ? error.facts.details?.['console'] : undefined;
  return Array.isArray(lines) ? lines : [];
}
