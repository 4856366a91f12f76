import { BackplaneError, defineErrors, type ErrorRecord, parseJson, stringifyJson } from '@backplane/sdk';
import { pluginTierErrors } from '../../../../errors/plugin-tier.ts';
import { createConsole } from '../../../../sandbox/isolate/console.ts';
import { createTimers } from '../../../../sandbox/isolate/timers.ts';
import { createWebGlobals } from '../../../../sandbox/isolate/web-globals.ts';
import { Guest } from '../../guest/guest.ts';
import { AbortError, Controller, Signal } from './abort.ts';

const raise = defineErrors(pluginTierErrors);

type Outside = (text: string, tail?: ArrayBuffer) => void;
type Language = (op: string, args: string) => string;

/** Console lines are limited by the host. */
const ANY = Number.MAX_SAFE_INTEGER;
const REMOVED = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'FinalizationRegistry'];

/** Prepares the isolate before any code of the plugin is there, and gives what the outside drives it with. */
export function boot(send: Outside, language: Language | undefined, print: (line: string) => void, seedHex: string) {
  const scope = globalThis as unknown as Record<string, unknown>;
  for (const name of REMOVED) delete scope[name];
  const timers = createTimers(Date.now);
  const { console } = createConsole((_level, text) => print(text), { lines: ANY, characters: ANY });
  const globals = { ...createWebGlobals(seedHex), ...timers.globals, console };
  const own = { AbortController: Controller, AbortSignal: Signal, DOMException: AbortError };
  for (const [name, value] of Object.entries({ ...globals, ...own }))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

  let entry: () => unknown = () => undefined;
  const guest = new Guest({
    send: (text, tail) => (tail === undefined ? send(text) : send(text, copyOf(tail))),
    importEntry: async () => entry(),
    bodyOf,
    ...(language === undefined ? {} : { expressions: expressionsOf(language) }),
  });
  return {
    receive: (text: string, tail?: ArrayBuffer) => guest.receive(text, tail && new Uint8Array(tail)),
    module: (id: number, module: unknown) => guest.loaded(id, module),
    /** Fires the timers that are due. */
    tick(): void {
      try {
        timers.fire();
      } catch (thrown) {
        guest.fault(thrown);
      }
    },
    /** Milliseconds until there is something to do by itself; negative: nothing. Asked once all microtasks have run. */
    next: () => timers.next() ?? -1,
    load(text: string, plugin: unknown, problem?: string, stack?: string): void {
      const { manifest } = parseJson(text) as { manifest: { id: string } };
      entry = () => {
        if (problem === undefined) return plugin;
        throw loadError(manifest.id, problem, stack);
      };
      guest.receive(text);
    },
  };
}

/** Out there, only texts cross: what was refused to be imported is written in one. */
function loadError(id: string, problem: string, stack: string | undefined): Error {
  const refused = /IMPORT (\[.*\])/.exec(problem);
  if (refused === null) return Object.assign(new Error(problem), { stack: stack ?? '' });
  const [specifier, reason] = JSON.parse(refused[1]!) as [string, string];
  return raise.PLUGIN_IMPORT_REFUSED({ id, specifier, reason });
}

function copyOf({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

async function bodyOf(body: unknown): Promise<{ bytes?: Uint8Array; contentType?: string }> {
  if (body === undefined || body === null) return {};
  if (body instanceof Uint8Array) return { bytes: body };
  if (typeof body === 'string') return { bytes: new TextEncoder().encode(body) };
  if (body instanceof URLSearchParams) {
    const contentType = 'application/x-www-form-urlencoded;charset=UTF-8';
    return { bytes: new TextEncoder().encode(body.toString()), contentType };
  }
  throw new TypeError('a body is text, bytes or URLSearchParams here');
}

function expressionsOf(language: Language) {
  const ask = (op: string, ...args: unknown[]): unknown => {
    const answer = parseJson(language(op, stringifyJson(args))) as { value?: unknown; error?: ErrorRecord };
    if (answer.error === undefined) return answer.value;
    const { code, message, ...facts } = answer.error;
    throw new BackplaneError(code, message, facts as BackplaneError['facts']);
  };
  return Object.freeze({
    lambda: (source: string) => {
      const number = ask('lambda', source);
      return (argument: unknown) => ask('call', number, argument);
    },
    jsonpath: (path: string, value: unknown) => ask('jsonpath', path, value),
    isTruthy: (value: unknown) => ask('isTruthy', value),
    isEqual: (left: unknown, right: unknown) => ask('isEqual', left, right),
  });
}
