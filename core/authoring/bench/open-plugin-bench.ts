import type { ChildProcess } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { BackplaneError, type ErrorRecord, parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { BenchAnswer, BenchCall, BenchOrder, BenchOutcome } from './bench-messages.ts';
import type { PluginFacts } from './plugin-facts.ts';
import { startBenchProcess } from './start-bench-process.ts';

/** A plugin loaded in a process of its own. Disposing ends the process, whatever the plugin is doing. */
export interface PluginBench extends AsyncDisposable {
  readonly facts: PluginFacts;
  /** Never rejects for what the action does; rejects with PLUGIN_BENCH_LOST when the process is gone. */
  call(request: Omit<BenchCall, 'id'>): Promise<BenchOutcome>;
  /** Resolves with a sentence when the process ended by itself. */
  readonly lost: Promise<string>;
}

export interface BenchOptions extends BenchOrder {
  /** How long loading may take, in milliseconds. */
  readonly loadMs?: number;
  /** What the plugin itself prints, piece by piece. */
  onOutput?(text: string): void;
  /** Started for this folder, and for no other bench; absent: a new one. */
  readonly child?: ChildProcess | undefined;
}

/**
 * Loads the plugin of a folder. This is the one place that decides how a plugin is tried; a process for each load also means that no
 * version of it stays in memory.
 * @throws the coded error with which its manifest or code cannot be read; PLUGIN_LOAD_TIMEOUT; PLUGIN_BENCH_LOST
 */
export async function openPluginBench(options: BenchOptions): Promise<PluginBench> {
  const { loadMs = 20_000, config, tier } = options;
  const folder = realpathSync(options.folder);
  const id = basename(folder);
  const order: BenchOrder = { folder, ...(config === undefined ? {} : { config }), ...(tier && { tier }) };
  const child = options.child ?? startBenchProcess(folder);
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
  const waiting = new Map<number, PromiseWithResolvers<BenchOutcome>>();
  const ready = Promise.withResolvers<PluginFacts>();
  const ended = Promise.withResolvers<string>();
  let closing = false;
  child.on('error', (error) => ended.resolve(error.message));
  child.on('exit', (code, signal) =>
    ended.resolve(signal === null ? `it exited with ${code}` : `it was ended by ${signal}`),
  );
  void ended.promise.then((problem) => {
    const error = raise.PLUGIN_BENCH_LOST({ id, problem });
    ready.reject(error);
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  });
  child.on('message', (text) => {
    if (typeof text !== 'string') return;
    const answer = parseJson(text) as BenchAnswer;
    if (answer.type === 'ready') ready.resolve(answer.facts);
    else if (answer.type === 'failed') ready.reject(errorOf(answer.error));
    else {
      waiting.get(answer.outcome.id)?.resolve(answer.outcome);
      waiting.delete(answer.outcome.id);
    }
  });
  child.send(stringifyJson(order), () => {}); // that it is gone, its end says
  const timer = setTimeout(() => ready.reject(raise.PLUGIN_LOAD_TIMEOUT({ id, limitMs: loadMs })), loadMs);
  let calls = 0;
  const end = async () => {
    closing = true;
    child.kill('SIGKILL');
    await ended.promise;
  };
  try {
    const facts = await ready.promise;
    return {
      facts,
      call(request) {
        const call = Promise.withResolvers<BenchOutcome>();
        calls += 1;
        if (!child.connected) return Promise.reject(raise.PLUGIN_BENCH_LOST({ id, problem: 'it has ended' }));
        waiting.set(calls, call);
        child.send(stringifyJson({ ...request, id: calls }));
        return call.promise;
      },
      lost: ended.promise.then((problem) => (closing ? new Promise<string>(() => {}) : problem)),
      [Symbol.asyncDispose]: end,
    };
  } catch (thrown) {
    await end();
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** An error as the child told it, with its place. */
function errorOf(record: ErrorRecord): BackplaneError {
  const { code, message, status = 500, blame = 'plugin', retry = 'after-fix', remedy = '', ...facts } = record;
  return new BackplaneError(code, message, { status, blame, retry, remedy, ...facts });
}
