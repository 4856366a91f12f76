import type { Failure, RunMessage } from '../../wire.ts';
import type { ConsoleSink } from './console-sink.ts';
import { SealBroken } from './import-gate.ts';
import { BrokenInterpreter, type Interpreter } from './interpreter.ts';
import { InterpreterExit } from './sealed-calls.ts';

/** `worn`: the interpreter cannot be used again. */
export type RunOutcome = { readonly result: string } | { readonly failure: Failure; readonly worn?: boolean };

const RESULT = 'R'.charCodeAt(0);
const MB = 1024 * 1024;

/** One script, start to end, in this process's interpreter. It cannot be stopped from inside: the host kills what takes too long. */
export function runScript(interpreter: Interpreter, message: RunMessage, console: ConsoleSink): RunOutcome {
  const { source, inputs, outputBytes, env = {}, memoryMb } = message;
  try {
    const request = Buffer.from(`${JSON.stringify({ source, outputBytes, env })}\n${inputs}`);
    const answer = interpreter.call(request, memoryMb * MB, console);
    console.finish();
    if (answer === undefined) return { failure: { kind: 'memory' } };
    const text = answer.toString('utf8', 1);
    return answer[0] === RESULT ? { result: text } : { failure: JSON.parse(text) };
  } catch (error) {
    return { failure: failureOf(error), worn: true };
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SealBroken || error instanceof InterpreterExit || error instanceof BrokenInterpreter)
    return { kind: 'script', message: error.message };
  if (error instanceof RangeError) return { kind: 'script', message: 'RecursionError: the script nests calls too deeply' };
  return { kind: 'crashed', how: `the interpreter failed: ${String((error as Error)?.message ?? error).slice(0, 200)}` };
}
