import type { Callback } from 'isolated-vm';
import { MOST_CONSOLE_CHARACTERS, MOST_CONSOLE_LINES } from '../console-caps.ts';
import type { Failure, RunMessage } from '../wire.ts';
import { ScriptFailure } from './script-failure.ts';
import { freshSeed } from './seeds.ts';
import type { FreshContext, TenantIsolate } from './tenant-isolate.ts';

export type RunOutcome = { readonly result: string } | { readonly failure: Failure; readonly worn?: boolean };

const FRAME = /\bscript\.[jt]s:(\d+):(\d+)/;

/** Failures that say nothing against the isolate: the script never ran, or gave the wrong thing. */
const HARMLESS = new Set<Failure['kind']>(['syntax', 'import', 'entry', 'result']);
/**
 * A run that took longer may have left the isolate full or the address space used up, even if it ended well (a script can catch
 * every RangeError). Next to such a run, the millisecond that a new isolate costs does not matter.
 */
const QUICK_MS = 20;

/**
 * One script in one fresh context. All of it happens on this process's main thread, so a script that does not stop stops the
 * process: isolated-vm's timeout ends most, the host's SIGKILL the rest.
 */
export class ScriptRun {
  readonly message: RunMessage;
  #home: TenantIsolate;
  #sink: Callback;
  #settle: (outcome: RunOutcome) => void;
  #fresh: FreshContext | undefined;
  #begun = performance.now();
  #deadline: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(message: RunMessage, home: TenantIsolate, sink: Callback, settle: (outcome: RunOutcome) => void) {
    this.message = message;
    this.#home = home;
    this.#sink = sink;
    this.#settle = settle;
    this.#deadline = this.#begun + message.wallMs;
  }

  start(): void {
    this.#guard(() => {
      const { source, language, inputs, outputBytes, id } = this.message;
      const { script, globals } = this.#home.script(source, language);
      this.#fresh = this.#home.takeContext();
      const body = script.runSync(this.#fresh.context, { reference: true, timeout: this.#left() });
      if (body?.typeof !== 'function')
        throw new ScriptFailure({ kind: 'syntax', message: 'its brackets do not match' });
      const console = [this.#sink, id, MOST_CONSOLE_LINES, MOST_CONSOLE_CHARACTERS];
      const data = [inputs, outputBytes, freshSeed()];
      this.#follow(this.#enter([body.derefInto({ release: true }), ...data, ...console, globals]));
    });
  }

  /** Ends a run that waits for a timer. One that computes cannot hear this: the host kills it. */
  cancel(): void {
    this.#end({ failure: { kind: 'cancelled' } });
  }

  #follow(first: string): void {
    let answer = first;
    while (answer === 'A') answer = this.#enter([]);
    const rest = answer.slice(1);
    switch (answer[0]) {
      case 'R':
        this.#end({ result: rest });
        break;
      case 'T':
        this.#wait(Number(rest));
        break;
      case 'E':
        throw this.#scriptFailure(JSON.parse(rest));
      case 'X':
        throw new ScriptFailure({ kind: 'result', what: rest });
      case 'O':
        throw new ScriptFailure({ kind: 'output', bytes: Number(rest) });
      case 'N':
        throw new ScriptFailure({ kind: 'entry', functions: JSON.parse(rest) });
      default:
        throw new ScriptFailure({ kind: 'stalled' });
    }
  }

  #wait(delay: number): void {
    const left = this.#deadline - performance.now();
    const next = () =>
      this.#guard(() => {
        if (delay > left) throw new ScriptFailure({ kind: 'wall' });
        this.#follow(this.#enter([]));
      });
    this.#timer = setTimeout(next, Math.max(0, Math.min(delay, left)));
  }

  #enter(args: unknown[]): string {
    return this.#fresh!.enter.applySync(undefined, args as [], { timeout: this.#left() }) as string;
  }

  #left(): number {
    const left = Math.ceil(this.#deadline - performance.now());
    if (left <= 0) throw new ScriptFailure({ kind: 'wall' });
    return left;
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      const failure = this.#failureOf(error);
      this.#end({ failure, ...(error instanceof ScriptFailure && error.worn && { worn: true }) });
    }
  }

  #failureOf(error: unknown): Failure {
    if (error instanceof ScriptFailure) return error.failure;
    const message = String((error as Error)?.message ?? error);
    if (this.#home.isolate.isDisposed || /^Array buffer allocation failed/.test(message)) return { kind: 'memory' };
    if (message === 'Script execution timed out.' && performance.now() >= this.#deadline - 1) return { kind: 'wall' };
    const { name = 'Error', stack } = error as Error;
    return this.#scriptFailure({ message: name === 'Error' ? message : `${name}: ${message}`, stack: String(stack) })
      .failure;
  }

  #end(outcome: RunOutcome): void {
    clearTimeout(this.#timer);
    if (!this.#leftClean(outcome)) this.#home.dispose();
    if (this.#fresh !== undefined && !this.#home.isolate.isDisposed) {
      this.#fresh.enter.release();
      this.#fresh.context.release();
    }
    this.#fresh = undefined;
    this.#settle(outcome);
  }

  #leftClean(outcome: RunOutcome): boolean {
    if ('failure' in outcome && !HARMLESS.has(outcome.failure.kind)) return false;
    return performance.now() - this.#begun < QUICK_MS;
  }

  /** The first frame inside the script is where it failed; frames of the sandbox's own code are left out. */
  #scriptFailure({ message, stack }: { message: string; stack?: string }): ScriptFailure {
    const lines = this.message.source.split('\n').length;
    const frames = (stack ?? '').split('\n').filter((frame) => Number(FRAME.exec(frame)?.[1] ?? lines + 1) <= lines);
    const place = FRAME.exec(frames[0] ?? '');
    return new ScriptFailure({
      kind: 'script',
      message,
      ...(place && { line: Number(place[1]), column: Number(place[2]) }),
      ...(frames.length > 1 && { stack: frames.map((frame) => frame.trim()).join('\n') }),
    });
  }
}
