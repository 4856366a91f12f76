import type { Failure, RunMessage } from '../../wire.ts';
import type { ConsoleSink } from './console-sink.ts';
import { SealBroken } from './import-gate.ts';
import { BrokenInterpreter, type Interpreter } from './interpreter.ts';
import { InterpreterExit } from './sealed-calls.ts';

/** `worn`: the interpreter cannot be used again. */
export type RunOutcome = { readonly result: string } | { readonly failure: Failure; readonly worn?: boolean };

const [RESULT, HARMLESS] = Buffer.from('RH');
const MB = 1024 * 1024;
/** Harmless runs in a row, at most: they leave garbage even if nothing else. */
const MOST_UNRESTORED = 1000;

/**
 * One script after the other in this process's interpreter. It is put back to its first moment between them, except between
 * scripts of one tenant which cannot have changed anything, as their text shows (`harmless.py`, asked before they run).
 */
export class PythonWorker {
  readonly #interpreter: Interpreter;
  #unrestored = 0;
  #tenant = '';

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter;
  }

  /** Start to end: a script cannot be stopped from inside, the host kills what takes too long. */
  run(message: RunMessage, console: ConsoleSink): RunOutcome {
    try {
      return this.#run(message, console);
    } catch (error) {
      const failure: Failure = this.#interpreter.starved ? { kind: 'memory' } : failureOf(error);
      return { failure, worn: true };
    }
  }

  /** Forgets the last runs, if they left anything. */
  clean(): void {
    if (this.#unrestored === 0) return;
    this.#interpreter.restore();
    this.#unrestored = 0;
  }

  #run({ tenant, source, inputs, outputBytes, memoryMb, env = {} }: RunMessage, console: ConsoleSink): RunOutcome {
    const interpreter = this.#interpreter;
    if (tenant !== this.#tenant || this.#unrestored >= MOST_UNRESTORED) this.clean();
    this.#tenant = tenant;
    interpreter.allow(memoryMb * MB);
    const script = Buffer.from(source);
    const harmless = () => interpreter.prepare(script)?.[0] === HARMLESS && Object.keys(env).length === 0;
    let trusted = harmless();
    if (!trusted && this.#unrestored > 0) {
      this.clean();
      trusted = harmless();
    }
    this.#unrestored++;
    const head = JSON.stringify({ sourceBytes: script.length, outputBytes, env });
    const answer = interpreter.run(Buffer.concat([Buffer.from(`${head}\n`), script, Buffer.from(inputs)]), console);
    console.finish();
    const ended = answer?.[0] === RESULT;
    if (!trusted || !ended) this.clean();
    if (answer === undefined) return { failure: { kind: 'memory' } };
    const text = answer.toString('utf8', 1);
    return ended ? { result: text } : { failure: JSON.parse(text) };
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SealBroken || error instanceof InterpreterExit || error instanceof BrokenInterpreter)
    return { kind: 'script', message: error.message };
  if (error instanceof RangeError)
    return { kind: 'script', message: 'RecursionError: the script nests calls too deeply' };
  return {
    kind: 'crashed',
    how: `the interpreter failed: ${String((error as Error)?.message ?? error).slice(0, 200)}`,
  };
}
