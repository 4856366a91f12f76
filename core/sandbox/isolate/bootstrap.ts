import { callByName } from './call-by-name.ts';
import { createConsole } from './console.ts';
import { describeError } from './describe-error.ts';
import { encodeResult } from './encode-result.ts';
import { installGlobals } from './install-globals.ts';
import { createTimers } from './timers.ts';

/** Handed from the script's text: its functions by name, those that do not exist as null. */
type Entry = (functions: Record<string, unknown>, preferred: unknown) => unknown;
type ScriptBody = (entry: Entry, inputs: unknown) => unknown;
type Callable = (...args: unknown[]) => unknown;

export interface StartArguments {
  readonly body: ScriptBody;
  readonly inputs: string;
  readonly outputBytes: number;
  readonly seedHex: string;
  readonly sink: (token: number, level: string, text: string) => void;
  readonly token: number;
  readonly consoleLines: number;
  readonly consoleCharacters: number;
}

/**
 * What drives one run inside its context: the first call starts it, each later one is a tick. The answer is a letter and a rest:
 * `R` result · `E` error · `X` result is not JSON · `O` output too large · `N` no single function · `A` call again at once
 * (microtasks have run by then) · `T` call again after that many milliseconds · `S` nothing left that could settle it.
 */
export type Enter = (...start: unknown[]) => string;

export function createEnter(): Enter {
  const timers = createTimers(Date.now);
  let outcome: string | undefined;
  let outputBytes = 0;
  let print: (level: string, text: string) => void;
  let dropped = () => 0;

  const fail = (error: unknown) => finish(`E${JSON.stringify(describeError(error))}`);
  const finish = (text: string) => {
    if (outcome !== undefined) return;
    outcome = text;
    if (dropped() > 0) print('warn', `… ${dropped()} more lines were dropped: the console's limit was reached`);
  };
  const succeed = (value: unknown) => {
    const encoded = encodeResult(value);
    if ('problem' in encoded) finish(`X${encoded.problem}`);
    else finish(encoded.json.length > outputBytes ? `O${encoded.json.length}` : `R${encoded.json}`);
  };
  const whenSettled = (value: unknown, next: (value: unknown) => void) => {
    if (value instanceof Promise) value.then(guarded(next, fail), fail);
    else next(value);
  };
  const tick = () => {
    try {
      if (outcome === undefined && timers.fire()) return outcome ?? 'A';
    } catch (error) {
      fail(error);
    }
    if (outcome !== undefined) return outcome;
    const wait = timers.next();
    return wait === undefined ? 'S' : `T${wait}`;
  };
  return (...start) => {
    if (start.length === 0) return tick();
    const [body, inputs, most, seedHex, sink, token, lines, characters] = start as [
      ScriptBody,
      string,
      number,
      string,
      StartArguments['sink'],
      number,
      number,
      number,
    ];
    outputBytes = most;
    print = (level, text) => sink(token, level, text);
    const made = createConsole(print, { lines, characters });
    dropped = made.dropped;
    try {
      installGlobals(timers, seedHex, made.console);
      const given = JSON.parse(inputs);
      const chosen = chooseFunction(body, given);
      whenSettled(chosen.value, (value) => {
        if (!chosen.isMarker(value)) return succeed(value);
        const fn = chosen.pick();
        if (typeof fn === 'string') return finish(fn);
        whenSettled(fn === undefined ? null : callByName(fn, given), succeed);
      });
    } catch (error) {
      fail(error);
    }
    return outcome ?? 'A';
  };
}

/** Runs the script's text and finds which of its functions to call, if it did not return a value itself. */
function chooseFunction(body: ScriptBody, inputs: unknown) {
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
    if (exported !== undefined) return `X${'the default export is not a function'}`;
    if (typeof found['main'] === 'function') return found['main'] as Callable;
    const own = Object.keys(found).filter(
      (name) => typeof found[name] === 'function' && found[name] !== (globalThis as never)[name],
    );
    if (own.length > 1) return `N${JSON.stringify(own)}`;
    return own.length === 0 ? undefined : (found[own[0]!] as Callable);
  };
  return { value, isMarker: (each: unknown) => each === marker, pick };
}

function guarded(next: (value: unknown) => void, fail: (error: unknown) => void): (value: unknown) => void {
  return (value) => {
    try {
      next(value);
    } catch (error) {
      fail(error);
    }
  };
}
