import { availableParallelism } from 'node:os';
import type { Log, ScriptLimits } from '@backplane/sdk';
import { type ChildCommand, childCommand } from './pool/child-command.ts';
import { createProcessSandbox, type ProcessSandbox } from './process-sandbox.ts';
import { pythonCommand } from './python/python-command.ts';

export interface ScriptSandboxOptions {
  /** Processes kept warm; default: one per core, four at most. Up to four times as many while scripts take long. */
  readonly poolSize?: number;
  /** Processes kept warm for Python, each of about 250 MB; default: one per core, two at most. Twice as many while scripts take long. */
  readonly pythonPoolSize?: number;
  /** What a script gets when its request says nothing. */
  readonly limits?: ScriptLimits;
  readonly log: Log;
  /** How processes are started. Tests replace it to see what happens when they cannot be. */
  readonly command?: () => ChildCommand;
  readonly pythonCommand?: () => ChildCommand;
}

export type { ProcessSandbox } from './process-sandbox.ts';

/** Runs JavaScript and TypeScript in isolated-vm and Python in Pyodide, each in processes of their own, started when first needed. */
export function createScriptSandbox(options: ScriptSandboxOptions): ProcessSandbox {
  const { limits, log } = options;
  const size = Math.max(1, options.poolSize ?? Math.min(4, availableParallelism()));
  const pythonSize = Math.max(1, options.pythonPoolSize ?? Math.min(2, size));
  const javascript = createProcessSandbox({
    size,
    most: size * 4,
    startMs: 15_000,
    limits,
    log,
    command: options.command ?? childCommand,
    engine: 'isolated-vm',
  });
  const python = createProcessSandbox({
    size: pythonSize,
    most: pythonSize * 2,
    startMs: 60_000,
    limits,
    log,
    command: options.pythonCommand ?? pythonCommand,
    engine: 'pyodide',
  });
  return {
    run: (request) => (request.language === 'python' ? python : javascript).run(request),
    get pids() {
      return [...javascript.pids, ...python.pids];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([javascript[Symbol.asyncDispose](), python[Symbol.asyncDispose]()]);
    },
  };
}
