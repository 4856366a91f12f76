import { BackplaneError, defineAction, type Log, type ScriptOutcome } from '@backplane/sdk';
import { z } from 'zod';
import { raise } from './errors.ts';
import { refuseDependencies } from './refuse-dependencies.ts';

type Lines = ScriptOutcome['console'];

export const runPython = defineAction({
  name: 'core.script.run_python',
  title: 'Run Python',
  summary: 'Runs a Python script in the sandbox and gives what its function returns.',
  group: 'Script',
  input: z.object({
    script: z.string().min(1).describe('The script. Its function `main`, or its only function, is called.'),
    inputs: z
      .record(z.string(), z.unknown())
      .nullish()
      .describe('Data for the script. Each entry goes to the parameter of that name; missing ones are None.'),
    dependencies: z
      .array(z.string())
      .nullish()
      .describe("Packages that the script needs. Only Python's standard library is there: anything else is refused."),
    timeout_seconds: z.number().positive().max(900).default(300).describe('Time the script may take.'),
    allow_network: z.boolean().default(false).describe('Scripts never have a network: true is refused.'),
    env_vars: z.record(z.string(), z.coerce.string()).nullish().describe("All of the script's `os.environ`."),
  }),
  uses: ['scripts'],
  effect: 'pure',
  idempotent: 'always',
  exactNumbers: true,
  // The sandbox ends the script itself, with an error that says so.
  timeoutMs: 910_000,
  examples: [
    {
      name: 'count severities',
      input: {
        script: 'def main(alerts, severity):\n    return sum(alert["severity"] == severity for alert in alerts)\n',
        inputs: { alerts: [{ severity: 'high' }, { severity: 'low' }], severity: 'high' },
      },
      output: 1,
    },
  ],
  async run({ input, scripts, signal, log, progress }) {
    refuseDependencies(input.dependencies ?? []);
    if (input.allow_network) throw raise.PYTHON_NETWORK({});
    const limitMs = Number(input.timeout_seconds) * 1000;
    try {
      const { result, console } = await scripts.run({
        language: 'python',
        source: input.script,
        inputs: input.inputs ?? {},
        env: input.env_vars ?? {},
        limits: { wallMs: limitMs, cpuMs: limitMs },
        signal,
      });
      tell(console, log, progress);
      return result;
    } catch (error) {
      tell(printedBefore(error), log, progress);
      throw error;
    }
  },
});

/** Every line at its level; the last one is also the action's progress, which is what people watching a run see. */
function tell(lines: Lines, log: Log, progress: (note: string) => void): void {
  for (const { level, text } of lines) log[level === 'error' || level === 'warn' ? level : 'info'](text);
  const last = lines.at(-1);
  if (last !== undefined) progress(last.text);
}

/** The sandbox puts what a failed script had printed into `details.console` of its error. */
function printedBefore(error: unknown): Lines {
  const lines = BackplaneError.is(error) ? error.facts.details?.['console'] : undefined;
  return Array.isArray(lines) ? lines : [];
}
