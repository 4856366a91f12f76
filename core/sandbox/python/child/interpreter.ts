import { pathToFileURL } from 'node:url';
import { hardenProcess, lendConstants, setClock } from './harden-process.ts';
import { ImportGate } from './import-gate.ts';
import { interpreterSources } from './interpreter-source.ts';
import { MemoryImage } from './memory-image.ts';
import { type RunState, sealedCalls } from './sealed-calls.ts';

/** The interpreter's C functions that are used from here; numbers are addresses in its memory. */
interface CApi {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(at: number): void;
  sbrk(change: number): number;
  PyImport_AddModule(name: number): number;
  PyObject_GetAttrString(object: number, name: number): number;
  PyObject_CallOneArg(callable: number, argument: number): number;
  PyBytes_FromStringAndSize(at: number, bytes: number): number;
  PyBytes_AsString(object: number): number;
  PyBytes_Size(object: number): number;
  Py_DecRef(object: number): void;
}

/** The little of Pyodide that is used: what it is for, being called from JavaScript, is what must not be here. */
interface Pyodide {
  readonly FS: { streams: unknown[]; currentPath: string };
  runPython(code: string, options: { filename: string }): unknown;
}

/** The interpreter's answer made no sense, so something in it is broken. */
export class BrokenInterpreter extends Error {}

/** CPython in this process's own WebAssembly, sealed off, and put back to its first moment after each run. */
export class Interpreter {
  readonly #api: CApi;
  readonly #state: RunState;
  readonly #fs: Pyodide['FS'];
  readonly #openFiles: readonly unknown[];
  readonly #image: MemoryImage;
  readonly #prepare: number;
  readonly #run: number;

  /** Loads it from Pyodide's folder; takes about two seconds. */
  static async load(folder: string): Promise<Interpreter> {
    const state: RunState = {
      memory: undefined,
      mostBytes: Number.MAX_SAFE_INTEGER,
      starved: false,
      console: undefined,
    };
    const gate = new ImportGate(sealedCalls(state));
    gate.install();
    lendConstants();
    setClock();
    const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
    const pyodide: Pyodide = await loadPyodide({
      indexURL: `${folder}/`,
      jsglobals: Object.create(null),
      env: { HOME: '/', PYTHONUTF8: '1' },
    });
    for (const { name, source } of interpreterSources()) pyodide.runPython(source, { filename: name });
    hardenProcess();
    gate.seal();
    return new Interpreter(pyodide.FS, gate.instance, state);
  }

  private constructor(fs: Pyodide['FS'], instance: WebAssembly.Instance, state: RunState) {
    this.#api = instance.exports as unknown as CApi;
    this.#state = state;
    this.#fs = fs;
    state.memory = this.#api.memory;
    const main = this.#named('__main__', (name) => this.#api.PyImport_AddModule(name));
    this.#prepare = this.#named('prepare', (name) => this.#api.PyObject_GetAttrString(main, name));
    this.#run = this.#named('run', (name) => this.#api.PyObject_GetAttrString(main, name));
    this.#openFiles = [...fs.streams];
    this.#image = new MemoryImage(this.#api.memory, instance.exports);
  }

  /** Heap that the next calls may use, beyond what the interpreter has from the start. */
  allow(memoryBytes: number): void {
    this.#state.mostBytes = this.#image.size + memoryBytes;
    this.#state.starved = false;
  }

  get starved(): boolean {
    return this.#state.starved;
  }

  /** Compiles a script without running it. Undefined: out of memory. */
  prepare(source: Buffer): Buffer | undefined {
    return this.#call(this.#prepare, source);
  }

  /** Runs a prepared script. Throws when the interpreter is of no use any more. Undefined: out of memory. */
  run(request: Buffer, console: NonNullable<RunState['console']>): Buffer | undefined {
    this.#state.console = console;
    try {
      return this.#call(this.#run, request);
    } finally {
      this.#state.console = undefined;
    }
  }

  #call(callable: number, argument: Buffer): Buffer | undefined {
    const given = this.#bytes(argument);
    if (given === 0) return undefined;
    const answer = this.#api.PyObject_CallOneArg(callable, given) >>> 0;
    this.#api.Py_DecRef(given);
    const content = this.#read(answer);
    this.#api.Py_DecRef(answer);
    return content;
  }

  /** Forgets everything since the start. */
  restore(): void {
    this.#image.restore(this.#api.sbrk(0) >>> 0);
    this.#fs.streams.length = 0;
    this.#fs.streams.push(...this.#openFiles);
  }

  #bytes(content: Buffer): number {
    const at = this.#api.malloc(content.length + 1) >>> 0;
    if (at === 0) return 0;
    new Uint8Array(this.#api.memory.buffer).set(content, at);
    const object = this.#api.PyBytes_FromStringAndSize(at, content.length) >>> 0;
    this.#api.free(at);
    return object;
  }

  #read(object: number): Buffer {
    const at = object === 0 ? 0 : this.#api.PyBytes_AsString(object) >>> 0;
    if (at === 0) throw new BrokenInterpreter('the script damaged the interpreter');
    return Buffer.from(Buffer.from(this.#api.memory.buffer, at, this.#api.PyBytes_Size(object) >>> 0));
  }

  #named(name: string, use: (at: number) => number): number {
    const text = Buffer.from(`${name}\0`);
    const at = this.#api.malloc(text.length) >>> 0;
    new Uint8Array(this.#api.memory.buffer).set(text, at);
    const found = use(at) >>> 0;
    this.#api.free(at);
    return found;
  }
}
