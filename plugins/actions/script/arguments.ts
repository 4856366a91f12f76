import type { ScriptLimits } from '@backplane/sdk';
import { z } from 'zod';

/** What both actions take. The host has defaults for every limit; what is given here replaces them for this call. */
export const scriptArguments = z.object({
  script: z
    .string()
    .min(1)
    .describe(
      'The script. Its function `main`, or its only function, is called; without one, its text is run and may `return`.',
    ),
  inputs: z
    .record(z.string(), z.unknown())
    .nullish()
    .describe('Data for the script. Each entry goes to the parameter of that name; missing ones are null.'),
  timeout_seconds: z.number().positive().max(900).nullish().describe('Time the script may take. Default: 30 seconds.'),
  limits: z
    .strictObject({
      cpu_seconds: z.number().positive().max(900).nullish().describe('Processor time. Default: as timeout_seconds.'),
      memory_mb: z.number().min(16).max(1024).nullish().describe('Memory of the script. Default: 128 MB.'),
      output_bytes: z.number().positive().max(67_108_864).nullish().describe('Result as JSON. Default: 4 MiB.'),
    })
    .nullish()
    .describe('Further limits of this call.'),
});

export type ScriptArguments = z.output<typeof scriptArguments>;

/** Limits in the terms of the sandbox; whoever raises the time means computing as well as waiting. */
export function limitsOf({ timeout_seconds, limits }: ScriptArguments): ScriptLimits {
  const cpuSeconds = limits?.cpu_seconds ?? timeout_seconds;
  return {
    ...(timeout_seconds != null && { wallMs: timeout_seconds * 1000 }),
    ...(cpuSeconds != null && { cpuMs: cpuSeconds * 1000 }),
    ...(limits?.memory_mb != null && { memoryMb: limits.memory_mb }),
    ...(limits?.output_bytes != null && { outputBytes: limits.output_bytes }),
  };
}
