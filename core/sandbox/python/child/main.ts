import type { FromChild, RunMessage, ToChild } from '../../wire.ts';
import { ConsoleSink } from './console-sink.ts';
import { Interpreter } from './interpreter.ts';
import { runScript } from './run-script.ts';

const waiting: RunMessage[] = [];
let busy = false;

const { memoryUsage } = process;
const transmit = process.send!.bind(process);
const leave = process.exit.bind(process);

function send(message: FromChild): void {
  if (process.connected) transmit(message);
}

function beginNext(interpreter: Interpreter): void {
  const message = waiting.shift();
  busy = message !== undefined;
  if (message === undefined) return;
  const { id } = message;
  const console = new ConsoleSink((level, text) => send({ type: 'line', id, level, text }));
  const outcome = runScript(interpreter, message, console);
  const rss = memoryUsage.rss();
  if ('result' in outcome) send({ type: 'done', id, result: outcome.result, rss });
  else send({ type: 'failed', id, ...outcome, rss });
  if ('failure' in outcome && outcome.worn) return; // the host replaces this process
  interpreter.restore();
  setImmediate(beginNext, interpreter);
}

async function serve(): Promise<void> {
  const interpreter = await Interpreter.load(process.argv[2]!);
  process.on('message', (message: ToChild) => {
    if (message.type === 'drop') return drop(message.ids);
    waiting.push(...message.runs);
    if (!busy) setImmediate(beginNext, interpreter);
    busy = true;
  });
  send({ type: 'ready', rss: memoryUsage.rss() });
}

/** A run that has begun cannot hear this: the host kills it. */
function drop(ids: readonly number[]): void {
  for (const id of ids) {
    const index = waiting.findIndex((message) => message.id === id);
    if (index >= 0) waiting.splice(index, 1);
  }
}

process.on('disconnect', () => leave());
serve().catch((error: Error) => send({ type: 'unavailable', reason: `Pyodide does not load: ${error.message}` }));
