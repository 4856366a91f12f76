import { callByName } from './call-by-name.ts';
import type { createConsole } from './console.ts';
import type { describeError } from './describe-error.ts';
import { encodeResult } from './encode-result.ts';
import { installGlobals } from './install-globals.ts';
import type { createTimers, Timers } from './timers.ts';
import type { createWebGlobals } from './web-globals.ts';

type Callable = (...args: unknown[]) => unknown;
/** Called at the end of the script's text with its functions by name (null: there is none of that name) and its default export. */
type Entry = (functions: Record<string, unknown>, preferred: unknown) => unknown;
type ScriptBody = (entry: Entry, inputs: unknown) => unknown;
type Sink = (token: number, level: string, text: string) => void;

/** Code that most runs do not need: every run evaluates the sandbox's code anew, so it is evaluated on first use. */
export interface LazyCode {
  tools(): {
    createConsole: typeof createConsole;
    createTimers: typeof createTimers;
    describeError: typeof describeError;
  };
  web(): { createWebGlobals: typeof createWebGlobals };
}

/**
 * What drives one run inside its context. The first call starts it: script body, inputs as JSON, most characters of output, 64 hex
 * digits of randomness, console sink, token for it, most console lines, most console characters, globals to install. Each
 * later one, without arguments, is a tick. The answer is a letter and a rest:
 * `R` result · `E` error · `X` result is not JSON · `O` output too large · `N` no single function · `A` call again at once
 * (microtasks have run by then) · `T` call again after that many milliseconds · `S` nothing left that could settle it.
 */
export type Enter = (...start: unknown[]) => string;

export function createEnter(code: LazyCode): Enter {
  let run: Enter | undefined;
  return (...start) => {
    run ??= createRun(code, start as StartArguments);
    return run();
  };
}

type StartArguments = [
  body: ScriptBody,
  inputs: string,
  outputCharacters: number,
  seedHex: string,
  sink: Sink,
  token: number,
  consoleLines: number,
  consoleCharacters: number,
  globals: string,
];

function createRun(code: LazyCode, start: StartArguments): Enter {
  const [body, inputsText, outputCharacters, seedHex, sink, token, lines, characters, globals] = start;
  let begun = false;
  let outcome: string | undefined;
  let timers: Timers | undefined;
  let dropped = () => 0;
  let waiting = 'A';

  const print = (level: string, text: string) => sink(token, level, text);
  const finish = (answer: string) => {
    if (outcome !== undefined) return;
    outcome = answer;
    if (dropped() > 0) print('warn', `… ${dropped()} more lines were dropped: the console's limit was reached`);
  };
  const fail = (error: unknown) => finish(`E${JSON.stringify(code.tools().describeError(error))}`);
  const succeed = (value: unknown) => {
    const encoded = encodeResult(value);
    if ('problem' in encoded) finish(`X${encoded.problem}`);
    else finish(encoded.json.length > outputCharacters ? `O${encoded.json.length}` : `R${encoded.json}`);
  };
  const guarded = (step: (value: unknown) => void) => (value: unknown) => {
    try {
      step(value);
    } catch (error) {
      fail(error);
    }
  };
  const whenSettled = (value: unknown, next: (value: unknown) => void) => {
    if (value instanceof Promise) value.then(guarded(next), fail);
    else next(value);
  };
  const begin = guarded(() => {
    installGlobals(globals, {
      printing: () => {
        const made = code.tools().createConsole(print, { lines, characters });
        dropped = made.dropped;
        return { console: made.console };
      },
      timing: () => {
        timers = code.tools().createTimers(Date.now);
        return timers.globals;
      },
      web: () => code.web().createWebGlobals(seedHex),
    });
    const inputs = JSON.parse(inputsText);
    const chosen = runBody(body, inputs);
    whenSettled(chosen.value, (value) => {
      if (value !== chosen.marker) return succeed(value);
      const fn = chosen.pick();
      if (typeof fn === 'string') return finish(fn);
      whenSettled(fn === undefined ? null : callByName(fn, inputs), succeed);
    });
  });
  const tick = guarded(() => {
    if (outcome === undefined && timers?.fire()) waiting = 'A';
    else waiting = timers?.next() === undefined ? 'S' : `T${timers.next()}`;
  });
  return () => {
    if (begun) tick(undefined);
    else begin(undefined);
    begun = true;
    return outcome ?? waiting;
  };
}

/** Runs the script's text. `pick` finds which of its functions to call, in case it did not return a value itself. */
function runBody(body: ScriptBody, inputs: unknown) {
  const marker = {};
  let found: Record<string, unknown> = {};
  let exported: unknown;
  const value = body((functions, preferred) => {
    found = functions;
    exported = preferred;
    return marker;
  }, inputs);
  const pick = (): Callable | string | undefined => {
    if (typeof exported === 'function') return exported as Callable;
    if (exported !== undefined) return 'Xthe default export is not a function';
    if (typeof found['main'] === 'function') return found['main'] as Callable;
    const own = Object.keys(found).filter(
      (name) => typeof found[name] === 'function' && found[name] !== (globalThis as never)[name],
    );
    if (own.length > 1) return `N${JSON.stringify(own)}`;
    return own.length === 0 ? undefined : (found[own[0]!] as Callable);
  };
  return { value, marker, pick };
}
