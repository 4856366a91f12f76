import './web-assembly.ts';
import { OPEN, REFUSED } from './open-imports.ts';

type Native = (...args: any[]) => unknown;
type Imports = Record<string, Record<string, unknown>>;

/** A sealed function was called: only somebody who looks for a way out does that. The interpreter is not used again. */
export class SealBroken extends Error {
  constructor(name: string) {
    super(`the script called ${name}, which the sandbox has closed`);
  }
}

/**
 * Stands between the WebAssembly module that is Python and all of JavaScript. WebAssembly can call its imports and nothing else,
 * so once these are sealed no trick inside Python, and no broken memory of the interpreter either, reaches more than
 * the few functions that stay open.
 */
export class ImportGate {
  #sealed = false;
  #instance: WebAssembly.Instance | undefined;
  readonly #replaced: Readonly<Record<string, Native>>;

  /** `replaced` take the place of functions of the same name once the gate is sealed; `this` is the function replaced. */
  constructor(replaced: Readonly<Record<string, Native>>) {
    this.#replaced = replaced;
  }

  /** Wraps the imports of the next module with an `env` that is instantiated; without stack switching, which would go around. */
  install(): void {
    const api = WebAssembly as unknown as Record<string, unknown>;
    for (const name of ['Suspending', 'promising', 'SuspendError', 'instantiateStreaming']) delete api[name];
    const instantiate = WebAssembly.instantiate as unknown as Native;
    api['instantiate'] = async (source: unknown, imports?: Imports) => {
      if (imports?.['env'] === undefined || this.#instance !== undefined) return instantiate(source, imports);
      for (const module of ['env', 'wasi_snapshot_preview1']) imports[module] = this.#gated(imports[module]!);
      const made = (await instantiate(source, imports)) as { instance: WebAssembly.Instance };
      this.#instance = made.instance;
      return made;
    };
  }

  get instance(): WebAssembly.Instance {
    if (this.#instance === undefined) throw new Error('Pyodide was not instantiated through the gate');
    return this.#instance;
  }

  seal(): void {
    this.#sealed = true;
  }

  #gated(imports: Record<string, unknown>): Record<string, unknown> {
    return new Proxy(imports, {
      get: (target, name) => {
        const real = target[name as string];
        return typeof real === 'function' ? this.#guard(String(name), real as Native) : real;
      },
    });
  }

  #guard(name: string, real: Native): Native {
    const sealed = this.#sealedForm(name, real);
    return sealed === real ? real : (...args) => (this.#sealed ? sealed(...args) : real(...args));
  }

  #sealedForm(name: string, real: Native): Native {
    if (Object.hasOwn(this.#replaced, name)) return this.#replaced[name]!.bind(real);
    if (OPEN.has(name)) return real;
    if (Object.hasOwn(REFUSED, name)) return () => REFUSED[name];
    return () => {
      throw new SealBroken(name);
    };
  }
}
