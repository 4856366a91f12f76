import { createRequire } from 'node:module';
import type IsolatedVm from 'isolated-vm';
import type { FromChild, RunMessage, ToChild } from '../wire.ts';
import { preludeSource } from './prelude-source.ts';
import { type RunOutcome, ScriptRun } from './script-run.ts';
import { TenantIsolates } from './tenant-isolates.ts';

/** Runs between two reports of this process's memory. */
const RUNS_PER_REPORT = 64;
/** Runs between two looks at what the host has sent meanwhile. */
const RUNS_PER_LOOK = 4;

const waiting: RunMessage[] = [];
let active: ScriptRun | undefined;
let runs = 0;

function send(message: FromChild): void {
  if (process.connected) process.send!(message);
}

/** The addon, from the path that the host found: this process may read nothing but its own code and the addon's folder. */
function loadAddon(): typeof IsolatedVm | undefined {
  try {
    return createRequire(import.meta.url)(process.argv[2]!).ivm;
  } catch (error) {
    send({ type: 'unavailable', reason: `isolated-vm does not load: ${(error as Error).message}` });
    return undefined;
  }
}

function serve(ivm: typeof IsolatedVm): void {
  const isolates = new TenantIsolates(ivm, preludeSource());
  const sink = new ivm.Callback((id: number, level: string, text: string) => {
    if (active?.message.id === id) send({ type: 'line', id, level: String(level), text: String(text) });
  });

  const beginNext = () => {
    const message = active === undefined ? waiting.shift() : undefined;
    if (message === undefined) return;
    const home = isolates.take(message.tenant, message.memoryMb);
    active = new ScriptRun(message, home, sink, (outcome) => {
      active = undefined;
      report(message.id, outcome);
      if ('failure' in outcome && outcome.worn) return; // the host replaces this process
      if (waiting.length === 0) setImmediate(prepare);
      else if (runs % RUNS_PER_LOOK === 0) setImmediate(beginNext);
      else beginNext();
    });
    active.start();
  };
  /** Uses idle time to make the next contexts; gives way to whatever arrives. */
  const prepare = () => {
    const last = active === undefined && waiting.length === 0 ? isolates.latest : undefined;
    if (last?.prepareAhead()) setImmediate(prepare);
  };
  process.on('message', (message: ToChild) => {
    if (message.type === 'drop') return drop(message.ids);
    const idle = waiting.length === 0 && active === undefined;
    waiting.push(...message.runs);
    if (idle) setImmediate(beginNext);
  });
  send({ type: 'ready' });
}

function report(id: number, outcome: RunOutcome): void {
  const rss = ++runs % RUNS_PER_REPORT === 0 ? { rss: process.memoryUsage.rss() } : undefined;
  if ('result' in outcome) send({ type: 'done', id, result: outcome.result, ...rss });
  else send({ type: 'failed', id, ...outcome, ...rss });
}

function drop(ids: readonly number[]): void {
  for (const id of ids) {
    const index = waiting.findIndex((message) => message.id === id);
    if (index >= 0) waiting.splice(index, 1);
    else if (active?.message.id === id) active.cancel();
  }
}

process.on('disconnect', () => process.exit());
const ivm = loadAddon();
if (ivm !== undefined) serve(ivm);
