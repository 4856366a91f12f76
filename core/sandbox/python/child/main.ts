import type { FromChild, RunMessage, ToChild } from '../../wire.ts';
import { ConsoleSink } from './console-sink.ts';
import { Interpreter } from './interpreter.ts';
import { PythonWorker } from './python-worker.ts';

/** With nothing to do for so long, the interpreter is put back, so that what it last worked on does not stay in memory. */
const IDLE_MS = 20;
const RUNS_PER_REPORT = 64;

const waiting: RunMessage[] = [];
let busy = false;
let runs = 0;
let idle: NodeJS.Timeout | undefined;

const { memoryUsage } = process;
const transmit = process.send!.bind(process);
const leave = process.exit.bind(process);

function send(message: FromChild): void {
  if (process.connected) transmit(message);
}

function beginNext(worker: PythonWorker): void {
  clearTimeout(idle);
  const message = waiting.shift();
  busy = message !== undefined;
  if (message === undefined) {
    idle = setTimeout(() => worker.clean(), IDLE_MS);
    return;
  }
  const { id } = message;
  const console = new ConsoleSink((level, text) => send({ type: 'line', id, level, text }));
  const outcome = worker.run(message, console);
  const rss = ++runs % RUNS_PER_REPORT === 0 ? { rss: memoryUsage.rss() } : undefined;
  if ('result' in outcome) send({ type: 'done', id, result: outcome.result, ...rss });
  else send({ type: 'failed', id, ...outcome, ...rss });
  if ('failure' in outcome && outcome.worn) return; // the host replaces this process
  setImmediate(beginNext, worker);
}

async function serve(): Promise<void> {
  const worker = new PythonWorker(await Interpreter.load(process.argv[2]!));
  process.on('message', (message: ToChild) => {
    if (message.type === 'drop') return drop(message.ids);
    waiting.push(...message.runs);
    if (!busy) setImmediate(beginNext, worker);
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
