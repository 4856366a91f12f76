import { availableParallelism } from 'node:os';
import { type Log, type ScriptLimits, type ScriptOutcome, stringifyJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { decodeResult } from './decode-result.ts';
import { failureError } from './failure-error.ts';
import { type ChildCommand, childCommand } from './pool/child-command.ts';
import { ChildPool } from './pool/child-pool.ts';
import { Job } from './pool/job.ts';
import { MOST_INPUT_CHARACTERS, MOST_SOURCE_CHARACTERS, resolveLimits } from './script-limits.ts';
import type { ScriptSandbox } from './script-sandbox.ts';

export interface ScriptSandboxOptions {
  /** Processes kept warm; default: one per core, four at most. Up to four times as many while scripts take long. */
  readonly poolSize?: number;
  /** What a script gets when its request says nothing. */
  readonly limits?: ScriptLimits;
  readonly log: Log;
  /** How processes are started. Tests replace it to see what happens when they cannot be. */
  readonly command?: () => ChildCommand;
}

/** A sandbox that also tells which processes it has, for diagnosis. */
export interface ProcessSandbox extends ScriptSandbox {
  readonly pids: readonly number[];
}

const MOST_WAITING = 10_000;

type Request = Parameters<ScriptSandbox['run']>[0];

/** Runs scripts in isolated-vm, in processes of their own. Nothing is started before the first script. */
export function createScriptSandbox(options: ScriptSandboxOptions): ProcessSandbox {
  const size = Math.max(1, options.poolSize ?? Math.min(4, availableParallelism()));
  let pool: ChildPool | undefined;
  let lastId = 0;

  const open = (): ChildPool => {
    try {
      pool ??= new ChildPool({ command: (options.command ?? childCommand)(), size, most: size * 4, log: options.log });
      return pool;
    } catch (error) {
      throw raise.SANDBOX_UNAVAILABLE(
        { reason: `isolated-vm is not installed for this system: ${(error as Error).message}` },
        { cause: error },
      );
    }
  };
  let stopped = false;

  return {
    async run(request) {
      const limits = resolveLimits(request.limits, options.limits);
      checkSource(request.source);
      const inputs = encodeInputs(request.inputs);
      if (stopped) throw raise.SANDBOX_STOPPED({});
      if (request.signal?.aborted) throw raise.SANDBOX_CANCELLED({});
      const { waiting } = open();
      if (waiting >= MOST_WAITING) throw raise.SANDBOX_BUSY({ waiting });
      const { tenant, language, source } = request;
      const { cpuMs: _host, ...sent } = limits;
      const job = new Job({ id: ++lastId, tenant, language, source, inputs, ...sent }, limits);
      return finish(job, request, pool!);
    },
    get pids() {
      return pool?.pids ?? [];
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      await pool?.stop();
    },
  };
}

async function finish(job: Job, { signal, language }: Request, pool: ChildPool): Promise<ScriptOutcome> {
  const cancel = () => pool.cancel(job);
  signal?.addEventListener('abort', cancel, { once: true });
  pool.submit(job);
  const outcome = await job.settled;
  signal?.removeEventListener('abort', cancel);
  if ('unavailable' in outcome) throw raise.SANDBOX_UNAVAILABLE({ reason: outcome.unavailable });
  const decoded = 'result' in outcome ? decodeResult(outcome.result, job.limits.outputBytes) : outcome;
  if ('value' in decoded) return { result: decoded.value, console: job.console };
  const file = language === 'typescript' ? 'script.ts' : 'script.js';
  throw failureError(decoded.failure, { file, limits: job.limits, console: job.console });
}

function checkSource(source: string): void {
  if (typeof source !== 'string') throw raise.SANDBOX_INPUT({ what: 'its text is not a string' });
  if (source.length <= MOST_SOURCE_CHARACTERS) return;
  throw raise.SANDBOX_INPUT({ what: `its text has ${source.length} characters, more than ${MOST_SOURCE_CHARACTERS}` });
}

function encodeInputs(inputs: unknown): string {
  const text = inputsText(inputs);
  if (text.length <= MOST_INPUT_CHARACTERS) return text;
  throw raise.SANDBOX_INPUT({
    what: `its inputs are ${text.length} characters of JSON, more than ${MOST_INPUT_CHARACTERS}`,
  });
}

function inputsText(inputs: unknown): string {
  try {
    return JSON.stringify(inputs);
  } catch {
    return exactInputsText(inputs); // a big integer, most likely
  }
}

function exactInputsText(inputs: unknown): string {
  try {
    return stringifyJson(inputs);
  } catch (error) {
    const cause = (error as Error).message.split('\n')[0];
    throw raise.SANDBOX_INPUT({ what: `its inputs are not JSON data (${cause})` }, { cause: error });
  }
}
